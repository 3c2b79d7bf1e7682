// weft evaluate examples/dataflows/eyeriss_alexnet.m --accelerator eyeriss
//
// One group of each layer, row stationary, by the parameters of Table III of Chen et al., JSSC 2017.
// A pass works on n images, e output rows, p t filters and q r channels: t sets of elements side by side with p
// filters each, in each of them r with q channels each, in each of them e columns of R elements. Its program is
//   TemporalMap(n,n) N; TemporalMap(p t,p t) K; TemporalMap(e,e) Y'; TemporalMap(q r,q r) C; Cluster(1, L2);
//   TemporalMap(1,1) N; TemporalMap(1,1) X'; Cluster(t); SpatialMap(p,p) K; Cluster(r); SpatialMap(q,q) C;
//   Cluster(e); SpatialMap(1,1) Y'; Cluster(R); SpatialMap(1,1) R;
// and R e r t elements work.
Network eyeriss_alexnet {
	Layer CONV1 {
		Type: CONV
		Stride { X: 4, Y: 4 }
		Dimensions { N: 4, K: 96, C: 3, Y: 227, X: 227, R: 11, S: 11 }
		Dataflow {
			TemporalMap(1,1) N;
			TemporalMap(32,32) K;
			TemporalMap(7,7) Y';
			TemporalMap(1,1) C;
			Cluster(1, L2);
			TemporalMap(1,1) N;
			TemporalMap(1,1) X';
			Cluster(2, P);
			SpatialMap(16,16) K;
			Cluster(1, P);
			SpatialMap(1,1) C;
			Cluster(7, P);
			SpatialMap(1,1) Y';
			Cluster(11, P);
			SpatialMap(1,1) R;
		}
	}
	Layer CONV2 {
		Type: CONV
		Dimensions { N: 4, K: 128, C: 48, Y: 31, X: 31, R: 5, S: 5 }
		Dataflow {
			TemporalMap(1,1) N;
			TemporalMap(16,16) K;
			TemporalMap(27,27) Y';
			TemporalMap(2,2) C;
			Cluster(1, L2);
			TemporalMap(1,1) N;
			TemporalMap(1,1) X';
			Cluster(1, P);
			SpatialMap(16,16) K;
			Cluster(1, P);
			SpatialMap(2,2) C;
			Cluster(27, P);
			SpatialMap(1,1) Y';
			Cluster(5, P);
			SpatialMap(1,1) R;
		}
	}
	Layer CONV3 {
		Type: CONV
		Dimensions { N: 4, K: 384, C: 256, Y: 15, X: 15, R: 3, S: 3 }
		Dataflow {
			TemporalMap(4,4) N;
			TemporalMap(64,64) K;
			TemporalMap(13,13) Y';
			TemporalMap(4,4) C;
			Cluster(1, L2);
			TemporalMap(1,1) N;
			TemporalMap(1,1) X';
			Cluster(4, P);
			SpatialMap(16,16) K;
			Cluster(1, P);
			SpatialMap(4,4) C;
			Cluster(13, P);
			SpatialMap(1,1) Y';
			Cluster(3, P);
			SpatialMap(1,1) R;
		}
	}
	Layer CONV4 {
		Type: CONV
		Dimensions { N: 4, K: 192, C: 192, Y: 15, X: 15, R: 3, S: 3 }
		Dataflow {
			TemporalMap(4,4) N;
			TemporalMap(32,32) K;
			TemporalMap(13,13) Y';
			TemporalMap(6,6) C;
			Cluster(1, L2);
			TemporalMap(1,1) N;
			TemporalMap(1,1) X';
			Cluster(2, P);
			SpatialMap(16,16) K;
			Cluster(2, P);
			SpatialMap(3,3) C;
			Cluster(13, P);
			SpatialMap(1,1) Y';
			Cluster(3, P);
			SpatialMap(1,1) R;
		}
	}
	Layer CONV5 {
		Type: CONV
		Dimensions { N: 4, K: 128, C: 192, Y: 15, X: 15, R: 3, S: 3 }
		Dataflow {
			TemporalMap(4,4) N;
			TemporalMap(32,32) K;
			TemporalMap(13,13) Y';
			TemporalMap(6,6) C;
			Cluster(1, L2);
			TemporalMap(1,1) N;
			TemporalMap(1,1) X';
			Cluster(2, P);
			SpatialMap(16,16) K;
			Cluster(2, P);
			SpatialMap(3,3) C;
			Cluster(13, P);
			SpatialMap(1,1) Y';
			Cluster(3, P);
			SpatialMap(1,1) R;
		}
	}
	Edges {  }
}

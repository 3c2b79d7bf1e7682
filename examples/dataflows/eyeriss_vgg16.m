// weft evaluate examples/dataflows/eyeriss_vgg16.m --accelerator eyeriss
//
// One group of each layer, row stationary, by parameters that meet the times of Table VI of Chen et al., JSSC 2017.
// A pass works on n images, e output rows, p t filters and q r channels: t sets of elements side by side with p
// filters each, in each of them r with q channels each, in each of them e columns of R elements. Its program is
//   TemporalMap(n,n) N; TemporalMap(p t,p t) K; TemporalMap(e,e) Y'; TemporalMap(q r,q r) C; Cluster(1, L2);
//   TemporalMap(1,1) N; TemporalMap(1,1) X'; Cluster(t); SpatialMap(p,p) K; Cluster(r); SpatialMap(q,q) C;
//   Cluster(e); SpatialMap(1,1) Y'; Cluster(R); SpatialMap(1,1) R;
// and R e r t elements work.
Network eyeriss_vgg16 {
	Layer CONV1_1 {
		Type: CONV
		Dimensions { N: 3, K: 64, C: 3, Y: 226, X: 226, R: 3, S: 3 }
		Dataflow {
			TemporalMap(1,1) N;
			TemporalMap(8,8) K;
			TemporalMap(13,13) Y';
			TemporalMap(1,1) C;
			Cluster(1, L2);
			TemporalMap(1,1) N;
			TemporalMap(1,1) X';
			Cluster(4, P);
			SpatialMap(2,2) K;
			Cluster(1, P);
			SpatialMap(1,1) C;
			Cluster(13, P);
			SpatialMap(1,1) Y';
			Cluster(3, P);
			SpatialMap(1,1) R;
		}
	}
	Layer CONV1_2 {
		Type: CONV
		Dimensions { N: 3, K: 64, C: 64, Y: 226, X: 226, R: 3, S: 3 }
		Dataflow {
			TemporalMap(1,1) N;
			TemporalMap(8,8) K;
			TemporalMap(13,13) Y';
			TemporalMap(1,1) C;
			Cluster(1, L2);
			TemporalMap(1,1) N;
			TemporalMap(1,1) X';
			Cluster(4, P);
			SpatialMap(2,2) K;
			Cluster(1, P);
			SpatialMap(1,1) C;
			Cluster(13, P);
			SpatialMap(1,1) Y';
			Cluster(3, P);
			SpatialMap(1,1) R;
		}
	}
	Layer CONV2_1 {
		Type: CONV
		Dimensions { N: 3, K: 128, C: 64, Y: 114, X: 114, R: 3, S: 3 }
		Dataflow {
			TemporalMap(1,1) N;
			TemporalMap(8,8) K;
			TemporalMap(13,13) Y';
			TemporalMap(1,1) C;
			Cluster(1, L2);
			TemporalMap(1,1) N;
			TemporalMap(1,1) X';
			Cluster(4, P);
			SpatialMap(2,2) K;
			Cluster(1, P);
			SpatialMap(1,1) C;
			Cluster(13, P);
			SpatialMap(1,1) Y';
			Cluster(3, P);
			SpatialMap(1,1) R;
		}
	}
	Layer CONV2_2 {
		Type: CONV
		Dimensions { N: 3, K: 128, C: 128, Y: 114, X: 114, R: 3, S: 3 }
		Dataflow {
			TemporalMap(1,1) N;
			TemporalMap(8,8) K;
			TemporalMap(13,13) Y';
			TemporalMap(1,1) C;
			Cluster(1, L2);
			TemporalMap(1,1) N;
			TemporalMap(1,1) X';
			Cluster(4, P);
			SpatialMap(2,2) K;
			Cluster(1, P);
			SpatialMap(1,1) C;
			Cluster(13, P);
			SpatialMap(1,1) Y';
			Cluster(3, P);
			SpatialMap(1,1) R;
		}
	}
	Layer CONV3_1 {
		Type: CONV
		Dimensions { N: 3, K: 256, C: 128, Y: 58, X: 58, R: 3, S: 3 }
		Dataflow {
			TemporalMap(3,3) N;
			TemporalMap(16,16) K;
			TemporalMap(13,13) Y';
			TemporalMap(2,2) C;
			Cluster(1, L2);
			TemporalMap(1,1) N;
			TemporalMap(1,1) X';
			Cluster(4, P);
			SpatialMap(4,4) K;
			Cluster(1, P);
			SpatialMap(2,2) C;
			Cluster(13, P);
			SpatialMap(1,1) Y';
			Cluster(3, P);
			SpatialMap(1,1) R;
		}
	}
	Layer CONV3_2 {
		Type: CONV
		Dimensions { N: 3, K: 256, C: 256, Y: 58, X: 58, R: 3, S: 3 }
		Dataflow {
			TemporalMap(3,3) N;
			TemporalMap(16,16) K;
			TemporalMap(13,13) Y';
			TemporalMap(2,2) C;
			Cluster(1, L2);
			TemporalMap(1,1) N;
			TemporalMap(1,1) X';
			Cluster(4, P);
			SpatialMap(4,4) K;
			Cluster(1, P);
			SpatialMap(2,2) C;
			Cluster(13, P);
			SpatialMap(1,1) Y';
			Cluster(3, P);
			SpatialMap(1,1) R;
		}
	}
	Layer CONV3_3 {
		Type: CONV
		Dimensions { N: 3, K: 256, C: 256, Y: 58, X: 58, R: 3, S: 3 }
		Dataflow {
			TemporalMap(3,3) N;
			TemporalMap(16,16) K;
			TemporalMap(13,13) Y';
			TemporalMap(2,2) C;
			Cluster(1, L2);
			TemporalMap(1,1) N;
			TemporalMap(1,1) X';
			Cluster(4, P);
			SpatialMap(4,4) K;
			Cluster(1, P);
			SpatialMap(2,2) C;
			Cluster(13, P);
			SpatialMap(1,1) Y';
			Cluster(3, P);
			SpatialMap(1,1) R;
		}
	}
	Layer CONV4_1 {
		Type: CONV
		Dimensions { N: 3, K: 512, C: 256, Y: 30, X: 30, R: 3, S: 3 }
		Dataflow {
			TemporalMap(1,1) N;
			TemporalMap(32,32) K;
			TemporalMap(14,14) Y';
			TemporalMap(4,4) C;
			Cluster(1, L2);
			TemporalMap(1,1) N;
			TemporalMap(1,1) X';
			Cluster(4, P);
			SpatialMap(8,8) K;
			Cluster(1, P);
			SpatialMap(4,4) C;
			Cluster(14, P);
			SpatialMap(1,1) Y';
			Cluster(3, P);
			SpatialMap(1,1) R;
		}
	}
	Layer CONV4_2 {
		Type: CONV
		Dimensions { N: 3, K: 512, C: 512, Y: 30, X: 30, R: 3, S: 3 }
		Dataflow {
			TemporalMap(1,1) N;
			TemporalMap(32,32) K;
			TemporalMap(14,14) Y';
			TemporalMap(4,4) C;
			Cluster(1, L2);
			TemporalMap(1,1) N;
			TemporalMap(1,1) X';
			Cluster(4, P);
			SpatialMap(8,8) K;
			Cluster(1, P);
			SpatialMap(4,4) C;
			Cluster(14, P);
			SpatialMap(1,1) Y';
			Cluster(3, P);
			SpatialMap(1,1) R;
		}
	}
	Layer CONV4_3 {
		Type: CONV
		Dimensions { N: 3, K: 512, C: 512, Y: 30, X: 30, R: 3, S: 3 }
		Dataflow {
			TemporalMap(1,1) N;
			TemporalMap(32,32) K;
			TemporalMap(14,14) Y';
			TemporalMap(4,4) C;
			Cluster(1, L2);
			TemporalMap(1,1) N;
			TemporalMap(1,1) X';
			Cluster(4, P);
			SpatialMap(8,8) K;
			Cluster(1, P);
			SpatialMap(4,4) C;
			Cluster(14, P);
			SpatialMap(1,1) Y';
			Cluster(3, P);
			SpatialMap(1,1) R;
		}
	}
	Layer CONV5_1 {
		Type: CONV
		Dimensions { N: 3, K: 512, C: 512, Y: 16, X: 16, R: 3, S: 3 }
		Dataflow {
			TemporalMap(3,3) N;
			TemporalMap(32,32) K;
			TemporalMap(14,14) Y';
			TemporalMap(8,8) C;
			Cluster(1, L2);
			TemporalMap(1,1) N;
			TemporalMap(1,1) X';
			Cluster(2, P);
			SpatialMap(16,16) K;
			Cluster(2, P);
			SpatialMap(4,4) C;
			Cluster(14, P);
			SpatialMap(1,1) Y';
			Cluster(3, P);
			SpatialMap(1,1) R;
		}
	}
	Layer CONV5_2 {
		Type: CONV
		Dimensions { N: 3, K: 512, C: 512, Y: 16, X: 16, R: 3, S: 3 }
		Dataflow {
			TemporalMap(3,3) N;
			TemporalMap(32,32) K;
			TemporalMap(14,14) Y';
			TemporalMap(8,8) C;
			Cluster(1, L2);
			TemporalMap(1,1) N;
			TemporalMap(1,1) X';
			Cluster(2, P);
			SpatialMap(16,16) K;
			Cluster(2, P);
			SpatialMap(4,4) C;
			Cluster(14, P);
			SpatialMap(1,1) Y';
			Cluster(3, P);
			SpatialMap(1,1) R;
		}
	}
	Layer CONV5_3 {
		Type: CONV
		Dimensions { N: 3, K: 512, C: 512, Y: 16, X: 16, R: 3, S: 3 }
		Dataflow {
			TemporalMap(3,3) N;
			TemporalMap(32,32) K;
			TemporalMap(14,14) Y';
			TemporalMap(8,8) C;
			Cluster(1, L2);
			TemporalMap(1,1) N;
			TemporalMap(1,1) X';
			Cluster(2, P);
			SpatialMap(16,16) K;
			Cluster(2, P);
			SpatialMap(4,4) C;
			Cluster(14, P);
			SpatialMap(1,1) Y';
			Cluster(3, P);
			SpatialMap(1,1) R;
		}
	}
	Edges {  }
}

// Small layers on which one quirk of MAESTRO each can be followed by hand and by the oracles.
// Each has the structure of a shipped layer with small extents; the first CONV has no N.
Network quirks {
	Layer Q2 { // googlenet_ykp_os.m
		Type: CONV
		Dimensions { K: 4, C: 2, R: 3, S: 3, Y: 6, X: 5 }
		Dataflow {
			TemporalMap(2,2) K; SpatialMap(Sz(R),1) Y; TemporalMap(Sz(S),1) X; TemporalMap(1,1) C;
			Cluster(2, P);
			SpatialMap(1,1) K; TemporalMap(Sz(R),1) Y; TemporalMap(Sz(S),1) X; TemporalMap(Sz(R),7) R; TemporalMap(Sz(S),7) S;
		}
	}
	Layer Q5 { // UNet_nlr.m
		Type: TRCONV
		Dimensions { K: 2, C: 2, R: 2, S: 2, Y: 3, X: 3 }
		Dataflow {
			TemporalMap(1,1) K; TemporalMap(Sz(R),1) Y; TemporalMap(Sz(S),1) X;
			TemporalMap(Sz(R),Sz(R)) R; TemporalMap(Sz(S),Sz(S)) S; SpatialMap(1,1) C;
		}
	}
	Layer Q6 { // ResNeXt50_nlr.m
		Type: NGCONV
		Dimensions { G: 2, K: 2, C: 4, R: 3, S: 3, Y: 4, X: 4 }
		Dataflow {
			TemporalMap(1,1) G; TemporalMap(1,1) K; TemporalMap(Sz(R),1) Y; TemporalMap(Sz(S),1) X;
			TemporalMap(Sz(R),Sz(R)) R; TemporalMap(Sz(S),Sz(S)) S; SpatialMap(1,1) C;
		}
	}
	Layer Q7 { // no shipped layer depends on it
		Type: CONV
		Dimensions { N: 3, K: 2, C: 2, R: 1, S: 1, Y: 2, X: 2 }
		Dataflow { TemporalMap(1,1) C; SpatialMap(1,1) K; }
	}
	Layer Q10 { // no shipped layer depends on it
		Type: DSCONV
		Dimensions { K: 1, C: 4, R: 1, S: 1, Y: 2, X: 2 }
		Dataflow { SpatialMap(2,2) C; Cluster(2, P); SpatialMap(1,1) C; TemporalMap(1,1) K; }
	}
	Layer Q13 { // MobileNetV2_yxp_os.m, strided
		Type: CONV
		Stride { X: 2, Y: 2 }
		Dimensions { K: 1, C: 2, R: 3, S: 3, Y: 5, X: 17 }
		Dataflow {
			TemporalMap(1,1) K; TemporalMap(1,1) C; SpatialMap(Sz(R),1) Y; TemporalMap(10,8) X;
			TemporalMap(Sz(R),Sz(R)) R; TemporalMap(Sz(S),Sz(S)) S;
			Cluster(4, P);
			SpatialMap(Sz(S),1) X;
		}
	}
	Layer Q14 { // vgg16_xp_ws.m
		Type: CONV
		Dimensions { K: 1, C: 1, R: 3, S: 3, Y: 3, X: 6 }
		Dataflow { SpatialMap(3,1) X; TemporalMap(3,3) R; TemporalMap(3,3) S; }
	}
	Layer Q15 { // vgg16_nlr.m
		Type: CONV
		Dimensions { K: 4, C: 4, R: 1, S: 1, Y: 2, X: 1 }
		Dataflow { TemporalMap(1,1) K; TemporalMap(1,1) C; SpatialMap(1,1) Y; }
	}
	Layer Q16 { // Resnet50_rs.m
		Type: CONV
		Dimensions { K: 4, C: 6, R: 3, S: 3, Y: 3, X: 3 }
		Dataflow { TemporalMap(4,4) C; SpatialMap(1,1) K; }
	}
	Layer Q17 { // vgg16_yxp_os.m, its outermost level
		Type: CONV
		Dimensions { K: 1, C: 3, R: 3, S: 3, Y: 5, X: 3 }
		Dataflow { SpatialMap(3,1) Y; TemporalMap(1,1) C; }
	}
	Layer Q18 { // squeezenet1_0_ykp_os.m, its outermost level
		Type: CONV
		Dimensions { K: 2, C: 5, R: 1, S: 1, Y: 2, X: 1 }
		Dataflow { TemporalMap(1,1) K; SpatialMap(1,1) Y; TemporalMap(1,1) C; }
	}
	Layer Q21 { // vgg16_xp_ws.m
		Type: CONV
		Dimensions { K: 2, C: 2, R: 3, S: 3, Y: 5, X: 6 }
		Dataflow { TemporalMap(1,1) K; TemporalMap(1,1) C; TemporalMap(3,1) Y; SpatialMap(3,1) X; }
	}
	Layer Q22 { // GEMM_Example.m, one level
		Type: GEMM
		Dimensions { M: 4, K: 8, N: 4 }
		Dataflow { TemporalMap(1,1) N; SpatialMap(1,1) M; }
	}
	Layer Q23 { // GEMM_Example.m on a slow way off the chip
		Type: GEMM
		Dimensions { M: 4, K: 8, N: 4 }
		Dataflow { TemporalMap(1,1) N; SpatialMap(1,1) M; }
	}
	Layer Q26 { // MobileNetV2_kcp_ws.m
		Type: CONV
		Dimensions { K: 2, C: 4, R: 1, S: 1, Y: 2, X: 2 }
		Dataflow {
			SpatialMap(1,1) K; TemporalMap(3,3) C; TemporalMap(1,1) Y; TemporalMap(1,1) X;
			Cluster(4, P);
			SpatialMap(1,1) C;
		}
	}
	Layer Q31 { // googlenet_xp_ws.m
		Type: CONV
		Dimensions { K: 1, C: 1, R: 3, S: 3, Y: 3, X: 7 }
		Dataflow { SpatialMap(3,1) X; TemporalMap(3,3) R; TemporalMap(3,3) S; }
	}
	Layer Q35 { // ResNeXt50_yxp_os.m, FC1000
		Type: CONV
		Dimensions { K: 4, C: 2, R: 7, S: 7, Y: 7, X: 7 }
		Dataflow { SpatialMap(1,1) K; TemporalMap(1,1) C; TemporalMap(8,1) X; }
	}
	Layer Q36 { // Resnet50_nlr.m
		Type: CONV
		Dimensions { K: 3, C: 4, R: 1, S: 1, Y: 2, X: 1 }
		Dataflow { TemporalMap(1,1) C; SpatialMap(1,1) K; }
	}
	Layer keep { // vgg16_xp_ws.m, more columns than PEs
		Type: CONV
		Dimensions { K: 3, C: 1, R: 1, S: 1, Y: 1, X: 3 }
		Dataflow { TemporalMap(1,1) K; SpatialMap(1,1) X; }
	}
	Layer double { // no shipped layer depends on it: nothing advances
		Type: CONV
		Dimensions { K: 4, C: 1, R: 1, S: 1, Y: 1, X: 4 }
		Dataflow { SpatialMap(1,1) K; }
	}
	Layer restart { // vgg16_ckp_ws.m
		Type: CONV
		Dimensions { K: 4, C: 2, R: 1, S: 1, Y: 4, X: 2 }
		Dataflow {
			SpatialMap(2,2) K; TemporalMap(1,1) Y; TemporalMap(1,1) X;
			Cluster(2, P);
			SpatialMap(1,1) K; TemporalMap(1,1) C;
		}
	}
	Layer overlap { // MobileNetV2_xp_ws.m
		Type: CONV
		Dimensions { K: 2, C: 3, R: 1, S: 1, Y: 2, X: 4 }
		Dataflow { TemporalMap(1,1) K; TemporalMap(2,2) C; SpatialMap(1,1) X; }
	}
	Layer drain { // every shipped layer
		Type: CONV
		Dimensions { K: 4, C: 2, R: 1, S: 1, Y: 1, X: 4 }
		Dataflow { SpatialMap(1,1) K; TemporalMap(1,1) X; }
	}
}

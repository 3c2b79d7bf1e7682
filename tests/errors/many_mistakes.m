// weft evaluate many_mistakes.m
Network net {
  Layer WRONG {
    Type: CONV
    Dimensions { K: 4, C: 8, R: 3, S: 3, W: 1, Y: 10, X: 10 }
    Dataflow {
      SpatailMap(1,1) K;
      TemporalMap(0,1) C;
      TemporalMap(1,1) Q;
      Cluster(;
    }
  }
  Layer GOOD {
    Type: GEMM
    Dimensions { M: 4, N: 4, K: 4 }
    Dataflow { SpatialMap(1,1) M; }
  }
}

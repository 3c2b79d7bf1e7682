// weft evaluate size_of_a_trillion.m
Network net {
  Layer WRONG {
    Type: CONV
    Dimensions { K: 4, C: 8, R: 3, S: 3, Y: 10, X: 10 }
    Dataflow {
      SpatialMap(1000000000000,1) K;
      Cluster(1000000000000);
    }
  }
  Layer GOOD {
    Type: GEMM
    Dimensions { M: 4, N: 4, K: 4 }
    Dataflow { SpatialMap(1,1) M; }
  }
}

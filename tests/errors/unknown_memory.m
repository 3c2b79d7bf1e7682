// weft evaluate unknown_memory.m
Network net {
  Layer WRONG {
    Type: CONV
    Dimensions { K: 4, C: 8, R: 3, S: 3, Y: 10, X: 10 }
    Dataflow {
      SpatialMap(1,1) K;
      Cluster(4, L4);
      SpatialMap(1,1) C;
      Hold(L9: filter);
    }
  }
  Layer GOOD {
    Type: GEMM
    Dimensions { M: 4, N: 4, K: 4 }
    Dataflow { SpatialMap(1,1) M; }
  }
}

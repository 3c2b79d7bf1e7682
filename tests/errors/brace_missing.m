// weft evaluate brace_missing.m
Network net {
  Layer WRONG {
    Type: GEMM
    Dimensions { M: 4, N: 4, K: 4 
    Dataflow { SpatialMap(1,1) M; }
  Layer GOOD {
    Type: GEMM
    Dimensions { M: 4, N: 4, K: 4 }
    Dataflow { SpatialMap(1,1) M; }
  }
}

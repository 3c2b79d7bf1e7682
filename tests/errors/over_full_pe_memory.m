// weft evaluate over_full_pe_memory.m --set L1.capacity_bytes=256
Network net {
  Layer WRONG {
    Type: CONV
    Dimensions { K: 4, C: 8, R: 3, S: 3, Y: 10, X: 10 }
    Dataflow {
      SpatialMap(1,1) K;
      TemporalMap(3,1) Y;
    }
  }
  Layer GOOD {
    Type: GEMM
    Dimensions { M: 4, N: 4, K: 4 }
    Dataflow { SpatialMap(1,1) M; }
  }
}

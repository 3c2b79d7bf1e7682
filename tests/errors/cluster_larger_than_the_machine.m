// weft evaluate cluster_larger_than_the_machine.m --set pes=64
Network net {
  Layer WRONG {
    Type: CONV
    Dimensions { K: 4, C: 8, R: 3, S: 3, Y: 10, X: 10 }
    Dataflow {
      SpatialMap(1,1) K;
      Cluster(25);
      TemporalMap(1,1) C;
      Cluster(4);
      SpatialMap(1,1) C;
    }
  }
  Layer GOOD {
    Type: GEMM
    Dimensions { M: 4, N: 4, K: 4 }
    Dataflow { SpatialMap(1,1) M; }
  }
}

// A GEMM with 2:4 structured filters, in tiles for the shared memory of one multiprocessor with sparse tensor cores.
Network sparse_gemm {
  Layer dense {
    Type: GEMM
    Dimensions { M: 1024, N: 1024, K: 1024 }
    Dataflow {
      TemporalMap(128,128) M;
      TemporalMap(128,128) N;
      TemporalMap(64,64) K;
      Cluster(128, SMEM);
      SpatialMap(1,1) N;
      TemporalMap(1,1) M;
    }
  }
  Layer structured {
    Type: GEMM
    Dimensions { M: 1024, N: 1024, K: 1024 }
    Density { filter: 2:4 along K }
  }
  Layer unstructured {
    Type: GEMM
    Dimensions { M: 1024, N: 1024, K: 1024 }
    Density { filter: 0.5 }
  }
}

// A GEMM, dense and with half of the filter zero, for one multiprocessor with sparse tensor cores: tiles of the operands
// in the shared memory, 16 x 16 sums at each of its 8 x 16 dot products.
Network gemm {
  Layer dense {
    Type: GEMM
    Dimensions { M: 1024, N: 1024, K: 1024 }
    Dataflow {
      TemporalMap(256,256) M;
      TemporalMap(128,128) N;
      TemporalMap(64,64) K;
      Cluster(8, SMEM);
      SpatialMap(16,16) N;
      TemporalMap(8,8) K;
      Cluster(16);
      SpatialMap(16,16) M;
      Hold(SMEM: input, filter);
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

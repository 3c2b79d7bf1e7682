// weft evaluate examples/dataflows/gemmini.m --accelerator gemmini_like
//
// Gemmini's tiled matrix multiplication (Genc et al., DAC 2021, and the generator's library function tiled_matmul; from
// memory of them): tiles that fit the scratchpad and the accumulator twice, in them blocks of 16 x 16, weight
// stationary (WS) or output stationary (OS).
Network gemmini {
  // BERT base, a sequence of 128: the projection of the queries.
  Layer BERT_QUERY_WS {
    Type: GEMM
    Dimensions { M: 128, N: 768, K: 768 }
    Dataflow {
      TemporalMap(128,128) M;
      TemporalMap(64,64) N;
      TemporalMap(384,384) K;
      Cluster(1, SPAD);
      TemporalMap(16,16) K;
      Cluster(1, ACC);
      TemporalMap(16,16) N;
      Cluster(1);
      TemporalMap(1,1) M;
      Cluster(16);
      SpatialMap(1,1) K;
      Cluster(16);
      SpatialMap(1,1) N;
      Hold(REG: filter);
    }
  }
  Layer BERT_QUERY_OS {
    Type: GEMM
    Dimensions { M: 128, N: 768, K: 768 }
    Dataflow {
      TemporalMap(128,128) M;
      TemporalMap(64,64) N;
      TemporalMap(384,384) K;
      Cluster(1, SPAD);
      TemporalMap(64,64) M;
      Cluster(1, ACC);
      TemporalMap(16,16) M;
      TemporalMap(16,16) N;
      Cluster(1);
      TemporalMap(1,1) K;
      Cluster(16);
      SpatialMap(1,1) M;
      Cluster(16);
      SpatialMap(1,1) N;
      Hold(REG: output);
    }
  }
  // A pointwise layer of MobileNet v1 as a matrix: 14 x 14 positions.
  Layer MOBILENET_PW7_WS {
    Type: GEMM
    Dimensions { M: 196, N: 512, K: 512 }
    Dataflow {
      TemporalMap(98,98) M;
      TemporalMap(64,64) N;
      TemporalMap(512,512) K;
      Cluster(1, SPAD);
      TemporalMap(16,16) K;
      Cluster(1, ACC);
      TemporalMap(16,16) N;
      Cluster(1);
      TemporalMap(1,1) M;
      Cluster(16);
      SpatialMap(1,1) K;
      Cluster(16);
      SpatialMap(1,1) N;
      Hold(REG: filter);
    }
  }
}

// weft evaluate examples/dataflows/tpu_v1.m --accelerator tpu_v1_like
//
// The matrix unit's weight-stationary loop (Jouppi et al., ISCA 2017, Section 2 and Figure 4): a tile of 256 x 256
// weights stays while the rows of the input pass; the sums of a column of tiles stand in the accumulators.
Network tpu_v1 {
  // A layer like MLP0's: 5 layers hold 20 M weights, batch 200 (Table 1). The paper measures 12.3 of 92 TOPS for MLP0.
  Layer MLP0 {
    Type: GEMM
    Dimensions { M: 200, N: 2000, K: 2000 }
    Dataflow {
      TemporalMap(2048,2048) M;
      Cluster(1, UB);
      TemporalMap(256,256) N;
      Cluster(1, ACC);
      TemporalMap(256,256) K;
      Cluster(1, FIFO);
      TemporalMap(1,1) M;
      Cluster(256);
      SpatialMap(1,1) K;
      Cluster(256);
      SpatialMap(1,1) N;
    }
  }
  // The first matrix of the feed-forward part of BERT base, 8 sequences of 128.
  Layer BERT_FFN1 {
    Type: GEMM
    Dimensions { M: 1024, N: 3072, K: 768 }
  }
  // Convolutions go tap by tap: channels on the rows, kernels on the columns.
  Layer RESNET50_CONV4_1_B {
    Type: CONV
    Dimensions { N: 8, K: 256, C: 256, R: 3, S: 3, Y: 16, X: 16 }
    Dataflow {
      TemporalMap(8,8) N;
      Cluster(1, UB);
      TemporalMap(256,256) K;
      Cluster(1, ACC);
      TemporalMap(256,256) C;
      TemporalMap(1,1) R;
      TemporalMap(1,1) S;
      Cluster(1, FIFO);
      TemporalMap(1,1) N;
      TemporalMap(1,1) Y';
      TemporalMap(1,1) X';
      Cluster(256);
      SpatialMap(1,1) C;
      Cluster(256);
      SpatialMap(1,1) K;
    }
  }
}

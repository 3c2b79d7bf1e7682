Network resnext50 {
  Layer CONV1 {
    Type: CONV
    Stride { X: 2, Y: 2 }
    Dimensions { K: 64, C: 3, R: 7, S: 7, Y: 230, X: 230 }
    Dataflow {
      SpatialMap(1,1) K;
      TemporalMap(64,64) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      Cluster(64, P);
      SpatialMap(1,1) C;
    }
  }
  Layer CONV2_1_A {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 128, C: 64, R: 1, S: 1, Y: 56, X: 56 }
  }
  Layer CONV2_1_B {
    Type: NGCONV
    Stride { X: 1, Y: 1 }
    Dimensions { G: 32, K: 4, C: 4, R: 3, S: 3, Y: 58, X: 58 }
    Dataflow {
      TemporalMap(1,1) G;
      SpatialMap(1,1) K;
      TemporalMap(64,64) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      Cluster(64, P);
      SpatialMap(1,1) C;
    }
  }
  Layer CONV2_1_C {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 256, C: 128, R: 1, S: 1, Y: 56, X: 56 }
    Dataflow {
      SpatialMap(1,1) K;
      TemporalMap(64,64) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      Cluster(64, P);
      SpatialMap(1,1) C;
    }
  }
  Layer CONV2_1_SHORTCUT {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 256, C: 64, R: 1, S: 1, Y: 56, X: 56 }
  }
  Layer CONV2_2_A {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 128, C: 256, R: 1, S: 1, Y: 56, X: 56 }
  }
  Layer CONV2_2_B {
    Type: NGCONV
    Stride { X: 1, Y: 1 }
    Dimensions { G: 32, K: 4, C: 4, R: 3, S: 3, Y: 58, X: 58 }
    Dataflow {
      TemporalMap(1,1) G;
      SpatialMap(1,1) K;
      TemporalMap(64,64) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      Cluster(64, P);
      SpatialMap(1,1) C;
    }
  }
  Layer CONV2_2_C {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 256, C: 128, R: 1, S: 1, Y: 56, X: 56 }
    Dataflow {
      SpatialMap(1,1) K;
      TemporalMap(64,64) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      Cluster(64, P);
      SpatialMap(1,1) C;
    }
  }
  Layer CONV2_3_A {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 128, C: 256, R: 1, S: 1, Y: 56, X: 56 }
  }
  Layer CONV2_3_B {
    Type: NGCONV
    Stride { X: 1, Y: 1 }
    Dimensions { G: 32, K: 4, C: 4, R: 3, S: 3, Y: 58, X: 58 }
    Dataflow {
      TemporalMap(1,1) G;
      SpatialMap(1,1) K;
      TemporalMap(64,64) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      Cluster(64, P);
      SpatialMap(1,1) C;
    }
  }
  Layer CONV2_3_C {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 256, C: 128, R: 1, S: 1, Y: 56, X: 56 }
    Dataflow {
      SpatialMap(1,1) K;
      TemporalMap(64,64) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      Cluster(64, P);
      SpatialMap(1,1) C;
    }
  }
  Layer CONV3_1_A {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 256, C: 256, R: 1, S: 1, Y: 56, X: 56 }
  }
  Layer CONV3_1_B {
    Type: NGCONV
    Stride { X: 2, Y: 2 }
    Dimensions { G: 32, K: 8, C: 8, R: 3, S: 3, Y: 58, X: 58 }
    Dataflow {
      TemporalMap(1,1) G;
      SpatialMap(1,1) K;
      TemporalMap(64,64) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      Cluster(64, P);
      SpatialMap(1,1) C;
    }
  }
  Layer CONV3_1_C {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 512, C: 256, R: 1, S: 1, Y: 28, X: 28 }
    Dataflow {
      SpatialMap(1,1) K;
      TemporalMap(64,64) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      Cluster(64, P);
      SpatialMap(1,1) C;
    }
  }
  Layer CONV3_1_SHORTCUT {
    Type: CONV
    Stride { X: 2, Y: 2 }
    Dimensions { K: 512, C: 256, R: 1, S: 1, Y: 56, X: 56 }
  }
  Layer CONV3_2_A {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 256, C: 512, R: 1, S: 1, Y: 28, X: 28 }
  }
  Layer CONV3_2_B {
    Type: NGCONV
    Stride { X: 1, Y: 1 }
    Dimensions { G: 32, K: 8, C: 8, R: 3, S: 3, Y: 30, X: 30 }
    Dataflow {
      TemporalMap(1,1) G;
      SpatialMap(1,1) K;
      TemporalMap(64,64) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      Cluster(64, P);
      SpatialMap(1,1) C;
    }
  }
  Layer CONV3_2_C {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 512, C: 256, R: 1, S: 1, Y: 28, X: 28 }
    Dataflow {
      SpatialMap(1,1) K;
      TemporalMap(64,64) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      Cluster(64, P);
      SpatialMap(1,1) C;
    }
  }
  Layer CONV3_3_A {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 256, C: 512, R: 1, S: 1, Y: 28, X: 28 }
  }
  Layer CONV3_3_B {
    Type: NGCONV
    Stride { X: 1, Y: 1 }
    Dimensions { G: 32, K: 8, C: 8, R: 3, S: 3, Y: 30, X: 30 }
    Dataflow {
      TemporalMap(1,1) G;
      SpatialMap(1,1) K;
      TemporalMap(64,64) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      Cluster(64, P);
      SpatialMap(1,1) C;
    }
  }
  Layer CONV3_3_C {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 512, C: 256, R: 1, S: 1, Y: 28, X: 28 }
    Dataflow {
      SpatialMap(1,1) K;
      TemporalMap(64,64) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      Cluster(64, P);
      SpatialMap(1,1) C;
    }
  }
  Layer CONV3_4_A {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 256, C: 512, R: 1, S: 1, Y: 28, X: 28 }
  }
  Layer CONV3_4_B {
    Type: NGCONV
    Stride { X: 1, Y: 1 }
    Dimensions { G: 32, K: 8, C: 8, R: 3, S: 3, Y: 30, X: 30 }
    Dataflow {
      TemporalMap(1,1) G;
      SpatialMap(1,1) K;
      TemporalMap(64,64) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      Cluster(64, P);
      SpatialMap(1,1) C;
    }
  }
  Layer CONV3_4_C {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 512, C: 256, R: 1, S: 1, Y: 28, X: 28 }
    Dataflow {
      SpatialMap(1,1) K;
      TemporalMap(64,64) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      Cluster(64, P);
      SpatialMap(1,1) C;
    }
  }
  Layer CONV4_1_A {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 512, C: 512, R: 1, S: 1, Y: 28, X: 28 }
  }
  Layer CONV4_1_B {
    Type: NGCONV
    Stride { X: 2, Y: 2 }
    Dimensions { G: 32, K: 16, C: 16, R: 3, S: 3, Y: 30, X: 30 }
    Dataflow {
      TemporalMap(1,1) G;
      SpatialMap(1,1) K;
      TemporalMap(64,64) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      Cluster(64, P);
      SpatialMap(1,1) C;
    }
  }
  Layer CONV4_1_C {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 1024, C: 512, R: 1, S: 1, Y: 14, X: 14 }
    Dataflow {
      SpatialMap(1,1) K;
      TemporalMap(64,64) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      Cluster(64, P);
      SpatialMap(1,1) C;
    }
  }
  Layer CONV4_1_SHORTCUT {
    Type: CONV
    Stride { X: 2, Y: 2 }
    Dimensions { K: 1024, C: 512, R: 1, S: 1, Y: 28, X: 28 }
  }
  Layer CONV4_2_A {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 512, C: 1024, R: 1, S: 1, Y: 14, X: 14 }
  }
  Layer CONV4_2_B {
    Type: NGCONV
    Stride { X: 1, Y: 1 }
    Dimensions { G: 32, K: 16, C: 16, R: 3, S: 3, Y: 16, X: 16 }
    Dataflow {
      TemporalMap(1,1) G;
      SpatialMap(1,1) K;
      TemporalMap(64,64) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      Cluster(64, P);
      SpatialMap(1,1) C;
    }
  }
  Layer CONV4_2_C {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 1024, C: 512, R: 1, S: 1, Y: 14, X: 14 }
    Dataflow {
      SpatialMap(1,1) K;
      TemporalMap(64,64) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      Cluster(64, P);
      SpatialMap(1,1) C;
    }
  }
  Layer CONV4_3_A {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 512, C: 1024, R: 1, S: 1, Y: 14, X: 14 }
  }
  Layer CONV4_3_B {
    Type: NGCONV
    Stride { X: 1, Y: 1 }
    Dimensions { G: 32, K: 16, C: 16, R: 3, S: 3, Y: 16, X: 16 }
    Dataflow {
      TemporalMap(1,1) G;
      SpatialMap(1,1) K;
      TemporalMap(64,64) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      Cluster(64, P);
      SpatialMap(1,1) C;
    }
  }
  Layer CONV4_3_C {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 1024, C: 512, R: 1, S: 1, Y: 14, X: 14 }
    Dataflow {
      SpatialMap(1,1) K;
      TemporalMap(64,64) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      Cluster(64, P);
      SpatialMap(1,1) C;
    }
  }
  Layer CONV4_4_A {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 512, C: 1024, R: 1, S: 1, Y: 14, X: 14 }
  }
  Layer CONV4_4_B {
    Type: NGCONV
    Stride { X: 1, Y: 1 }
    Dimensions { G: 32, K: 16, C: 16, R: 3, S: 3, Y: 16, X: 16 }
    Dataflow {
      TemporalMap(1,1) G;
      SpatialMap(1,1) K;
      TemporalMap(64,64) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      Cluster(64, P);
      SpatialMap(1,1) C;
    }
  }
  Layer CONV4_4_C {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 1024, C: 512, R: 1, S: 1, Y: 14, X: 14 }
    Dataflow {
      SpatialMap(1,1) K;
      TemporalMap(64,64) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      Cluster(64, P);
      SpatialMap(1,1) C;
    }
  }
  Layer CONV4_5_A {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 512, C: 1024, R: 1, S: 1, Y: 14, X: 14 }
  }
  Layer CONV4_5_B {
    Type: NGCONV
    Stride { X: 1, Y: 1 }
    Dimensions { G: 32, K: 16, C: 16, R: 3, S: 3, Y: 16, X: 16 }
    Dataflow {
      TemporalMap(1,1) G;
      SpatialMap(1,1) K;
      TemporalMap(64,64) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      Cluster(64, P);
      SpatialMap(1,1) C;
    }
  }
  Layer CONV4_5_C {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 1024, C: 512, R: 1, S: 1, Y: 14, X: 14 }
    Dataflow {
      SpatialMap(1,1) K;
      TemporalMap(64,64) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      Cluster(64, P);
      SpatialMap(1,1) C;
    }
  }
  Layer CONV4_6_A {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 512, C: 1024, R: 1, S: 1, Y: 14, X: 14 }
  }
  Layer CONV4_6_B {
    Type: NGCONV
    Stride { X: 1, Y: 1 }
    Dimensions { G: 32, K: 16, C: 16, R: 3, S: 3, Y: 16, X: 16 }
    Dataflow {
      TemporalMap(1,1) G;
      SpatialMap(1,1) K;
      TemporalMap(64,64) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      Cluster(64, P);
      SpatialMap(1,1) C;
    }
  }
  Layer CONV4_6_C {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 1024, C: 512, R: 1, S: 1, Y: 14, X: 14 }
    Dataflow {
      SpatialMap(1,1) K;
      TemporalMap(64,64) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      Cluster(64, P);
      SpatialMap(1,1) C;
    }
  }
  Layer CONV5_1_A {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 1024, C: 1024, R: 1, S: 1, Y: 14, X: 14 }
  }
  Layer CONV5_1_B {
    Type: NGCONV
    Stride { X: 2, Y: 2 }
    Dimensions { G: 32, K: 32, C: 32, R: 3, S: 3, Y: 16, X: 16 }
    Dataflow {
      TemporalMap(1,1) G;
      SpatialMap(1,1) K;
      TemporalMap(64,64) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      Cluster(64, P);
      SpatialMap(1,1) C;
    }
  }
  Layer CONV5_1_C {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 2048, C: 1024, R: 1, S: 1, Y: 7, X: 7 }
    Dataflow {
      SpatialMap(1,1) K;
      TemporalMap(64,64) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      Cluster(64, P);
      SpatialMap(1,1) C;
    }
  }
  Layer CONV5_1_SHORTCUT {
    Type: CONV
    Stride { X: 2, Y: 2 }
    Dimensions { K: 2048, C: 1024, R: 1, S: 1, Y: 14, X: 14 }
  }
  Layer CONV5_2_A {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 1024, C: 2048, R: 1, S: 1, Y: 7, X: 7 }
  }
  Layer CONV5_2_B {
    Type: NGCONV
    Stride { X: 1, Y: 1 }
    Dimensions { G: 32, K: 32, C: 32, R: 3, S: 3, Y: 9, X: 9 }
    Dataflow {
      TemporalMap(1,1) G;
      SpatialMap(1,1) K;
      TemporalMap(64,64) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      Cluster(64, P);
      SpatialMap(1,1) C;
    }
  }
  Layer CONV5_2_C {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 2048, C: 1024, R: 1, S: 1, Y: 7, X: 7 }
    Dataflow {
      SpatialMap(1,1) K;
      TemporalMap(64,64) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      Cluster(64, P);
      SpatialMap(1,1) C;
    }
  }
  Layer CONV5_3_A {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 1024, C: 2048, R: 1, S: 1, Y: 7, X: 7 }
  }
  Layer CONV5_3_B {
    Type: NGCONV
    Stride { X: 1, Y: 1 }
    Dimensions { G: 32, K: 32, C: 32, R: 3, S: 3, Y: 9, X: 9 }
    Dataflow {
      TemporalMap(1,1) G;
      SpatialMap(1,1) K;
      TemporalMap(64,64) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      Cluster(64, P);
      SpatialMap(1,1) C;
    }
  }
  Layer CONV5_3_C {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 2048, C: 1024, R: 1, S: 1, Y: 7, X: 7 }
    Dataflow {
      SpatialMap(1,1) K;
      TemporalMap(64,64) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      Cluster(64, P);
      SpatialMap(1,1) C;
    }
  }
  Layer FC1000 {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 1000, C: 2048, R: 1, S: 1, Y: 1, X: 1 }
  }
}

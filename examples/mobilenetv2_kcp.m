Network mobilenetv2 {
  Layer CONV1 {
    Type: CONV
    Stride { X: 2, Y: 2 }
    Dimensions { K: 32, C: 3, R: 3, S: 3, Y: 226, X: 226 }
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
  Layer B1_DEPTHWISE {
    Type: DSCONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 1, C: 32, R: 3, S: 3, Y: 114, X: 114 }
    Dataflow {
      SpatialMap(1,1) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
    }
  }
  Layer B1_PROJECT {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 16, C: 32, R: 1, S: 1, Y: 112, X: 112 }
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
  Layer B2_EXPAND {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 96, C: 16, R: 1, S: 1, Y: 112, X: 112 }
  }
  Layer B2_DEPTHWISE {
    Type: DSCONV
    Stride { X: 2, Y: 2 }
    Dimensions { K: 1, C: 96, R: 3, S: 3, Y: 114, X: 114 }
    Dataflow {
      SpatialMap(1,1) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
    }
  }
  Layer B2_PROJECT {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 24, C: 96, R: 1, S: 1, Y: 56, X: 56 }
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
  Layer B3_EXPAND {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 144, C: 24, R: 1, S: 1, Y: 56, X: 56 }
  }
  Layer B3_DEPTHWISE {
    Type: DSCONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 1, C: 144, R: 3, S: 3, Y: 58, X: 58 }
    Dataflow {
      SpatialMap(1,1) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
    }
  }
  Layer B3_PROJECT {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 24, C: 144, R: 1, S: 1, Y: 56, X: 56 }
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
  Layer B4_EXPAND {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 144, C: 24, R: 1, S: 1, Y: 56, X: 56 }
  }
  Layer B4_DEPTHWISE {
    Type: DSCONV
    Stride { X: 2, Y: 2 }
    Dimensions { K: 1, C: 144, R: 3, S: 3, Y: 58, X: 58 }
    Dataflow {
      SpatialMap(1,1) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
    }
  }
  Layer B4_PROJECT {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 32, C: 144, R: 1, S: 1, Y: 28, X: 28 }
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
  Layer B5_EXPAND {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 192, C: 32, R: 1, S: 1, Y: 28, X: 28 }
  }
  Layer B5_DEPTHWISE {
    Type: DSCONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 1, C: 192, R: 3, S: 3, Y: 30, X: 30 }
    Dataflow {
      SpatialMap(1,1) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
    }
  }
  Layer B5_PROJECT {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 32, C: 192, R: 1, S: 1, Y: 28, X: 28 }
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
  Layer B6_EXPAND {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 192, C: 32, R: 1, S: 1, Y: 28, X: 28 }
  }
  Layer B6_DEPTHWISE {
    Type: DSCONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 1, C: 192, R: 3, S: 3, Y: 30, X: 30 }
    Dataflow {
      SpatialMap(1,1) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
    }
  }
  Layer B6_PROJECT {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 32, C: 192, R: 1, S: 1, Y: 28, X: 28 }
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
  Layer B7_EXPAND {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 192, C: 32, R: 1, S: 1, Y: 28, X: 28 }
  }
  Layer B7_DEPTHWISE {
    Type: DSCONV
    Stride { X: 2, Y: 2 }
    Dimensions { K: 1, C: 192, R: 3, S: 3, Y: 30, X: 30 }
    Dataflow {
      SpatialMap(1,1) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
    }
  }
  Layer B7_PROJECT {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 64, C: 192, R: 1, S: 1, Y: 14, X: 14 }
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
  Layer B8_EXPAND {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 384, C: 64, R: 1, S: 1, Y: 14, X: 14 }
  }
  Layer B8_DEPTHWISE {
    Type: DSCONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 1, C: 384, R: 3, S: 3, Y: 16, X: 16 }
    Dataflow {
      SpatialMap(1,1) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
    }
  }
  Layer B8_PROJECT {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 64, C: 384, R: 1, S: 1, Y: 14, X: 14 }
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
  Layer B9_EXPAND {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 384, C: 64, R: 1, S: 1, Y: 14, X: 14 }
  }
  Layer B9_DEPTHWISE {
    Type: DSCONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 1, C: 384, R: 3, S: 3, Y: 16, X: 16 }
    Dataflow {
      SpatialMap(1,1) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
    }
  }
  Layer B9_PROJECT {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 64, C: 384, R: 1, S: 1, Y: 14, X: 14 }
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
  Layer B10_EXPAND {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 384, C: 64, R: 1, S: 1, Y: 14, X: 14 }
  }
  Layer B10_DEPTHWISE {
    Type: DSCONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 1, C: 384, R: 3, S: 3, Y: 16, X: 16 }
    Dataflow {
      SpatialMap(1,1) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
    }
  }
  Layer B10_PROJECT {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 64, C: 384, R: 1, S: 1, Y: 14, X: 14 }
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
  Layer B11_EXPAND {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 384, C: 64, R: 1, S: 1, Y: 14, X: 14 }
  }
  Layer B11_DEPTHWISE {
    Type: DSCONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 1, C: 384, R: 3, S: 3, Y: 16, X: 16 }
    Dataflow {
      SpatialMap(1,1) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
    }
  }
  Layer B11_PROJECT {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 96, C: 384, R: 1, S: 1, Y: 14, X: 14 }
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
  Layer B12_EXPAND {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 576, C: 96, R: 1, S: 1, Y: 14, X: 14 }
  }
  Layer B12_DEPTHWISE {
    Type: DSCONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 1, C: 576, R: 3, S: 3, Y: 16, X: 16 }
    Dataflow {
      SpatialMap(1,1) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
    }
  }
  Layer B12_PROJECT {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 96, C: 576, R: 1, S: 1, Y: 14, X: 14 }
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
  Layer B13_EXPAND {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 576, C: 96, R: 1, S: 1, Y: 14, X: 14 }
  }
  Layer B13_DEPTHWISE {
    Type: DSCONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 1, C: 576, R: 3, S: 3, Y: 16, X: 16 }
    Dataflow {
      SpatialMap(1,1) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
    }
  }
  Layer B13_PROJECT {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 96, C: 576, R: 1, S: 1, Y: 14, X: 14 }
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
  Layer B14_EXPAND {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 576, C: 96, R: 1, S: 1, Y: 14, X: 14 }
  }
  Layer B14_DEPTHWISE {
    Type: DSCONV
    Stride { X: 2, Y: 2 }
    Dimensions { K: 1, C: 576, R: 3, S: 3, Y: 16, X: 16 }
    Dataflow {
      SpatialMap(1,1) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
    }
  }
  Layer B14_PROJECT {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 160, C: 576, R: 1, S: 1, Y: 7, X: 7 }
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
  Layer B15_EXPAND {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 960, C: 160, R: 1, S: 1, Y: 7, X: 7 }
  }
  Layer B15_DEPTHWISE {
    Type: DSCONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 1, C: 960, R: 3, S: 3, Y: 9, X: 9 }
    Dataflow {
      SpatialMap(1,1) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
    }
  }
  Layer B15_PROJECT {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 160, C: 960, R: 1, S: 1, Y: 7, X: 7 }
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
  Layer B16_EXPAND {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 960, C: 160, R: 1, S: 1, Y: 7, X: 7 }
  }
  Layer B16_DEPTHWISE {
    Type: DSCONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 1, C: 960, R: 3, S: 3, Y: 9, X: 9 }
    Dataflow {
      SpatialMap(1,1) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
    }
  }
  Layer B16_PROJECT {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 160, C: 960, R: 1, S: 1, Y: 7, X: 7 }
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
  Layer B17_EXPAND {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 960, C: 160, R: 1, S: 1, Y: 7, X: 7 }
  }
  Layer B17_DEPTHWISE {
    Type: DSCONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 1, C: 960, R: 3, S: 3, Y: 9, X: 9 }
    Dataflow {
      SpatialMap(1,1) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
    }
  }
  Layer B17_PROJECT {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 320, C: 960, R: 1, S: 1, Y: 7, X: 7 }
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
  Layer CONV2 {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 1280, C: 320, R: 1, S: 1, Y: 7, X: 7 }
  }
  Layer FC {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 1000, C: 1280, R: 1, S: 1, Y: 1, X: 1 }
  }
}

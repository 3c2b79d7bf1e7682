Network unet {
  Layer CONV1 {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 64, C: 1, R: 3, S: 3, Y: 572, X: 572 }
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
    Dimensions { K: 64, C: 64, R: 3, S: 3, Y: 570, X: 570 }
  }
  Layer CONV3 {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 128, C: 64, R: 3, S: 3, Y: 284, X: 284 }
  }
  Layer CONV4 {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 128, C: 128, R: 3, S: 3, Y: 282, X: 282 }
  }
  Layer CONV5 {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 256, C: 128, R: 3, S: 3, Y: 140, X: 140 }
  }
  Layer CONV6 {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 256, C: 256, R: 3, S: 3, Y: 138, X: 138 }
  }
  Layer CONV7 {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 512, C: 256, R: 3, S: 3, Y: 68, X: 68 }
  }
  Layer CONV8 {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 512, C: 512, R: 3, S: 3, Y: 66, X: 66 }
  }
  Layer CONV9 {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 1024, C: 512, R: 3, S: 3, Y: 32, X: 32 }
  }
  Layer CONV10 {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 1024, C: 1024, R: 3, S: 3, Y: 30, X: 30 }
  }
  Layer UP1 {
    Type: TRCONV
    Stride { X: 2, Y: 2 }
    Dimensions { K: 512, C: 1024, R: 2, S: 2, Y: 28, X: 28 }
  }
  Layer CONV11 {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 512, C: 1024, R: 3, S: 3, Y: 56, X: 56 }
  }
  Layer CONV12 {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 512, C: 512, R: 3, S: 3, Y: 54, X: 54 }
  }
  Layer UP2 {
    Type: TRCONV
    Stride { X: 2, Y: 2 }
    Dimensions { K: 256, C: 512, R: 2, S: 2, Y: 52, X: 52 }
  }
  Layer CONV13 {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 256, C: 512, R: 3, S: 3, Y: 104, X: 104 }
  }
  Layer CONV14 {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 256, C: 256, R: 3, S: 3, Y: 102, X: 102 }
  }
  Layer UP3 {
    Type: TRCONV
    Stride { X: 2, Y: 2 }
    Dimensions { K: 128, C: 256, R: 2, S: 2, Y: 100, X: 100 }
  }
  Layer CONV15 {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 128, C: 256, R: 3, S: 3, Y: 200, X: 200 }
  }
  Layer CONV16 {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 128, C: 128, R: 3, S: 3, Y: 198, X: 198 }
  }
  Layer UP4 {
    Type: TRCONV
    Stride { X: 2, Y: 2 }
    Dimensions { K: 64, C: 128, R: 2, S: 2, Y: 196, X: 196 }
  }
  Layer CONV17 {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 64, C: 128, R: 3, S: 3, Y: 392, X: 392 }
  }
  Layer CONV18 {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 64, C: 64, R: 3, S: 3, Y: 390, X: 390 }
  }
  Layer CONV_OUT {
    Type: CONV
    Stride { X: 1, Y: 1 }
    Dimensions { K: 2, C: 64, R: 1, S: 1, Y: 388, X: 388 }
  }
}

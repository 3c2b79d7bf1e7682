Network resnet50 {
  Layer L1 {
    Type: CONV
    Dimensions { K: 64, C: 3, Y: 224, X: 224, R: 7, S: 7 }
    Dataflow {
    SpatialMap(KTileSz,KTileSz) K;
    TemporalMap(ClusterSz,ClusterSz) C;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    TemporalMap(Sz(R),1) Y;
    TemporalMap(Sz(S),1) X;
    Cluster(ClusterSz, P);
    SpatialMap(1,1) C;
    TemporalMap(Sz(R),1) Y;
    TemporalMap(Sz(S),1) X;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L2 {
    Type: CONV
    Dimensions { K: 64, C: 64, Y: 56, X: 56, R: 1, S: 1 }
  }
  Layer L3 {
    Type: CONV
    Dimensions { K: 64, C: 64, Y: 56, X: 56, R: 3, S: 3 }
  }
  Layer L4 {
    Type: CONV
    Dimensions { K: 256, C: 64, Y: 56, X: 56, R: 1, S: 1 }
  }
  Layer L5 {
    Type: CONV
    Dimensions { K: 256, C: 64, Y: 56, X: 56, R: 1, S: 1 }
  }
  Layer L6 {
    Type: CONV
    Dimensions { K: 64, C: 256, Y: 56, X: 56, R: 1, S: 1 }
  }
  Layer L7 {
    Type: CONV
    Dimensions { K: 64, C: 64, Y: 56, X: 56, R: 3, S: 3 }
  }
  Layer L8 {
    Type: CONV
    Dimensions { K: 256, C: 64, Y: 56, X: 56, R: 1, S: 1 }
  }
  Layer L9 {
    Type: CONV
    Dimensions { K: 64, C: 256, Y: 56, X: 56, R: 1, S: 1 }
  }
  Layer L10 {
    Type: CONV
    Dimensions { K: 64, C: 64, Y: 56, X: 56, R: 3, S: 3 }
  }
  Layer L11 {
    Type: CONV
    Dimensions { K: 256, C: 64, Y: 56, X: 56, R: 1, S: 1 }
  }
  Layer L12 {
    Type: CONV
    Dimensions { K: 128, C: 256, Y: 56, X: 56, R: 1, S: 1 }
  }
  Layer L13 {
    Type: CONV
    Dimensions { K: 128, C: 128, Y: 56, X: 56, R: 3, S: 3 }
  }
  Layer L14 {
    Type: CONV
    Dimensions { K: 512, C: 128, Y: 28, X: 28, R: 1, S: 1 }
  }
  Layer L15 {
    Type: CONV
    Dimensions { K: 512, C: 256, Y: 56, X: 56, R: 1, S: 1 }
  }
  Layer L16 {
    Type: CONV
    Dimensions { K: 128, C: 512, Y: 28, X: 28, R: 1, S: 1 }
  }
  Layer L17 {
    Type: CONV
    Dimensions { K: 128, C: 128, Y: 28, X: 28, R: 3, S: 3 }
  }
  Layer L18 {
    Type: CONV
    Dimensions { K: 512, C: 128, Y: 28, X: 28, R: 1, S: 1 }
  }
  Layer L19 {
    Type: CONV
    Dimensions { K: 128, C: 512, Y: 28, X: 28, R: 1, S: 1 }
  }
  Layer L20 {
    Type: CONV
    Dimensions { K: 128, C: 128, Y: 28, X: 28, R: 3, S: 3 }
  }
  Layer L21 {
    Type: CONV
    Dimensions { K: 512, C: 128, Y: 28, X: 28, R: 1, S: 1 }
  }
  Layer L22 {
    Type: CONV
    Dimensions { K: 128, C: 512, Y: 28, X: 28, R: 1, S: 1 }
  }
  Layer L23 {
    Type: CONV
    Dimensions { K: 128, C: 128, Y: 28, X: 28, R: 3, S: 3 }
  }
  Layer L24 {
    Type: CONV
    Dimensions { K: 512, C: 128, Y: 28, X: 28, R: 1, S: 1 }
  }
  Layer L25 {
    Type: CONV
    Dimensions { K: 256, C: 512, Y: 28, X: 28, R: 1, S: 1 }
  }
  Layer L26 {
    Type: CONV
    Dimensions { K: 256, C: 256, Y: 28, X: 28, R: 3, S: 3 }
  }
  Layer L27 {
    Type: CONV
    Dimensions { K: 1024, C: 256, Y: 14, X: 14, R: 1, S: 1 }
  }
  Layer L28 {
    Type: CONV
    Dimensions { K: 1024, C: 512, Y: 28, X: 28, R: 1, S: 1 }
  }
  Layer L29 {
    Type: CONV
    Dimensions { K: 256, C: 1024, Y: 14, X: 14, R: 1, S: 1 }
  }
  Layer L30 {
    Type: CONV
    Dimensions { K: 256, C: 256, Y: 14, X: 14, R: 3, S: 3 }
  }
  Layer L31 {
    Type: CONV
    Dimensions { K: 1024, C: 256, Y: 14, X: 14, R: 1, S: 1 }
  }
  Layer L32 {
    Type: CONV
    Dimensions { K: 256, C: 1024, Y: 14, X: 14, R: 1, S: 1 }
  }
  Layer L33 {
    Type: CONV
    Dimensions { K: 256, C: 256, Y: 14, X: 14, R: 3, S: 3 }
  }
  Layer L34 {
    Type: CONV
    Dimensions { K: 1024, C: 256, Y: 14, X: 14, R: 1, S: 1 }
  }
  Layer L35 {
    Type: CONV
    Dimensions { K: 256, C: 1024, Y: 14, X: 14, R: 1, S: 1 }
  }
  Layer L36 {
    Type: CONV
    Dimensions { K: 256, C: 256, Y: 14, X: 14, R: 3, S: 3 }
  }
  Layer L37 {
    Type: CONV
    Dimensions { K: 1024, C: 256, Y: 14, X: 14, R: 1, S: 1 }
  }
  Layer L38 {
    Type: CONV
    Dimensions { K: 256, C: 1024, Y: 14, X: 14, R: 1, S: 1 }
  }
  Layer L39 {
    Type: CONV
    Dimensions { K: 256, C: 256, Y: 14, X: 14, R: 3, S: 3 }
  }
  Layer L40 {
    Type: CONV
    Dimensions { K: 1024, C: 256, Y: 14, X: 14, R: 1, S: 1 }
  }
  Layer L41 {
    Type: CONV
    Dimensions { K: 256, C: 1024, Y: 14, X: 14, R: 1, S: 1 }
  }
  Layer L42 {
    Type: CONV
    Dimensions { K: 256, C: 256, Y: 14, X: 14, R: 3, S: 3 }
  }
  Layer L43 {
    Type: CONV
    Dimensions { K: 1024, C: 256, Y: 14, X: 14, R: 1, S: 1 }
  }
  Layer L44 {
    Type: CONV
    Dimensions { K: 512, C: 1024, Y: 14, X: 14, R: 1, S: 1 }
  }
  Layer L45 {
    Type: CONV
    Dimensions { K: 512, C: 512, Y: 14, X: 14, R: 3, S: 3 }
  }
  Layer L46 {
    Type: CONV
    Dimensions { K: 2048, C: 512, Y: 7, X: 7, R: 1, S: 1 }
  }
  Layer L47 {
    Type: CONV
    Dimensions { K: 2048, C: 1024, Y: 14, X: 14, R: 1, S: 1 }
  }
  Layer L48 {
    Type: CONV
    Dimensions { K: 512, C: 2048, Y: 7, X: 7, R: 1, S: 1 }
  }
  Layer L49 {
    Type: CONV
    Dimensions { K: 512, C: 512, Y: 7, X: 7, R: 3, S: 3 }
  }
  Layer L50 {
    Type: CONV
    Dimensions { K: 2048, C: 512, Y: 7, X: 7, R: 1, S: 1 }
  }
  Layer L51 {
    Type: CONV
    Dimensions { K: 512, C: 2048, Y: 7, X: 7, R: 1, S: 1 }
  }
  Layer L52 {
    Type: CONV
    Dimensions { K: 512, C: 512, Y: 7, X: 7, R: 3, S: 3 }
  }
  Layer L53 {
    Type: CONV
    Dimensions { K: 2048, C: 512, Y: 7, X: 7, R: 1, S: 1 }
  }
}

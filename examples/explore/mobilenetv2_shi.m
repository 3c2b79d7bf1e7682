Network mobilenet_v2 {
  Layer L1 {
    Type: CONV
    Dimensions { K: 32, C: 3, Y: 224, X: 224, R: 3, S: 3 }
    Dataflow {
    TemporalMap(KTileSz,KTileSz) K;
    SpatialMap(Sz(R),Sz(R)) Y';
    TemporalMap(ClusterSz,ClusterSz) X';
    TemporalMap(1,1) C;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    Cluster(ClusterSz, P);
    TemporalMap(1,1) C;
    TemporalMap(1,1) Y';
    SpatialMap(1,1) X';
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L2 {
    Type: DSCONV
    Dimensions { K: 1, C: 32, Y: 112, X: 112, R: 3, S: 3 }
    Dataflow {
    SpatialMap(KTileSz,KTileSz) C;
    TemporalMap(Sz(R),1) Y;
    TemporalMap(Sz(S),1) X;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L3 {
    Type: CONV
    Dimensions { K: 16, C: 32, Y: 112, X: 112, R: 1, S: 1 }
    Dataflow {
    TemporalMap(KTileSz,KTileSz) K;
    SpatialMap(Sz(R),Sz(R)) Y';
    TemporalMap(ClusterSz,ClusterSz) X';
    TemporalMap(1,1) C;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    Cluster(ClusterSz, P);
    TemporalMap(1,1) C;
    TemporalMap(1,1) Y';
    SpatialMap(1,1) X';
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L4 {
    Type: CONV
    Dimensions { K: 96, C: 16, Y: 112, X: 112, R: 1, S: 1 }
  }
  Layer L5 {
    Type: DSCONV
    Dimensions { K: 1, C: 96, Y: 112, X: 112, R: 3, S: 3 }
    Dataflow {
    SpatialMap(KTileSz,KTileSz) C;
    TemporalMap(Sz(R),1) Y;
    TemporalMap(Sz(S),1) X;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L6 {
    Type: CONV
    Dimensions { K: 24, C: 96, Y: 56, X: 56, R: 1, S: 1 }
    Dataflow {
    TemporalMap(KTileSz,KTileSz) K;
    SpatialMap(Sz(R),Sz(R)) Y';
    TemporalMap(ClusterSz,ClusterSz) X';
    TemporalMap(1,1) C;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    Cluster(ClusterSz, P);
    TemporalMap(1,1) C;
    TemporalMap(1,1) Y';
    SpatialMap(1,1) X';
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L7 {
    Type: CONV
    Dimensions { K: 144, C: 24, Y: 56, X: 56, R: 1, S: 1 }
  }
  Layer L8 {
    Type: DSCONV
    Dimensions { K: 1, C: 144, Y: 56, X: 56, R: 3, S: 3 }
    Dataflow {
    SpatialMap(KTileSz,KTileSz) C;
    TemporalMap(Sz(R),1) Y;
    TemporalMap(Sz(S),1) X;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L9 {
    Type: CONV
    Dimensions { K: 24, C: 144, Y: 56, X: 56, R: 1, S: 1 }
    Dataflow {
    TemporalMap(KTileSz,KTileSz) K;
    SpatialMap(Sz(R),Sz(R)) Y';
    TemporalMap(ClusterSz,ClusterSz) X';
    TemporalMap(1,1) C;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    Cluster(ClusterSz, P);
    TemporalMap(1,1) C;
    TemporalMap(1,1) Y';
    SpatialMap(1,1) X';
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L10 {
    Type: CONV
    Dimensions { K: 144, C: 24, Y: 56, X: 56, R: 1, S: 1 }
  }
  Layer L11 {
    Type: DSCONV
    Dimensions { K: 1, C: 144, Y: 56, X: 56, R: 3, S: 3 }
    Dataflow {
    SpatialMap(KTileSz,KTileSz) C;
    TemporalMap(Sz(R),1) Y;
    TemporalMap(Sz(S),1) X;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L12 {
    Type: CONV
    Dimensions { K: 32, C: 144, Y: 28, X: 28, R: 1, S: 1 }
    Dataflow {
    TemporalMap(KTileSz,KTileSz) K;
    SpatialMap(Sz(R),Sz(R)) Y';
    TemporalMap(ClusterSz,ClusterSz) X';
    TemporalMap(1,1) C;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    Cluster(ClusterSz, P);
    TemporalMap(1,1) C;
    TemporalMap(1,1) Y';
    SpatialMap(1,1) X';
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L13 {
    Type: CONV
    Dimensions { K: 192, C: 32, Y: 28, X: 28, R: 1, S: 1 }
  }
  Layer L14 {
    Type: DSCONV
    Dimensions { K: 1, C: 192, Y: 28, X: 28, R: 3, S: 3 }
    Dataflow {
    SpatialMap(KTileSz,KTileSz) C;
    TemporalMap(Sz(R),1) Y;
    TemporalMap(Sz(S),1) X;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L15 {
    Type: CONV
    Dimensions { K: 32, C: 192, Y: 28, X: 28, R: 1, S: 1 }
    Dataflow {
    TemporalMap(KTileSz,KTileSz) K;
    SpatialMap(Sz(R),Sz(R)) Y';
    TemporalMap(ClusterSz,ClusterSz) X';
    TemporalMap(1,1) C;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    Cluster(ClusterSz, P);
    TemporalMap(1,1) C;
    TemporalMap(1,1) Y';
    SpatialMap(1,1) X';
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L16 {
    Type: CONV
    Dimensions { K: 192, C: 32, Y: 28, X: 28, R: 1, S: 1 }
  }
  Layer L17 {
    Type: DSCONV
    Dimensions { K: 1, C: 192, Y: 28, X: 28, R: 3, S: 3 }
    Dataflow {
    SpatialMap(KTileSz,KTileSz) C;
    TemporalMap(Sz(R),1) Y;
    TemporalMap(Sz(S),1) X;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L18 {
    Type: CONV
    Dimensions { K: 32, C: 192, Y: 28, X: 28, R: 1, S: 1 }
    Dataflow {
    TemporalMap(KTileSz,KTileSz) K;
    SpatialMap(Sz(R),Sz(R)) Y';
    TemporalMap(ClusterSz,ClusterSz) X';
    TemporalMap(1,1) C;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    Cluster(ClusterSz, P);
    TemporalMap(1,1) C;
    TemporalMap(1,1) Y';
    SpatialMap(1,1) X';
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L19 {
    Type: CONV
    Dimensions { K: 192, C: 32, Y: 28, X: 28, R: 1, S: 1 }
  }
  Layer L20 {
    Type: DSCONV
    Dimensions { K: 1, C: 192, Y: 28, X: 28, R: 3, S: 3 }
    Dataflow {
    SpatialMap(KTileSz,KTileSz) C;
    TemporalMap(Sz(R),1) Y;
    TemporalMap(Sz(S),1) X;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L21 {
    Type: CONV
    Dimensions { K: 64, C: 192, Y: 14, X: 14, R: 1, S: 1 }
    Dataflow {
    TemporalMap(KTileSz,KTileSz) K;
    SpatialMap(Sz(R),Sz(R)) Y';
    TemporalMap(ClusterSz,ClusterSz) X';
    TemporalMap(1,1) C;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    Cluster(ClusterSz, P);
    TemporalMap(1,1) C;
    TemporalMap(1,1) Y';
    SpatialMap(1,1) X';
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L22 {
    Type: CONV
    Dimensions { K: 384, C: 64, Y: 14, X: 14, R: 1, S: 1 }
  }
  Layer L23 {
    Type: DSCONV
    Dimensions { K: 1, C: 384, Y: 14, X: 14, R: 3, S: 3 }
    Dataflow {
    SpatialMap(KTileSz,KTileSz) C;
    TemporalMap(Sz(R),1) Y;
    TemporalMap(Sz(S),1) X;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L24 {
    Type: CONV
    Dimensions { K: 64, C: 384, Y: 14, X: 14, R: 1, S: 1 }
    Dataflow {
    TemporalMap(KTileSz,KTileSz) K;
    SpatialMap(Sz(R),Sz(R)) Y';
    TemporalMap(ClusterSz,ClusterSz) X';
    TemporalMap(1,1) C;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    Cluster(ClusterSz, P);
    TemporalMap(1,1) C;
    TemporalMap(1,1) Y';
    SpatialMap(1,1) X';
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L25 {
    Type: CONV
    Dimensions { K: 384, C: 64, Y: 14, X: 14, R: 1, S: 1 }
  }
  Layer L26 {
    Type: DSCONV
    Dimensions { K: 1, C: 384, Y: 14, X: 14, R: 3, S: 3 }
    Dataflow {
    SpatialMap(KTileSz,KTileSz) C;
    TemporalMap(Sz(R),1) Y;
    TemporalMap(Sz(S),1) X;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L27 {
    Type: CONV
    Dimensions { K: 64, C: 384, Y: 14, X: 14, R: 1, S: 1 }
    Dataflow {
    TemporalMap(KTileSz,KTileSz) K;
    SpatialMap(Sz(R),Sz(R)) Y';
    TemporalMap(ClusterSz,ClusterSz) X';
    TemporalMap(1,1) C;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    Cluster(ClusterSz, P);
    TemporalMap(1,1) C;
    TemporalMap(1,1) Y';
    SpatialMap(1,1) X';
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L28 {
    Type: CONV
    Dimensions { K: 384, C: 64, Y: 14, X: 14, R: 1, S: 1 }
  }
  Layer L29 {
    Type: DSCONV
    Dimensions { K: 1, C: 384, Y: 14, X: 14, R: 3, S: 3 }
    Dataflow {
    SpatialMap(KTileSz,KTileSz) C;
    TemporalMap(Sz(R),1) Y;
    TemporalMap(Sz(S),1) X;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L30 {
    Type: CONV
    Dimensions { K: 64, C: 384, Y: 14, X: 14, R: 1, S: 1 }
    Dataflow {
    TemporalMap(KTileSz,KTileSz) K;
    SpatialMap(Sz(R),Sz(R)) Y';
    TemporalMap(ClusterSz,ClusterSz) X';
    TemporalMap(1,1) C;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    Cluster(ClusterSz, P);
    TemporalMap(1,1) C;
    TemporalMap(1,1) Y';
    SpatialMap(1,1) X';
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L31 {
    Type: CONV
    Dimensions { K: 384, C: 64, Y: 14, X: 14, R: 1, S: 1 }
  }
  Layer L32 {
    Type: DSCONV
    Dimensions { K: 1, C: 384, Y: 14, X: 14, R: 3, S: 3 }
    Dataflow {
    SpatialMap(KTileSz,KTileSz) C;
    TemporalMap(Sz(R),1) Y;
    TemporalMap(Sz(S),1) X;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L33 {
    Type: CONV
    Dimensions { K: 96, C: 384, Y: 14, X: 14, R: 1, S: 1 }
    Dataflow {
    TemporalMap(KTileSz,KTileSz) K;
    SpatialMap(Sz(R),Sz(R)) Y';
    TemporalMap(ClusterSz,ClusterSz) X';
    TemporalMap(1,1) C;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    Cluster(ClusterSz, P);
    TemporalMap(1,1) C;
    TemporalMap(1,1) Y';
    SpatialMap(1,1) X';
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L34 {
    Type: CONV
    Dimensions { K: 576, C: 96, Y: 14, X: 14, R: 1, S: 1 }
  }
  Layer L35 {
    Type: DSCONV
    Dimensions { K: 1, C: 576, Y: 14, X: 14, R: 3, S: 3 }
    Dataflow {
    SpatialMap(KTileSz,KTileSz) C;
    TemporalMap(Sz(R),1) Y;
    TemporalMap(Sz(S),1) X;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L36 {
    Type: CONV
    Dimensions { K: 96, C: 576, Y: 14, X: 14, R: 1, S: 1 }
    Dataflow {
    TemporalMap(KTileSz,KTileSz) K;
    SpatialMap(Sz(R),Sz(R)) Y';
    TemporalMap(ClusterSz,ClusterSz) X';
    TemporalMap(1,1) C;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    Cluster(ClusterSz, P);
    TemporalMap(1,1) C;
    TemporalMap(1,1) Y';
    SpatialMap(1,1) X';
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L37 {
    Type: CONV
    Dimensions { K: 576, C: 96, Y: 14, X: 14, R: 1, S: 1 }
  }
  Layer L38 {
    Type: DSCONV
    Dimensions { K: 1, C: 576, Y: 14, X: 14, R: 3, S: 3 }
    Dataflow {
    SpatialMap(KTileSz,KTileSz) C;
    TemporalMap(Sz(R),1) Y;
    TemporalMap(Sz(S),1) X;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L39 {
    Type: CONV
    Dimensions { K: 96, C: 576, Y: 14, X: 14, R: 1, S: 1 }
    Dataflow {
    TemporalMap(KTileSz,KTileSz) K;
    SpatialMap(Sz(R),Sz(R)) Y';
    TemporalMap(ClusterSz,ClusterSz) X';
    TemporalMap(1,1) C;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    Cluster(ClusterSz, P);
    TemporalMap(1,1) C;
    TemporalMap(1,1) Y';
    SpatialMap(1,1) X';
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L40 {
    Type: CONV
    Dimensions { K: 576, C: 96, Y: 14, X: 14, R: 1, S: 1 }
  }
  Layer L41 {
    Type: DSCONV
    Dimensions { K: 1, C: 576, Y: 14, X: 14, R: 3, S: 3 }
    Dataflow {
    SpatialMap(KTileSz,KTileSz) C;
    TemporalMap(Sz(R),1) Y;
    TemporalMap(Sz(S),1) X;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L42 {
    Type: CONV
    Dimensions { K: 160, C: 576, Y: 7, X: 7, R: 1, S: 1 }
    Dataflow {
    TemporalMap(KTileSz,KTileSz) K;
    SpatialMap(Sz(R),Sz(R)) Y';
    TemporalMap(ClusterSz,ClusterSz) X';
    TemporalMap(1,1) C;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    Cluster(ClusterSz, P);
    TemporalMap(1,1) C;
    TemporalMap(1,1) Y';
    SpatialMap(1,1) X';
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L43 {
    Type: CONV
    Dimensions { K: 960, C: 160, Y: 7, X: 7, R: 1, S: 1 }
  }
  Layer L44 {
    Type: DSCONV
    Dimensions { K: 1, C: 960, Y: 7, X: 7, R: 3, S: 3 }
    Dataflow {
    SpatialMap(KTileSz,KTileSz) C;
    TemporalMap(Sz(R),1) Y;
    TemporalMap(Sz(S),1) X;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L45 {
    Type: CONV
    Dimensions { K: 160, C: 960, Y: 7, X: 7, R: 1, S: 1 }
    Dataflow {
    TemporalMap(KTileSz,KTileSz) K;
    SpatialMap(Sz(R),Sz(R)) Y';
    TemporalMap(ClusterSz,ClusterSz) X';
    TemporalMap(1,1) C;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    Cluster(ClusterSz, P);
    TemporalMap(1,1) C;
    TemporalMap(1,1) Y';
    SpatialMap(1,1) X';
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L46 {
    Type: CONV
    Dimensions { K: 960, C: 160, Y: 7, X: 7, R: 1, S: 1 }
  }
  Layer L47 {
    Type: DSCONV
    Dimensions { K: 1, C: 960, Y: 7, X: 7, R: 3, S: 3 }
    Dataflow {
    SpatialMap(KTileSz,KTileSz) C;
    TemporalMap(Sz(R),1) Y;
    TemporalMap(Sz(S),1) X;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L48 {
    Type: CONV
    Dimensions { K: 160, C: 960, Y: 7, X: 7, R: 1, S: 1 }
    Dataflow {
    TemporalMap(KTileSz,KTileSz) K;
    SpatialMap(Sz(R),Sz(R)) Y';
    TemporalMap(ClusterSz,ClusterSz) X';
    TemporalMap(1,1) C;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    Cluster(ClusterSz, P);
    TemporalMap(1,1) C;
    TemporalMap(1,1) Y';
    SpatialMap(1,1) X';
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L49 {
    Type: CONV
    Dimensions { K: 960, C: 160, Y: 7, X: 7, R: 1, S: 1 }
  }
  Layer L50 {
    Type: DSCONV
    Dimensions { K: 1, C: 960, Y: 7, X: 7, R: 3, S: 3 }
    Dataflow {
    SpatialMap(KTileSz,KTileSz) C;
    TemporalMap(Sz(R),1) Y;
    TemporalMap(Sz(S),1) X;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L51 {
    Type: CONV
    Dimensions { K: 320, C: 960, Y: 7, X: 7, R: 1, S: 1 }
    Dataflow {
    TemporalMap(KTileSz,KTileSz) K;
    SpatialMap(Sz(R),Sz(R)) Y';
    TemporalMap(ClusterSz,ClusterSz) X';
    TemporalMap(1,1) C;
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    Cluster(ClusterSz, P);
    TemporalMap(1,1) C;
    TemporalMap(1,1) Y';
    SpatialMap(1,1) X';
    TemporalMap(Sz(R),Sz(R)) R;
    TemporalMap(Sz(S),Sz(S)) S;
    }
  }
  Layer L52 {
    Type: CONV
    Dimensions { K: 1280, C: 320, Y: 7, X: 7, R: 1, S: 1 }
  }
}

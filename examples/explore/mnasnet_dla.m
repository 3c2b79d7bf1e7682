Network mnasnet {
  Layer L1 {
    Type: CONV
    Dimensions { K: 32, C: 3, Y: 224, X: 224, R: 3, S: 3 }
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
  Layer L4 {
    Type: CONV
    Dimensions { K: 48, C: 16, Y: 112, X: 112, R: 1, S: 1 }
  }
  Layer L5 {
    Type: DSCONV
    Dimensions { K: 1, C: 48, Y: 112, X: 112, R: 3, S: 3 }
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
    Dimensions { K: 24, C: 48, Y: 56, X: 56, R: 1, S: 1 }
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
  Layer L7 {
    Type: CONV
    Dimensions { K: 72, C: 24, Y: 56, X: 56, R: 1, S: 1 }
  }
  Layer L8 {
    Type: DSCONV
    Dimensions { K: 1, C: 72, Y: 56, X: 56, R: 3, S: 3 }
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
    Dimensions { K: 24, C: 72, Y: 56, X: 56, R: 1, S: 1 }
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
  Layer L10 {
    Type: CONV
    Dimensions { K: 72, C: 24, Y: 56, X: 56, R: 1, S: 1 }
  }
  Layer L11 {
    Type: DSCONV
    Dimensions { K: 1, C: 72, Y: 56, X: 56, R: 3, S: 3 }
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
    Dimensions { K: 24, C: 72, Y: 56, X: 56, R: 1, S: 1 }
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
  Layer L13 {
    Type: CONV
    Dimensions { K: 72, C: 24, Y: 56, X: 56, R: 1, S: 1 }
  }
  Layer L14 {
    Type: DSCONV
    Dimensions { K: 1, C: 72, Y: 56, X: 56, R: 5, S: 5 }
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
    Dimensions { K: 40, C: 72, Y: 28, X: 28, R: 1, S: 1 }
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
  Layer L16 {
    Type: CONV
    Dimensions { K: 120, C: 40, Y: 28, X: 28, R: 1, S: 1 }
  }
  Layer L17 {
    Type: DSCONV
    Dimensions { K: 1, C: 120, Y: 28, X: 28, R: 5, S: 5 }
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
    Dimensions { K: 40, C: 120, Y: 28, X: 28, R: 1, S: 1 }
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
  Layer L19 {
    Type: CONV
    Dimensions { K: 120, C: 40, Y: 28, X: 28, R: 1, S: 1 }
  }
  Layer L20 {
    Type: DSCONV
    Dimensions { K: 1, C: 120, Y: 28, X: 28, R: 5, S: 5 }
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
    Dimensions { K: 40, C: 120, Y: 28, X: 28, R: 1, S: 1 }
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
  Layer L22 {
    Type: CONV
    Dimensions { K: 240, C: 40, Y: 28, X: 28, R: 1, S: 1 }
  }
  Layer L23 {
    Type: DSCONV
    Dimensions { K: 1, C: 240, Y: 28, X: 28, R: 5, S: 5 }
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
    Dimensions { K: 80, C: 240, Y: 14, X: 14, R: 1, S: 1 }
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
  Layer L25 {
    Type: CONV
    Dimensions { K: 480, C: 80, Y: 14, X: 14, R: 1, S: 1 }
  }
  Layer L26 {
    Type: DSCONV
    Dimensions { K: 1, C: 480, Y: 14, X: 14, R: 5, S: 5 }
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
    Dimensions { K: 80, C: 480, Y: 14, X: 14, R: 1, S: 1 }
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
  Layer L28 {
    Type: CONV
    Dimensions { K: 480, C: 80, Y: 14, X: 14, R: 1, S: 1 }
  }
  Layer L29 {
    Type: DSCONV
    Dimensions { K: 1, C: 480, Y: 14, X: 14, R: 5, S: 5 }
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
    Dimensions { K: 80, C: 480, Y: 14, X: 14, R: 1, S: 1 }
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
  Layer L31 {
    Type: CONV
    Dimensions { K: 480, C: 80, Y: 14, X: 14, R: 1, S: 1 }
  }
  Layer L32 {
    Type: DSCONV
    Dimensions { K: 1, C: 480, Y: 14, X: 14, R: 3, S: 3 }
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
    Dimensions { K: 96, C: 480, Y: 14, X: 14, R: 1, S: 1 }
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
  Layer L37 {
    Type: CONV
    Dimensions { K: 576, C: 96, Y: 14, X: 14, R: 1, S: 1 }
  }
  Layer L38 {
    Type: DSCONV
    Dimensions { K: 1, C: 576, Y: 14, X: 14, R: 5, S: 5 }
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
    Dimensions { K: 192, C: 576, Y: 7, X: 7, R: 1, S: 1 }
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
  Layer L40 {
    Type: CONV
    Dimensions { K: 1152, C: 192, Y: 7, X: 7, R: 1, S: 1 }
  }
  Layer L41 {
    Type: DSCONV
    Dimensions { K: 1, C: 1152, Y: 7, X: 7, R: 5, S: 5 }
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
    Dimensions { K: 192, C: 1152, Y: 7, X: 7, R: 1, S: 1 }
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
  Layer L43 {
    Type: CONV
    Dimensions { K: 1152, C: 192, Y: 7, X: 7, R: 1, S: 1 }
  }
  Layer L44 {
    Type: DSCONV
    Dimensions { K: 1, C: 1152, Y: 7, X: 7, R: 5, S: 5 }
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
    Dimensions { K: 192, C: 1152, Y: 7, X: 7, R: 1, S: 1 }
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
  Layer L46 {
    Type: CONV
    Dimensions { K: 1152, C: 192, Y: 7, X: 7, R: 1, S: 1 }
  }
  Layer L47 {
    Type: DSCONV
    Dimensions { K: 1, C: 1152, Y: 7, X: 7, R: 5, S: 5 }
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
    Dimensions { K: 192, C: 1152, Y: 7, X: 7, R: 1, S: 1 }
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
  Layer L49 {
    Type: CONV
    Dimensions { K: 1152, C: 192, Y: 7, X: 7, R: 1, S: 1 }
  }
  Layer L50 {
    Type: DSCONV
    Dimensions { K: 1, C: 1152, Y: 7, X: 7, R: 3, S: 3 }
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
    Dimensions { K: 320, C: 1152, Y: 7, X: 7, R: 1, S: 1 }
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
  Layer L52 {
    Type: CONV
    Dimensions { K: 1280, C: 320, Y: 7, X: 7, R: 1, S: 1 }
  }
}

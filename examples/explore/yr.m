// YR-P as the MAESTRO paper's exploration has it: rows of outputs over clusters of three, rows of filters inside.
// The input is padded: 224 x 224 and 14 x 14 outputs.
Network vgg16 {
  Layer CONV2 {
    Type: CONV
    Dimensions { K: 64, C: 64, R: 3, S: 3, Y: 226, X: 226 }
    Dataflow {
      TemporalMap(c,c) C;
      TemporalMap(k,k) K;
      SpatialMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      Cluster(Sz(R));
      SpatialMap(1,1) Y;
      SpatialMap(1,1) R;
    }
  }
  Layer CONV11 {
    Type: CONV
    Dimensions { K: 512, C: 512, R: 3, S: 3, Y: 16, X: 16 }
    Dataflow {
      TemporalMap(c,c) C;
      TemporalMap(k,k) K;
      SpatialMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      Cluster(Sz(R));
      SpatialMap(1,1) Y;
      SpatialMap(1,1) R;
    }
  }
}

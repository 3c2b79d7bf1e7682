// KC-P as the MAESTRO paper's exploration has it: one level, filters over the processing elements, channels in turn.
// The input is padded: 224 x 224 and 14 x 14 outputs.
Network vgg16 {
  Layer CONV2 {
    Type: CONV
    Dimensions { K: 64, C: 64, R: 3, S: 3, Y: 226, X: 226 }
    Dataflow {
      SpatialMap(k,k) K;
      TemporalMap(c,c) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
    }
  }
  Layer CONV11 {
    Type: CONV
    Dimensions { K: 512, C: 512, R: 3, S: 3, Y: 16, X: 16 }
    Dataflow {
      SpatialMap(k,k) K;
      TemporalMap(c,c) C;
      TemporalMap(Sz(R),Sz(R)) R;
      TemporalMap(Sz(S),Sz(S)) S;
      TemporalMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
    }
  }
}

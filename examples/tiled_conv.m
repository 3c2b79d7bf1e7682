// A convolution tiled for three memories: DRAM feeds L2 above Cluster(56, L2), L2 feeds the L1 of 56 clusters of 3 PEs below it
// (weft evaluate examples/tiled_conv.m --accelerator eyeriss).
Network tiled {
  Layer CONV3 {
    Type: CONV
    Dimensions { K: 384, C: 256, R: 3, S: 3, Y: 15, X: 15 }
    Dataflow {
      TemporalMap(64,64) K;
      TemporalMap(16,16) C;
      Cluster(56, L2);
      TemporalMap(2,2) K;
      TemporalMap(1,1) C;
      SpatialMap(Sz(R),1) Y;
      TemporalMap(Sz(S),1) X;
      Cluster(Sz(R));
      SpatialMap(1,1) Y;
      SpatialMap(1,1) R;
    }
  }
}

// weft evaluate examples/dataflows/maeri.m --accelerator maeri_64
//
// MAERI's dense convolution (Kwon et al., ASPLOS 2018, its mapping of a convolution to virtual neurons; from memory of
// it): the taps of one kernel are a virtual neuron of R x S multipliers that keep their weights while the window
// slides; with 3 x 3 taps seven of them work side by side.
Network maeri {
  Layer VGG16_CONV1_1 {
    Type: CONV
    Dimensions { K: 64, C: 3, R: 3, S: 3, Y: 226, X: 226 }
    Dataflow {
      SpatialMap(1,1) K;
      TemporalMap(1,1) C;
      TemporalMap(1,1) Y';
      TemporalMap(1,1) X';
      Cluster(Sz(R));
      SpatialMap(1,1) R;
      Cluster(Sz(S));
      SpatialMap(1,1) S;
    }
  }
  Layer VGG16_CONV3_2 {
    Type: CONV
    Dimensions { K: 256, C: 256, R: 3, S: 3, Y: 58, X: 58 }
  }
  // A fully connected layer: one virtual neuron of all 64 multipliers.
  Layer ALEXNET_FC8 {
    Type: FC
    Dimensions { K: 1000, C: 4096 }
    Dataflow {
      TemporalMap(1,1) K;
      TemporalMap(64,64) C;
      Cluster(64);
      SpatialMap(1,1) C;
    }
  }
}

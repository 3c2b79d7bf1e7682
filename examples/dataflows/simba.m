// weft evaluate examples/dataflows/simba.m --accelerator simba_like
//
// Simba's baseline dataflow (Shao et al., MICRO 2019, its figure of that name; from memory of it): kernels over the
// chiplets, channels over the elements of a chiplet, which pass on partial sums; in an element eight kernels by eight
// channels, weights stationary.
Network simba {
  Layer RESNET50_CONV4_1_B {
    Type: CONV
    Dimensions { K: 256, C: 256, R: 3, S: 3, Y: 16, X: 16 }
    Dataflow {
      SpatialMap(8,8) K;
      TemporalMap(4,4) Y';
      Cluster(16, GB);
      SpatialMap(16,16) C;
      Cluster(1, WB);
      TemporalMap(2,2) Y';
      Cluster(1, IB);
      TemporalMap(1,1) Y';
      Cluster(8, AB);
      TemporalMap(8,8) C;
      TemporalMap(1,1) R;
      TemporalMap(1,1) S;
      SpatialMap(1,1) K;
      TemporalMap(1,1) X';
      Cluster(8);
      SpatialMap(1,1) C;
    }
  }
  Layer RESNET50_CONV5_1_B {
    Type: CONV
    Dimensions { K: 512, C: 256, R: 3, S: 3, Y: 9, X: 9 }
  }
}

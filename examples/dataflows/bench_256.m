// weft evaluate examples/dataflows/bench_256.m --accelerator bench_256
//
// The plain machine for comparisons, no published dataflow: kernels and channels on the two sides of the array.
Network bench_256 {
  Layer RESNET50_CONV4_1_B {
    Type: CONV
    Dimensions { K: 256, C: 256, R: 3, S: 3, Y: 16, X: 16 }
    Dataflow {
      TemporalMap(64,64) K;
      TemporalMap(16,16) C;
      Cluster(1, L2);
      TemporalMap(16,16) K;
      TemporalMap(14,14) X';
      Cluster(16);
      TemporalMap(1,1) Y';
      SpatialMap(1,1) K;
      Cluster(16);
      SpatialMap(1,1) C;
      TemporalMap(1,1) X';
    }
  }
}

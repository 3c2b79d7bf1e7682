// The 1-D convolution of Figures 4 and 5 of Kwon et al. (MICRO-52, 2019): 12 outputs, 6 taps, six schedules.
// A to E on 3 PEs, F on 6 PEs in two clusters of 3 (weft evaluate examples/figure5.m --set pes=3 --layer A).
Network figure5 {
  Layer A {
    Type: CONV
    Dimensions { K: 1, C: 1, R: 1, S: 6, Y: 1, X: 17 }
    Dataflow { SpatialMap(1,1) X'; TemporalMap(1,1) S; }
  }
  Layer B {
    Type: CONV
    Dimensions { K: 1, C: 1, R: 1, S: 6, Y: 1, X: 17 }
    Dataflow { TemporalMap(1,1) S; SpatialMap(1,1) X'; }
  }
  Layer C {
    Type: CONV
    Dimensions { K: 1, C: 1, R: 1, S: 6, Y: 1, X: 17 }
    Dataflow { TemporalMap(1,1) X'; SpatialMap(1,1) S; }
  }
  Layer D {
    Type: CONV
    Dimensions { K: 1, C: 1, R: 1, S: 6, Y: 1, X: 17 }
    Dataflow { SpatialMap(1,1) S; TemporalMap(1,1) X'; }
  }
  Layer E {
    Type: CONV
    Dimensions { K: 1, C: 1, R: 1, S: 6, Y: 1, X: 17 }
    Dataflow { SpatialMap(2,2) S; TemporalMap(1,1) X'; }
  }
  Layer F {
    Type: CONV
    Dimensions { K: 1, C: 1, R: 1, S: 6, Y: 1, X: 17 }
    Dataflow { TemporalMap(3,3) S; SpatialMap(1,1) X'; Cluster(3); TemporalMap(1,1) X'; SpatialMap(1,1) S; }
  }
}

// The row-stationary example of Figure 6 of Kwon et al. (MICRO-52, 2019): 6 PEs in two clusters of 3
// (weft evaluate examples/figure6.m --set pes=6).
Network figure6 {
  Layer RS {
    Type: CONV
    Dimensions { N: 2, K: 4, C: 6, R: 3, S: 3, Y: 8, X: 8 }
    Dataflow {
      TemporalMap(1,1) N;
      TemporalMap(3,3) C;
      TemporalMap(2,2) K;
      SpatialMap(3,1) Y;
      TemporalMap(3,1) X;
      TemporalMap(3,3) R;
      TemporalMap(3,3) S;
      Cluster(3, P);
      TemporalMap(1,1) C;
      TemporalMap(1,1) K;
      SpatialMap(1,1) Y;
      SpatialMap(1,1) R;
    }
  }
}

// weft fuse examples/fusion/pair.m -a bench_256 --verify --verify-limit 200000
// Two 3x3 convolutions, rows of the second outside: over Y' what the first one made is kept, over X' it is made again.
Fuse pair {
  Memory { L2 }
  Outer { TemporalMap(4,4) Y'; TemporalMap(5,5) X'; }
  Stage FIRST {
    Type: CONV
    Dimensions { K: 6, C: 3, R: 3, S: 3, Y: 16, X: 16 }
    Recompute { X' }
    Dataflow { TemporalMap(2,2) K; SpatialMap(1,1) Y'; TemporalMap(1,1) X'; }
  }
  Stage SECOND {
    Type: CONV
    Dimensions { K: 4, C: 6, R: 3, S: 3, Y: 14, X: 14 }
    Dataflow { TemporalMap(2,2) K; SpatialMap(1,1) Y'; TemporalMap(1,1) X'; }
  }
}

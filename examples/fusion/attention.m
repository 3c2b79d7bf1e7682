// weft fuse examples/fusion/attention.m -a bench_256
// One head of attention, four queries a step: scores, softmax and sums of values never leave L2.
Fuse attention {
  Memory { L2 }
  Outer { TemporalMap(4,4) M; }
  Stage SCORES {
    Type: GEMM
    Dimensions { M: 64, N: 96, K: 32 }
    Dataflow { SpatialMap(1,1) M; TemporalMap(1,1) N; }
  }
  Stage LARGEST {
    Type: AFFINE
    Dimensions { m: 64, n: 96 }
    Tensors { score[m, n]; most[m] }
    Statement { most = max(most, score) }
    Dataflow { SpatialMap(1,1) m; TemporalMap(1,1) n; }
  }
  Stage EXPONENTIAL {
    Type: AFFINE
    Dimensions { m: 64, n: 96 }
    Tensors { score[m, n]; most[m]; weight[m, n] }
    Statement { weight = exp(score - most) }
    Dataflow { SpatialMap(1,1) m; TemporalMap(1,1) n; }
  }
  Stage SUM {
    Type: AFFINE
    Dimensions { m: 64, n: 96 }
    Tensors { weight[m, n]; total[m] }
    Statement { total += weight }
    Dataflow { SpatialMap(1,1) m; TemporalMap(1,1) n; }
  }
  Stage SHARE {
    Type: AFFINE
    Dimensions { m: 64, n: 96 }
    Tensors { weight[m, n]; total[m]; part[m, n] }
    Statement { part = weight / total }
    Dataflow { SpatialMap(1,1) m; TemporalMap(1,1) n; }
  }
  Stage VALUES {
    Type: GEMM
    Dimensions { M: 64, N: 32, K: 96 }
    Dataflow { SpatialMap(1,1) M; TemporalMap(1,1) N; }
  }
  Edges { 0->1[score], 0->2[score], 1->2[most], 2->3[weight], 2->4[weight], 3->4[total], 4->5[input] }
}

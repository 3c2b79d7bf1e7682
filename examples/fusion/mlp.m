// weft fuse examples/fusion/mlp.m -a bench_256
// Two products with a rectifier between, as layers without a program: weft fuse plans them.
Network mlp {
  Layer UP { Type: GEMM Dimensions { M: 256, N: 1024, K: 256 } }
  Layer RELU { Type: AFFINE Dimensions { m: 256, n: 1024 } Tensors { x[m, n]; y[m, n] } Statement { y = max(x, 0) } }
  Layer DOWN { Type: GEMM Dimensions { M: 256, N: 256, K: 1024 } }
}

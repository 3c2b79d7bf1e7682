// RUN: xdsl-opt -p weft-raise,weft-infer-clusters,weft-validate,weft-cost,weft-lower
// A linalg operation becomes the loops of its program, which the loops and the program's cost name.

func.func @product(%A: memref<8x4xf32>, %B: memref<4x6xf32>, %C: memref<8x6xf32>) {
  linalg.matmul ins(%A, %B : memref<8x4xf32>, memref<4x6xf32>) outs(%C : memref<8x6xf32>)
  func.return
}

// CHECK: func.func @product(%A: memref<8x4xf32>, %B: memref<4x6xf32>, %C: memref<8x6xf32>) {
// CHECK: affine.for %m = 0 to 8 {
// CHECK: affine.for %n = 0 to 6 {
// CHECK: affine.for %k = 0 to 4 {
// CHECK: affine.load %A[%m, %k] : memref<8x4xf32>
// CHECK: affine.load %B[%k, %n] : memref<4x6xf32>
// CHECK: affine.store %4, %C[%m, %n] : memref<8x6xf32>
// CHECK: } {weft.program = @product_matmul, weft.cost = {time = "stepwise", macs = 192 : i64, cycles = 194 : i64,
// CHECK: func.return
// CHECK: weft.program @product_matmul attributes {accelerator = "generic_256", weft.cost = {
// CHECK: weft.workload "GEMM"
// CHECK: dimensions ["M" = 8, "N" = 6, "K" = 4]
// CHECK: weft.level units 256 {
// CHECK: weft.temporal_map(1, 1) "M"
// CHECK: weft.temporal_map(1, 1) "N"
// CHECK: weft.temporal_map(1, 1) "K"

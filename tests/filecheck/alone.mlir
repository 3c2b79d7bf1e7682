// RUN: xdsl-opt -p weft-lower
// A program that comes from no operation becomes a function behind it.

weft.program @product {
  weft.workload "GEMM"
    dimensions ["M" = 8, "N" = 6, "K" = 4]
    inputs ["input"["M", "K"], "filter"["K", "N"]]
    output "output"["M", "N"]
  weft.dataflow {
    weft.level {
      weft.temporal_map(1, 1) "K"
    }
  }
}
func.func private @product_loops() -> ()

// CHECK: weft.program @product attributes {accelerator = "generic_256"} {
// CHECK: func.func @product_loops_2(%input: memref<8x4xf64>, %filter: memref<4x6xf64>, %output: memref<8x6xf64>) {
// CHECK: affine.for %k = 0 to 4 {
// CHECK: affine.for %m = 0 to 8 {
// CHECK: affine.for %n = 0 to 6 {
// CHECK: weft.program = @product
// CHECK: func.func private @product_loops() -> ()

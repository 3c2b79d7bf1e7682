// RUN: xdsl-opt -p 'weft-raise,weft-map{accelerator=bench_256 set="pes=16","shape=[4,4]" objective=cycles budget=600},weft-cost{time=throughput},weft-lower'
// The schedule of the operation is the best one on the machine, which the passes that follow know.

func.func @product(%A: memref<8x8xf32>, %B: memref<8x8xf32>, %C: memref<8x8xf32>) {
  linalg.matmul ins(%A, %B : memref<8x8xf32>, memref<8x8xf32>) outs(%C : memref<8x8xf32>)
  func.return
}

// CHECK: "affine.parallel"
// CHECK: {weft.program = @product_matmul, weft.cost = {time = "throughput", macs = 512 : i64, cycles = 32 : i64,
// CHECK: weft.program @product_matmul attributes {accelerator = "bench_256", set = ["pes=16", "shape=[4,4]"],
// CHECK: weft.search = ["note[W708]: cycles 32 (throughput): optimal among more than 10^
// CHECK: weft.level units 1 {
// CHECK: weft.cluster(1, "L2")
// CHECK: weft.level units 1 {
// CHECK: weft.cluster(2)
// CHECK: weft.level units 2 {
// CHECK: weft.cluster(2)
// CHECK: weft.level units 2 {
// CHECK: weft.cluster(4)
// CHECK: weft.level units 4 {

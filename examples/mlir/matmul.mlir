// A matrix product as one operation: its loops are in no order yet, so it raises to the plain one.
//   xdsl-opt -p "weft-raise,weft-infer-clusters,weft-validate,weft-cost,weft-lower" matmul.mlir
func.func @matmul(%A: memref<64x32xf32>, %B: memref<32x48xf32>, %C: memref<64x48xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%C : memref<64x48xf32>)
  linalg.matmul ins(%A, %B : memref<64x32xf32>, memref<32x48xf32>) outs(%C : memref<64x48xf32>)
  func.return
}

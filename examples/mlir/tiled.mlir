// A tiled matrix product in affine loops that clears its output on the way, and a nest that no directives can say.
// The size of k is an argument:
//   xdsl-opt -p 'weft-raise{sizes="n=32"},weft-infer-clusters{set="pes=64"},weft-validate,weft-cost,weft-lower' tiled.mlir
func.func @tiled(%A: memref<16x32xf32>, %B: memref<32x24xf32>, %C: memref<16x24xf32>, %alpha: f32, %n: index) {
  %zero = arith.constant 0.0 : f32
  affine.for %i = 0 to 16 {
    affine.for %j = 0 to 24 {
      affine.store %zero, %C[%i, %j] : memref<16x24xf32>
    }
    affine.for %j0 = 0 to 24 step 8 {
      affine.for %k = 0 to %n {
        affine.for %j = affine_map<(d0) -> (d0)>(%j0) to affine_map<(d0) -> (d0 + 8)>(%j0) {
          %a = affine.load %A[%i, %k] : memref<16x32xf32>
          %b = affine.load %B[%k, %j] : memref<32x24xf32>
          %c = affine.load %C[%i, %j] : memref<16x24xf32>
          %ab = arith.mulf %a, %b : f32
          %scaled = arith.mulf %alpha, %ab : f32
          %sum = arith.addf %c, %scaled : f32
          affine.store %sum, %C[%i, %j] : memref<16x24xf32>
        }
      }
    }
  }
  affine.for %i = 0 to 16 {
    affine.for %j = 0 to 4 {
      %square = arith.muli %j, %j : index
      %a = memref.load %A[%i, %square] : memref<16x32xf32>
      %c = affine.load %C[%i, %j] : memref<16x24xf32>
      %sum = arith.addf %c, %a : f32
      affine.store %sum, %C[%i, %j] : memref<16x24xf32>
    }
  }
  func.return
}

// RUN: xdsl-opt -p weft-raise
// What cannot be raised says why, and does not stop the others.

func.func @kernel(%A: memref<8x4xf32>, %C: memref<8xf32>, %ends: memref<8xindex>) {
  affine.for %i = 0 to 8 {
    %end = affine.load %ends[%i] : memref<8xindex>
    affine.for %j = 0 to affine_map<()[s0] -> (s0)>()[%end] {
      %a = affine.load %A[%i, %j] : memref<8x4xf32>
      %c = affine.load %C[%i] : memref<8xf32>
      %s = arith.addf %a, %c : f32
      affine.store %s, %C[%i] : memref<8xf32>
    }
  }
  affine.for %i = 0 to 8 {
    affine.for %j = 0 to 4 {
      %a = affine.load %A[%i, %j] : memref<8x4xf32>
      %c = affine.load %C[%i] : memref<8xf32>
      %s = arith.addf %a, %c : f32
      affine.store %s, %C[%i] : memref<8xf32>
    }
  }
  func.return
}

// CHECK: } {weft.refused = "W402: bound of 'j' reads data: 'ends[i]'"}
// CHECK: } {weft.program = @kernel_nest}
// CHECK: func.return
// CHECK: weft.program @kernel_nest {

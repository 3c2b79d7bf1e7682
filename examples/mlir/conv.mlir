// A strided convolution in the layout of PyTorch.
//   xdsl-opt -p "weft-raise,weft-infer-clusters{accelerator=eyeriss},weft-validate,weft-cost" conv.mlir
func.func @conv(%image: memref<1x4x17x17xf32>, %weights: memref<8x4x3x3xf32>, %out: memref<1x8x8x8xf32>) {
  linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<2> : vector<2xi64>}
    ins(%image, %weights : memref<1x4x17x17xf32>, memref<8x4x3x3xf32>) outs(%out : memref<1x8x8x8xf32>)
  func.return
}

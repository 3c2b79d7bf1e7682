// weft evaluate examples/dataflows/nvdla.m --accelerator nvdla_like
//
// NVDLA's direct convolution (nvdla.org, Hardware Manual, "Unit Description": convolution pipeline; from memory of it):
// an atomic operation multiplies 64 channels of one position with 32 kernels; a stripe of up to 32 positions keeps the
// weights; block operations go over the taps, channel operations over the channels while the sums stand in the
// accumulator. Rows of the input that fit the convolution buffer are kept for all kernels.
Network nvdla {
  Layer VGG16_CONV3_2 {
    Type: CONV
    Dimensions { K: 256, C: 256, R: 3, S: 3, Y: 58, X: 58 }
    Dataflow {
      TemporalMap(8,8) Y';
      TemporalMap(32,32) K;
      Cluster(1, CBUF);
      TemporalMap(1,1) Y';
      TemporalMap(32,32) X';
      Cluster(1, CACC);
      TemporalMap(64,64) C;
      TemporalMap(1,1) R;
      TemporalMap(1,1) S;
      Cluster(32);
      SpatialMap(1,1) K;
      TemporalMap(1,1) X';
      Cluster(64);
      SpatialMap(1,1) C;
    }
  }
  Layer RESNET50_CONV2_2_A {
    Type: CONV
    Dimensions { K: 64, C: 256, R: 1, S: 1, Y: 56, X: 56 }
  }
  // Three of 64 channels are there: the mode for images, which takes taps as channels, is another program.
  Layer ALEXNET_CONV1 {
    Type: CONV
    Stride { X: 4, Y: 4 }
    Dimensions { K: 96, C: 3, R: 11, S: 11, Y: 227, X: 227 }
  }
}

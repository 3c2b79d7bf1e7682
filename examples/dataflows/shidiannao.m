// weft evaluate examples/dataflows/shidiannao.m --accelerator shidiannao_like
//
// ShiDianNao's mapping (Du et al., ISCA 2015, its algorithm-hardware mapping of convolutional and classifier layers;
// from memory of it): 8 x 8 outputs of one map at a time, each in its own element, walk over the taps; inputs come from
// the right-hand neighbour. In a classifier layer each element has another output neuron and all get the same input.
// LeNet-5 is one of its ten networks.
Network shidiannao {
  Layer LENET5_C1 {
    Type: CONV
    Dimensions { K: 6, C: 1, R: 5, S: 5, Y: 32, X: 32 }
    Dataflow {
      TemporalMap(1,1) K;
      TemporalMap(8,8) X';
      SpatialMap(1,1) Y';
      TemporalMap(1,1) C;
      TemporalMap(1,1) R;
      TemporalMap(1,1) S;
      Cluster(8);
      SpatialMap(1,1) X';
    }
  }
  // With all 6 x 16 pairs of maps connected; LeNet-5 leaves some out.
  Layer LENET5_C3 {
    Type: CONV
    Dimensions { K: 16, C: 6, R: 5, S: 5, Y: 14, X: 14 }
  }
  Layer LENET5_F6 {
    Type: FC
    Dimensions { K: 84, C: 120 }
    Dataflow {
      SpatialMap(8,8) K;
      TemporalMap(1,1) C;
      Cluster(8);
      SpatialMap(1,1) K;
    }
  }
}

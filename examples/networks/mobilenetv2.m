Network mobilenetv2 {
  Layer CONV1 { Type: CONV Stride { Y: 2, X: 2 } Dimensions { K: 32, C: 3, R: 3, S: 3, Y: 226, X: 226 } }
  Layer B1_DEPTHWISE { Type: DSCONV Dimensions { C: 32, R: 3, S: 3, Y: 114, X: 114 } }
  Layer B1_PROJECT { Type: CONV Dimensions { K: 16, C: 32, R: 1, S: 1, Y: 112, X: 112 } }
  Layer B2_EXPAND { Type: CONV Dimensions { K: 96, C: 16, R: 1, S: 1, Y: 112, X: 112 } }
  Layer B2_DEPTHWISE { Type: DSCONV Stride { Y: 2, X: 2 } Dimensions { C: 96, R: 3, S: 3, Y: 114, X: 114 } }
  Layer B2_PROJECT { Type: CONV Dimensions { K: 24, C: 96, R: 1, S: 1, Y: 56, X: 56 } }
  Layer B3_EXPAND { Type: CONV Dimensions { K: 144, C: 24, R: 1, S: 1, Y: 56, X: 56 } }
  Layer B3_DEPTHWISE { Type: DSCONV Dimensions { C: 144, R: 3, S: 3, Y: 58, X: 58 } }
  Layer B3_PROJECT { Type: CONV Dimensions { K: 24, C: 144, R: 1, S: 1, Y: 56, X: 56 } }
  Layer B4_EXPAND { Type: CONV Dimensions { K: 144, C: 24, R: 1, S: 1, Y: 56, X: 56 } }
  Layer B4_DEPTHWISE { Type: DSCONV Stride { Y: 2, X: 2 } Dimensions { C: 144, R: 3, S: 3, Y: 58, X: 58 } }
  Layer B4_PROJECT { Type: CONV Dimensions { K: 32, C: 144, R: 1, S: 1, Y: 28, X: 28 } }
  Layer B5_EXPAND { Type: CONV Dimensions { K: 192, C: 32, R: 1, S: 1, Y: 28, X: 28 } }
  Layer B5_DEPTHWISE { Type: DSCONV Dimensions { C: 192, R: 3, S: 3, Y: 30, X: 30 } }
  Layer B5_PROJECT { Type: CONV Dimensions { K: 32, C: 192, R: 1, S: 1, Y: 28, X: 28 } }
  Layer B6_EXPAND { Type: CONV Dimensions { K: 192, C: 32, R: 1, S: 1, Y: 28, X: 28 } }
  Layer B6_DEPTHWISE { Type: DSCONV Dimensions { C: 192, R: 3, S: 3, Y: 30, X: 30 } }
  Layer B6_PROJECT { Type: CONV Dimensions { K: 32, C: 192, R: 1, S: 1, Y: 28, X: 28 } }
  Layer B7_EXPAND { Type: CONV Dimensions { K: 192, C: 32, R: 1, S: 1, Y: 28, X: 28 } }
  Layer B7_DEPTHWISE { Type: DSCONV Stride { Y: 2, X: 2 } Dimensions { C: 192, R: 3, S: 3, Y: 30, X: 30 } }
  Layer B7_PROJECT { Type: CONV Dimensions { K: 64, C: 192, R: 1, S: 1, Y: 14, X: 14 } }
  Layer B8_EXPAND { Type: CONV Dimensions { K: 384, C: 64, R: 1, S: 1, Y: 14, X: 14 } }
  Layer B8_DEPTHWISE { Type: DSCONV Dimensions { C: 384, R: 3, S: 3, Y: 16, X: 16 } }
  Layer B8_PROJECT { Type: CONV Dimensions { K: 64, C: 384, R: 1, S: 1, Y: 14, X: 14 } }
  Layer B9_EXPAND { Type: CONV Dimensions { K: 384, C: 64, R: 1, S: 1, Y: 14, X: 14 } }
  Layer B9_DEPTHWISE { Type: DSCONV Dimensions { C: 384, R: 3, S: 3, Y: 16, X: 16 } }
  Layer B9_PROJECT { Type: CONV Dimensions { K: 64, C: 384, R: 1, S: 1, Y: 14, X: 14 } }
  Layer B10_EXPAND { Type: CONV Dimensions { K: 384, C: 64, R: 1, S: 1, Y: 14, X: 14 } }
  Layer B10_DEPTHWISE { Type: DSCONV Dimensions { C: 384, R: 3, S: 3, Y: 16, X: 16 } }
  Layer B10_PROJECT { Type: CONV Dimensions { K: 64, C: 384, R: 1, S: 1, Y: 14, X: 14 } }
  Layer B11_EXPAND { Type: CONV Dimensions { K: 384, C: 64, R: 1, S: 1, Y: 14, X: 14 } }
  Layer B11_DEPTHWISE { Type: DSCONV Dimensions { C: 384, R: 3, S: 3, Y: 16, X: 16 } }
  Layer B11_PROJECT { Type: CONV Dimensions { K: 96, C: 384, R: 1, S: 1, Y: 14, X: 14 } }
  Layer B12_EXPAND { Type: CONV Dimensions { K: 576, C: 96, R: 1, S: 1, Y: 14, X: 14 } }
  Layer B12_DEPTHWISE { Type: DSCONV Dimensions { C: 576, R: 3, S: 3, Y: 16, X: 16 } }
  Layer B12_PROJECT { Type: CONV Dimensions { K: 96, C: 576, R: 1, S: 1, Y: 14, X: 14 } }
  Layer B13_EXPAND { Type: CONV Dimensions { K: 576, C: 96, R: 1, S: 1, Y: 14, X: 14 } }
  Layer B13_DEPTHWISE { Type: DSCONV Dimensions { C: 576, R: 3, S: 3, Y: 16, X: 16 } }
  Layer B13_PROJECT { Type: CONV Dimensions { K: 96, C: 576, R: 1, S: 1, Y: 14, X: 14 } }
  Layer B14_EXPAND { Type: CONV Dimensions { K: 576, C: 96, R: 1, S: 1, Y: 14, X: 14 } }
  Layer B14_DEPTHWISE { Type: DSCONV Stride { Y: 2, X: 2 } Dimensions { C: 576, R: 3, S: 3, Y: 16, X: 16 } }
  Layer B14_PROJECT { Type: CONV Dimensions { K: 160, C: 576, R: 1, S: 1, Y: 7, X: 7 } }
  Layer B15_EXPAND { Type: CONV Dimensions { K: 960, C: 160, R: 1, S: 1, Y: 7, X: 7 } }
  Layer B15_DEPTHWISE { Type: DSCONV Dimensions { C: 960, R: 3, S: 3, Y: 9, X: 9 } }
  Layer B15_PROJECT { Type: CONV Dimensions { K: 160, C: 960, R: 1, S: 1, Y: 7, X: 7 } }
  Layer B16_EXPAND { Type: CONV Dimensions { K: 960, C: 160, R: 1, S: 1, Y: 7, X: 7 } }
  Layer B16_DEPTHWISE { Type: DSCONV Dimensions { C: 960, R: 3, S: 3, Y: 9, X: 9 } }
  Layer B16_PROJECT { Type: CONV Dimensions { K: 160, C: 960, R: 1, S: 1, Y: 7, X: 7 } }
  Layer B17_EXPAND { Type: CONV Dimensions { K: 960, C: 160, R: 1, S: 1, Y: 7, X: 7 } }
  Layer B17_DEPTHWISE { Type: DSCONV Dimensions { C: 960, R: 3, S: 3, Y: 9, X: 9 } }
  Layer B17_PROJECT { Type: CONV Dimensions { K: 320, C: 960, R: 1, S: 1, Y: 7, X: 7 } }
  Layer CONV2 { Type: CONV Dimensions { K: 1280, C: 320, R: 1, S: 1, Y: 7, X: 7 } }
  Layer FC { Type: CONV Dimensions { K: 1000, C: 1280, R: 1, S: 1, Y: 1, X: 1 } }
  Edges { 0->1, 1->2, 2->3, 3->4, 4->5, 5->6, 6->7, 7->8, 8->9, 5->9, 9->10, 10->11, 11->12, 12->13, 13->14, 14->15, 11->15, 15->16, 16->17, 17->18, 14->18, 11->18, 18->19, 19->20, 20->21, 21->22, 22->23, 23->24, 20->24, 24->25, 25->26, 26->27, 23->27, 20->27, 27->28, 28->29, 29->30, 26->30, 23->30, 20->30, 30->31, 31->32, 32->33, 33->34, 34->35, 35->36, 32->36, 36->37, 37->38, 38->39, 35->39, 32->39, 39->40, 40->41, 41->42, 42->43, 43->44, 44->45, 41->45, 45->46, 46->47, 47->48, 44->48, 41->48, 48->49, 49->50, 50->51, 51->52 }
}

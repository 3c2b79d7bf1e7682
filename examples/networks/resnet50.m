Network resnet50 {
  Layer CONV1 { Type: CONV Stride { Y: 2, X: 2 } Dimensions { K: 64, C: 3, R: 7, S: 7, Y: 230, X: 230 } }
  Layer CONV2_1_A { Type: CONV Dimensions { K: 64, C: 64, R: 1, S: 1, Y: 56, X: 56 } }
  Layer CONV2_1_B { Type: CONV Dimensions { K: 64, C: 64, R: 3, S: 3, Y: 58, X: 58 } }
  Layer CONV2_1_C { Type: CONV Dimensions { K: 256, C: 64, R: 1, S: 1, Y: 56, X: 56 } }
  Layer CONV2_1_SHORTCUT { Type: CONV Dimensions { K: 256, C: 64, R: 1, S: 1, Y: 56, X: 56 } }
  Layer CONV2_2_A { Type: CONV Dimensions { K: 64, C: 256, R: 1, S: 1, Y: 56, X: 56 } }
  Layer CONV2_2_B { Type: CONV Dimensions { K: 64, C: 64, R: 3, S: 3, Y: 58, X: 58 } }
  Layer CONV2_2_C { Type: CONV Dimensions { K: 256, C: 64, R: 1, S: 1, Y: 56, X: 56 } }
  Layer CONV2_3_A { Type: CONV Dimensions { K: 64, C: 256, R: 1, S: 1, Y: 56, X: 56 } }
  Layer CONV2_3_B { Type: CONV Dimensions { K: 64, C: 64, R: 3, S: 3, Y: 58, X: 58 } }
  Layer CONV2_3_C { Type: CONV Dimensions { K: 256, C: 64, R: 1, S: 1, Y: 56, X: 56 } }
  Layer CONV3_1_A { Type: CONV Stride { Y: 2, X: 2 } Dimensions { K: 128, C: 256, R: 1, S: 1, Y: 56, X: 56 } }
  Layer CONV3_1_B { Type: CONV Dimensions { K: 128, C: 128, R: 3, S: 3, Y: 30, X: 30 } }
  Layer CONV3_1_C { Type: CONV Dimensions { K: 512, C: 128, R: 1, S: 1, Y: 28, X: 28 } }
  Layer CONV3_1_SHORTCUT { Type: CONV Stride { Y: 2, X: 2 } Dimensions { K: 512, C: 256, R: 1, S: 1, Y: 56, X: 56 } }
  Layer CONV3_2_A { Type: CONV Dimensions { K: 128, C: 512, R: 1, S: 1, Y: 28, X: 28 } }
  Layer CONV3_2_B { Type: CONV Dimensions { K: 128, C: 128, R: 3, S: 3, Y: 30, X: 30 } }
  Layer CONV3_2_C { Type: CONV Dimensions { K: 512, C: 128, R: 1, S: 1, Y: 28, X: 28 } }
  Layer CONV3_3_A { Type: CONV Dimensions { K: 128, C: 512, R: 1, S: 1, Y: 28, X: 28 } }
  Layer CONV3_3_B { Type: CONV Dimensions { K: 128, C: 128, R: 3, S: 3, Y: 30, X: 30 } }
  Layer CONV3_3_C { Type: CONV Dimensions { K: 512, C: 128, R: 1, S: 1, Y: 28, X: 28 } }
  Layer CONV3_4_A { Type: CONV Dimensions { K: 128, C: 512, R: 1, S: 1, Y: 28, X: 28 } }
  Layer CONV3_4_B { Type: CONV Dimensions { K: 128, C: 128, R: 3, S: 3, Y: 30, X: 30 } }
  Layer CONV3_4_C { Type: CONV Dimensions { K: 512, C: 128, R: 1, S: 1, Y: 28, X: 28 } }
  Layer CONV4_1_A { Type: CONV Stride { Y: 2, X: 2 } Dimensions { K: 256, C: 512, R: 1, S: 1, Y: 28, X: 28 } }
  Layer CONV4_1_B { Type: CONV Dimensions { K: 256, C: 256, R: 3, S: 3, Y: 16, X: 16 } }
  Layer CONV4_1_C { Type: CONV Dimensions { K: 1024, C: 256, R: 1, S: 1, Y: 14, X: 14 } }
  Layer CONV4_1_SHORTCUT { Type: CONV Stride { Y: 2, X: 2 } Dimensions { K: 1024, C: 512, R: 1, S: 1, Y: 28, X: 28 } }
  Layer CONV4_2_A { Type: CONV Dimensions { K: 256, C: 1024, R: 1, S: 1, Y: 14, X: 14 } }
  Layer CONV4_2_B { Type: CONV Dimensions { K: 256, C: 256, R: 3, S: 3, Y: 16, X: 16 } }
  Layer CONV4_2_C { Type: CONV Dimensions { K: 1024, C: 256, R: 1, S: 1, Y: 14, X: 14 } }
  Layer CONV4_3_A { Type: CONV Dimensions { K: 256, C: 1024, R: 1, S: 1, Y: 14, X: 14 } }
  Layer CONV4_3_B { Type: CONV Dimensions { K: 256, C: 256, R: 3, S: 3, Y: 16, X: 16 } }
  Layer CONV4_3_C { Type: CONV Dimensions { K: 1024, C: 256, R: 1, S: 1, Y: 14, X: 14 } }
  Layer CONV4_4_A { Type: CONV Dimensions { K: 256, C: 1024, R: 1, S: 1, Y: 14, X: 14 } }
  Layer CONV4_4_B { Type: CONV Dimensions { K: 256, C: 256, R: 3, S: 3, Y: 16, X: 16 } }
  Layer CONV4_4_C { Type: CONV Dimensions { K: 1024, C: 256, R: 1, S: 1, Y: 14, X: 14 } }
  Layer CONV4_5_A { Type: CONV Dimensions { K: 256, C: 1024, R: 1, S: 1, Y: 14, X: 14 } }
  Layer CONV4_5_B { Type: CONV Dimensions { K: 256, C: 256, R: 3, S: 3, Y: 16, X: 16 } }
  Layer CONV4_5_C { Type: CONV Dimensions { K: 1024, C: 256, R: 1, S: 1, Y: 14, X: 14 } }
  Layer CONV4_6_A { Type: CONV Dimensions { K: 256, C: 1024, R: 1, S: 1, Y: 14, X: 14 } }
  Layer CONV4_6_B { Type: CONV Dimensions { K: 256, C: 256, R: 3, S: 3, Y: 16, X: 16 } }
  Layer CONV4_6_C { Type: CONV Dimensions { K: 1024, C: 256, R: 1, S: 1, Y: 14, X: 14 } }
  Layer CONV5_1_A { Type: CONV Stride { Y: 2, X: 2 } Dimensions { K: 512, C: 1024, R: 1, S: 1, Y: 14, X: 14 } }
  Layer CONV5_1_B { Type: CONV Dimensions { K: 512, C: 512, R: 3, S: 3, Y: 9, X: 9 } }
  Layer CONV5_1_C { Type: CONV Dimensions { K: 2048, C: 512, R: 1, S: 1, Y: 7, X: 7 } }
  Layer CONV5_1_SHORTCUT { Type: CONV Stride { Y: 2, X: 2 } Dimensions { K: 2048, C: 1024, R: 1, S: 1, Y: 14, X: 14 } }
  Layer CONV5_2_A { Type: CONV Dimensions { K: 512, C: 2048, R: 1, S: 1, Y: 7, X: 7 } }
  Layer CONV5_2_B { Type: CONV Dimensions { K: 512, C: 512, R: 3, S: 3, Y: 9, X: 9 } }
  Layer CONV5_2_C { Type: CONV Dimensions { K: 2048, C: 512, R: 1, S: 1, Y: 7, X: 7 } }
  Layer CONV5_3_A { Type: CONV Dimensions { K: 512, C: 2048, R: 1, S: 1, Y: 7, X: 7 } }
  Layer CONV5_3_B { Type: CONV Dimensions { K: 512, C: 512, R: 3, S: 3, Y: 9, X: 9 } }
  Layer CONV5_3_C { Type: CONV Dimensions { K: 2048, C: 512, R: 1, S: 1, Y: 7, X: 7 } }
  Layer FC1000 { Type: CONV Dimensions { K: 1000, C: 2048, R: 1, S: 1, Y: 1, X: 1 } }
  Edges { 0->1, 0->4, 1->2, 2->3, 3->5, 4->5, 5->6, 6->7, 7->8, 3->8, 4->8, 8->9, 9->10, 10->11, 10->14, 7->11, 7->14, 3->11, 3->14, 4->11, 4->14, 11->12, 12->13, 13->15, 14->15, 15->16, 16->17, 17->18, 13->18, 14->18, 18->19, 19->20, 20->21, 17->21, 13->21, 14->21, 21->22, 22->23, 23->24, 23->27, 20->24, 20->27, 17->24, 17->27, 13->24, 13->27, 14->24, 14->27, 24->25, 25->26, 26->28, 27->28, 28->29, 29->30, 30->31, 26->31, 27->31, 31->32, 32->33, 33->34, 30->34, 26->34, 27->34, 34->35, 35->36, 36->37, 33->37, 30->37, 26->37, 27->37, 37->38, 38->39, 39->40, 36->40, 33->40, 30->40, 26->40, 27->40, 40->41, 41->42, 42->43, 42->46, 39->43, 39->46, 36->43, 36->46, 33->43, 33->46, 30->43, 30->46, 26->43, 26->46, 27->43, 27->46, 43->44, 44->45, 45->47, 46->47, 47->48, 48->49, 49->50, 45->50, 46->50, 50->51, 51->52, 52->53, 49->53, 45->53, 46->53 }
}

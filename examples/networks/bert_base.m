Network bert_base {
  Layer L1_QUERY { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L1_KEY { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L1_VALUE { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L1_SCORES { Type: AFFINE Dimensions { B: 12, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L1_CONTEXT { Type: AFFINE Dimensions { B: 12, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L1_PROJECTION { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L1_UP { Type: GEMM Dimensions { M: 512, N: 3072, K: 768 } }
  Layer L1_DOWN { Type: GEMM Dimensions { M: 512, N: 768, K: 3072 } }
  Layer L2_QUERY { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L2_KEY { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L2_VALUE { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L2_SCORES { Type: AFFINE Dimensions { B: 12, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L2_CONTEXT { Type: AFFINE Dimensions { B: 12, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L2_PROJECTION { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L2_UP { Type: GEMM Dimensions { M: 512, N: 3072, K: 768 } }
  Layer L2_DOWN { Type: GEMM Dimensions { M: 512, N: 768, K: 3072 } }
  Layer L3_QUERY { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L3_KEY { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L3_VALUE { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L3_SCORES { Type: AFFINE Dimensions { B: 12, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L3_CONTEXT { Type: AFFINE Dimensions { B: 12, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L3_PROJECTION { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L3_UP { Type: GEMM Dimensions { M: 512, N: 3072, K: 768 } }
  Layer L3_DOWN { Type: GEMM Dimensions { M: 512, N: 768, K: 3072 } }
  Layer L4_QUERY { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L4_KEY { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L4_VALUE { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L4_SCORES { Type: AFFINE Dimensions { B: 12, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L4_CONTEXT { Type: AFFINE Dimensions { B: 12, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L4_PROJECTION { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L4_UP { Type: GEMM Dimensions { M: 512, N: 3072, K: 768 } }
  Layer L4_DOWN { Type: GEMM Dimensions { M: 512, N: 768, K: 3072 } }
  Layer L5_QUERY { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L5_KEY { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L5_VALUE { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L5_SCORES { Type: AFFINE Dimensions { B: 12, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L5_CONTEXT { Type: AFFINE Dimensions { B: 12, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L5_PROJECTION { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L5_UP { Type: GEMM Dimensions { M: 512, N: 3072, K: 768 } }
  Layer L5_DOWN { Type: GEMM Dimensions { M: 512, N: 768, K: 3072 } }
  Layer L6_QUERY { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L6_KEY { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L6_VALUE { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L6_SCORES { Type: AFFINE Dimensions { B: 12, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L6_CONTEXT { Type: AFFINE Dimensions { B: 12, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L6_PROJECTION { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L6_UP { Type: GEMM Dimensions { M: 512, N: 3072, K: 768 } }
  Layer L6_DOWN { Type: GEMM Dimensions { M: 512, N: 768, K: 3072 } }
  Layer L7_QUERY { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L7_KEY { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L7_VALUE { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L7_SCORES { Type: AFFINE Dimensions { B: 12, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L7_CONTEXT { Type: AFFINE Dimensions { B: 12, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L7_PROJECTION { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L7_UP { Type: GEMM Dimensions { M: 512, N: 3072, K: 768 } }
  Layer L7_DOWN { Type: GEMM Dimensions { M: 512, N: 768, K: 3072 } }
  Layer L8_QUERY { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L8_KEY { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L8_VALUE { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L8_SCORES { Type: AFFINE Dimensions { B: 12, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L8_CONTEXT { Type: AFFINE Dimensions { B: 12, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L8_PROJECTION { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L8_UP { Type: GEMM Dimensions { M: 512, N: 3072, K: 768 } }
  Layer L8_DOWN { Type: GEMM Dimensions { M: 512, N: 768, K: 3072 } }
  Layer L9_QUERY { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L9_KEY { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L9_VALUE { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L9_SCORES { Type: AFFINE Dimensions { B: 12, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L9_CONTEXT { Type: AFFINE Dimensions { B: 12, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L9_PROJECTION { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L9_UP { Type: GEMM Dimensions { M: 512, N: 3072, K: 768 } }
  Layer L9_DOWN { Type: GEMM Dimensions { M: 512, N: 768, K: 3072 } }
  Layer L10_QUERY { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L10_KEY { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L10_VALUE { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L10_SCORES { Type: AFFINE Dimensions { B: 12, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L10_CONTEXT { Type: AFFINE Dimensions { B: 12, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L10_PROJECTION { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L10_UP { Type: GEMM Dimensions { M: 512, N: 3072, K: 768 } }
  Layer L10_DOWN { Type: GEMM Dimensions { M: 512, N: 768, K: 3072 } }
  Layer L11_QUERY { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L11_KEY { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L11_VALUE { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L11_SCORES { Type: AFFINE Dimensions { B: 12, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L11_CONTEXT { Type: AFFINE Dimensions { B: 12, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L11_PROJECTION { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L11_UP { Type: GEMM Dimensions { M: 512, N: 3072, K: 768 } }
  Layer L11_DOWN { Type: GEMM Dimensions { M: 512, N: 768, K: 3072 } }
  Layer L12_QUERY { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L12_KEY { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L12_VALUE { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L12_SCORES { Type: AFFINE Dimensions { B: 12, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L12_CONTEXT { Type: AFFINE Dimensions { B: 12, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L12_PROJECTION { Type: GEMM Dimensions { M: 512, N: 768, K: 768 } }
  Layer L12_UP { Type: GEMM Dimensions { M: 512, N: 3072, K: 768 } }
  Layer L12_DOWN { Type: GEMM Dimensions { M: 512, N: 768, K: 3072 } }
  Edges { 0->3, 1->3, 2->4, 3->4, 4->5, 5->6, 6->7, 5->8, 5->9, 5->10, 7->8, 7->9, 7->10, 8->11, 9->11, 10->12, 11->12, 12->13, 5->14, 7->14, 13->14, 14->15, 13->16, 13->17, 13->18, 15->16, 15->17, 15->18, 16->19, 17->19, 18->20, 19->20, 20->21, 13->22, 15->22, 21->22, 22->23, 21->24, 21->25, 21->26, 23->24, 23->25, 23->26, 24->27, 25->27, 26->28, 27->28, 28->29, 21->30, 23->30, 29->30, 30->31, 29->32, 29->33, 29->34, 31->32, 31->33, 31->34, 32->35, 33->35, 34->36, 35->36, 36->37, 29->38, 31->38, 37->38, 38->39, 37->40, 37->41, 37->42, 39->40, 39->41, 39->42, 40->43, 41->43, 42->44, 43->44, 44->45, 37->46, 39->46, 45->46, 46->47, 45->48, 45->49, 45->50, 47->48, 47->49, 47->50, 48->51, 49->51, 50->52, 51->52, 52->53, 45->54, 47->54, 53->54, 54->55, 53->56, 53->57, 53->58, 55->56, 55->57, 55->58, 56->59, 57->59, 58->60, 59->60, 60->61, 53->62, 55->62, 61->62, 62->63, 61->64, 61->65, 61->66, 63->64, 63->65, 63->66, 64->67, 65->67, 66->68, 67->68, 68->69, 61->70, 63->70, 69->70, 70->71, 69->72, 69->73, 69->74, 71->72, 71->73, 71->74, 72->75, 73->75, 74->76, 75->76, 76->77, 69->78, 71->78, 77->78, 78->79, 77->80, 77->81, 77->82, 79->80, 79->81, 79->82, 80->83, 81->83, 82->84, 83->84, 84->85, 77->86, 79->86, 85->86, 86->87, 85->88, 85->89, 85->90, 87->88, 87->89, 87->90, 88->91, 89->91, 90->92, 91->92, 92->93, 85->94, 87->94, 93->94, 94->95 }
}

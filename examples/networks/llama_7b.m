Network llama_7b {
  Layer L1_QUERY { Type: GEMM Dimensions { M: 2048, N: 4096, K: 4096 } }
  Layer L1_KEY { Type: GEMM Dimensions { M: 2048, N: 4096, K: 4096 } }
  Layer L1_VALUE { Type: GEMM Dimensions { M: 2048, N: 4096, K: 4096 } }
  Layer L1_SCORES { Type: AFFINE Dimensions { B: 32, M: 2048, N: 2048, K: 128 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L1_CONTEXT { Type: AFFINE Dimensions { B: 32, M: 2048, N: 128, K: 2048 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L1_PROJECTION { Type: GEMM Dimensions { M: 2048, N: 4096, K: 4096 } }
  Layer L1_GATE { Type: GEMM Dimensions { M: 2048, N: 11008, K: 4096 } }
  Layer L1_UP { Type: GEMM Dimensions { M: 2048, N: 11008, K: 4096 } }
  Layer L1_DOWN { Type: GEMM Dimensions { M: 2048, N: 4096, K: 11008 } }
  Edges { 0->3, 1->3, 2->4, 3->4, 4->5, 5->6, 5->7, 6->8, 7->8 }
}

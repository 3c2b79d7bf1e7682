Network transformer_24 {
  Layer L1_QUERY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L1_KEY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L1_VALUE { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L1_SCORES { Type: AFFINE Dimensions { B: 16, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L1_CONTEXT { Type: AFFINE Dimensions { B: 16, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L1_PROJECTION { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L1_UP { Type: GEMM Dimensions { M: 512, N: 4096, K: 1024 } }
  Layer L1_DOWN { Type: GEMM Dimensions { M: 512, N: 1024, K: 4096 } }
  Layer L2_QUERY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L2_KEY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L2_VALUE { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L2_SCORES { Type: AFFINE Dimensions { B: 16, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L2_CONTEXT { Type: AFFINE Dimensions { B: 16, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L2_PROJECTION { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L2_UP { Type: GEMM Dimensions { M: 512, N: 4096, K: 1024 } }
  Layer L2_DOWN { Type: GEMM Dimensions { M: 512, N: 1024, K: 4096 } }
  Layer L3_QUERY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L3_KEY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L3_VALUE { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L3_SCORES { Type: AFFINE Dimensions { B: 16, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L3_CONTEXT { Type: AFFINE Dimensions { B: 16, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L3_PROJECTION { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L3_UP { Type: GEMM Dimensions { M: 512, N: 4096, K: 1024 } }
  Layer L3_DOWN { Type: GEMM Dimensions { M: 512, N: 1024, K: 4096 } }
  Layer L4_QUERY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L4_KEY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L4_VALUE { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L4_SCORES { Type: AFFINE Dimensions { B: 16, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L4_CONTEXT { Type: AFFINE Dimensions { B: 16, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L4_PROJECTION { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L4_UP { Type: GEMM Dimensions { M: 512, N: 4096, K: 1024 } }
  Layer L4_DOWN { Type: GEMM Dimensions { M: 512, N: 1024, K: 4096 } }
  Layer L5_QUERY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L5_KEY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L5_VALUE { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L5_SCORES { Type: AFFINE Dimensions { B: 16, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L5_CONTEXT { Type: AFFINE Dimensions { B: 16, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L5_PROJECTION { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L5_UP { Type: GEMM Dimensions { M: 512, N: 4096, K: 1024 } }
  Layer L5_DOWN { Type: GEMM Dimensions { M: 512, N: 1024, K: 4096 } }
  Layer L6_QUERY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L6_KEY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L6_VALUE { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L6_SCORES { Type: AFFINE Dimensions { B: 16, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L6_CONTEXT { Type: AFFINE Dimensions { B: 16, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L6_PROJECTION { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L6_UP { Type: GEMM Dimensions { M: 512, N: 4096, K: 1024 } }
  Layer L6_DOWN { Type: GEMM Dimensions { M: 512, N: 1024, K: 4096 } }
  Layer L7_QUERY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L7_KEY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L7_VALUE { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L7_SCORES { Type: AFFINE Dimensions { B: 16, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L7_CONTEXT { Type: AFFINE Dimensions { B: 16, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L7_PROJECTION { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L7_UP { Type: GEMM Dimensions { M: 512, N: 4096, K: 1024 } }
  Layer L7_DOWN { Type: GEMM Dimensions { M: 512, N: 1024, K: 4096 } }
  Layer L8_QUERY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L8_KEY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L8_VALUE { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L8_SCORES { Type: AFFINE Dimensions { B: 16, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L8_CONTEXT { Type: AFFINE Dimensions { B: 16, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L8_PROJECTION { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L8_UP { Type: GEMM Dimensions { M: 512, N: 4096, K: 1024 } }
  Layer L8_DOWN { Type: GEMM Dimensions { M: 512, N: 1024, K: 4096 } }
  Layer L9_QUERY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L9_KEY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L9_VALUE { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L9_SCORES { Type: AFFINE Dimensions { B: 16, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L9_CONTEXT { Type: AFFINE Dimensions { B: 16, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L9_PROJECTION { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L9_UP { Type: GEMM Dimensions { M: 512, N: 4096, K: 1024 } }
  Layer L9_DOWN { Type: GEMM Dimensions { M: 512, N: 1024, K: 4096 } }
  Layer L10_QUERY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L10_KEY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L10_VALUE { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L10_SCORES { Type: AFFINE Dimensions { B: 16, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L10_CONTEXT { Type: AFFINE Dimensions { B: 16, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L10_PROJECTION { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L10_UP { Type: GEMM Dimensions { M: 512, N: 4096, K: 1024 } }
  Layer L10_DOWN { Type: GEMM Dimensions { M: 512, N: 1024, K: 4096 } }
  Layer L11_QUERY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L11_KEY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L11_VALUE { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L11_SCORES { Type: AFFINE Dimensions { B: 16, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L11_CONTEXT { Type: AFFINE Dimensions { B: 16, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L11_PROJECTION { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L11_UP { Type: GEMM Dimensions { M: 512, N: 4096, K: 1024 } }
  Layer L11_DOWN { Type: GEMM Dimensions { M: 512, N: 1024, K: 4096 } }
  Layer L12_QUERY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L12_KEY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L12_VALUE { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L12_SCORES { Type: AFFINE Dimensions { B: 16, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L12_CONTEXT { Type: AFFINE Dimensions { B: 16, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L12_PROJECTION { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L12_UP { Type: GEMM Dimensions { M: 512, N: 4096, K: 1024 } }
  Layer L12_DOWN { Type: GEMM Dimensions { M: 512, N: 1024, K: 4096 } }
  Layer L13_QUERY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L13_KEY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L13_VALUE { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L13_SCORES { Type: AFFINE Dimensions { B: 16, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L13_CONTEXT { Type: AFFINE Dimensions { B: 16, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L13_PROJECTION { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L13_UP { Type: GEMM Dimensions { M: 512, N: 4096, K: 1024 } }
  Layer L13_DOWN { Type: GEMM Dimensions { M: 512, N: 1024, K: 4096 } }
  Layer L14_QUERY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L14_KEY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L14_VALUE { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L14_SCORES { Type: AFFINE Dimensions { B: 16, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L14_CONTEXT { Type: AFFINE Dimensions { B: 16, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L14_PROJECTION { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L14_UP { Type: GEMM Dimensions { M: 512, N: 4096, K: 1024 } }
  Layer L14_DOWN { Type: GEMM Dimensions { M: 512, N: 1024, K: 4096 } }
  Layer L15_QUERY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L15_KEY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L15_VALUE { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L15_SCORES { Type: AFFINE Dimensions { B: 16, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L15_CONTEXT { Type: AFFINE Dimensions { B: 16, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L15_PROJECTION { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L15_UP { Type: GEMM Dimensions { M: 512, N: 4096, K: 1024 } }
  Layer L15_DOWN { Type: GEMM Dimensions { M: 512, N: 1024, K: 4096 } }
  Layer L16_QUERY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L16_KEY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L16_VALUE { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L16_SCORES { Type: AFFINE Dimensions { B: 16, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L16_CONTEXT { Type: AFFINE Dimensions { B: 16, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L16_PROJECTION { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L16_UP { Type: GEMM Dimensions { M: 512, N: 4096, K: 1024 } }
  Layer L16_DOWN { Type: GEMM Dimensions { M: 512, N: 1024, K: 4096 } }
  Layer L17_QUERY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L17_KEY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L17_VALUE { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L17_SCORES { Type: AFFINE Dimensions { B: 16, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L17_CONTEXT { Type: AFFINE Dimensions { B: 16, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L17_PROJECTION { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L17_UP { Type: GEMM Dimensions { M: 512, N: 4096, K: 1024 } }
  Layer L17_DOWN { Type: GEMM Dimensions { M: 512, N: 1024, K: 4096 } }
  Layer L18_QUERY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L18_KEY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L18_VALUE { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L18_SCORES { Type: AFFINE Dimensions { B: 16, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L18_CONTEXT { Type: AFFINE Dimensions { B: 16, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L18_PROJECTION { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L18_UP { Type: GEMM Dimensions { M: 512, N: 4096, K: 1024 } }
  Layer L18_DOWN { Type: GEMM Dimensions { M: 512, N: 1024, K: 4096 } }
  Layer L19_QUERY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L19_KEY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L19_VALUE { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L19_SCORES { Type: AFFINE Dimensions { B: 16, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L19_CONTEXT { Type: AFFINE Dimensions { B: 16, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L19_PROJECTION { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L19_UP { Type: GEMM Dimensions { M: 512, N: 4096, K: 1024 } }
  Layer L19_DOWN { Type: GEMM Dimensions { M: 512, N: 1024, K: 4096 } }
  Layer L20_QUERY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L20_KEY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L20_VALUE { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L20_SCORES { Type: AFFINE Dimensions { B: 16, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L20_CONTEXT { Type: AFFINE Dimensions { B: 16, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L20_PROJECTION { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L20_UP { Type: GEMM Dimensions { M: 512, N: 4096, K: 1024 } }
  Layer L20_DOWN { Type: GEMM Dimensions { M: 512, N: 1024, K: 4096 } }
  Layer L21_QUERY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L21_KEY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L21_VALUE { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L21_SCORES { Type: AFFINE Dimensions { B: 16, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L21_CONTEXT { Type: AFFINE Dimensions { B: 16, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L21_PROJECTION { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L21_UP { Type: GEMM Dimensions { M: 512, N: 4096, K: 1024 } }
  Layer L21_DOWN { Type: GEMM Dimensions { M: 512, N: 1024, K: 4096 } }
  Layer L22_QUERY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L22_KEY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L22_VALUE { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L22_SCORES { Type: AFFINE Dimensions { B: 16, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L22_CONTEXT { Type: AFFINE Dimensions { B: 16, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L22_PROJECTION { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L22_UP { Type: GEMM Dimensions { M: 512, N: 4096, K: 1024 } }
  Layer L22_DOWN { Type: GEMM Dimensions { M: 512, N: 1024, K: 4096 } }
  Layer L23_QUERY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L23_KEY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L23_VALUE { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L23_SCORES { Type: AFFINE Dimensions { B: 16, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L23_CONTEXT { Type: AFFINE Dimensions { B: 16, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L23_PROJECTION { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L23_UP { Type: GEMM Dimensions { M: 512, N: 4096, K: 1024 } }
  Layer L23_DOWN { Type: GEMM Dimensions { M: 512, N: 1024, K: 4096 } }
  Layer L24_QUERY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L24_KEY { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L24_VALUE { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L24_SCORES { Type: AFFINE Dimensions { B: 16, M: 512, N: 512, K: 64 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L24_CONTEXT { Type: AFFINE Dimensions { B: 16, M: 512, N: 64, K: 512 } Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] } }
  Layer L24_PROJECTION { Type: GEMM Dimensions { M: 512, N: 1024, K: 1024 } }
  Layer L24_UP { Type: GEMM Dimensions { M: 512, N: 4096, K: 1024 } }
  Layer L24_DOWN { Type: GEMM Dimensions { M: 512, N: 1024, K: 4096 } }
  Edges { 0->3, 1->3, 2->4, 3->4, 4->5, 5->6, 6->7, 5->8, 5->9, 5->10, 7->8, 7->9, 7->10, 8->11, 9->11, 10->12, 11->12, 12->13, 5->14, 7->14, 13->14, 14->15, 13->16, 13->17, 13->18, 15->16, 15->17, 15->18, 16->19, 17->19, 18->20, 19->20, 20->21, 13->22, 15->22, 21->22, 22->23, 21->24, 21->25, 21->26, 23->24, 23->25, 23->26, 24->27, 25->27, 26->28, 27->28, 28->29, 21->30, 23->30, 29->30, 30->31, 29->32, 29->33, 29->34, 31->32, 31->33, 31->34, 32->35, 33->35, 34->36, 35->36, 36->37, 29->38, 31->38, 37->38, 38->39, 37->40, 37->41, 37->42, 39->40, 39->41, 39->42, 40->43, 41->43, 42->44, 43->44, 44->45, 37->46, 39->46, 45->46, 46->47, 45->48, 45->49, 45->50, 47->48, 47->49, 47->50, 48->51, 49->51, 50->52, 51->52, 52->53, 45->54, 47->54, 53->54, 54->55, 53->56, 53->57, 53->58, 55->56, 55->57, 55->58, 56->59, 57->59, 58->60, 59->60, 60->61, 53->62, 55->62, 61->62, 62->63, 61->64, 61->65, 61->66, 63->64, 63->65, 63->66, 64->67, 65->67, 66->68, 67->68, 68->69, 61->70, 63->70, 69->70, 70->71, 69->72, 69->73, 69->74, 71->72, 71->73, 71->74, 72->75, 73->75, 74->76, 75->76, 76->77, 69->78, 71->78, 77->78, 78->79, 77->80, 77->81, 77->82, 79->80, 79->81, 79->82, 80->83, 81->83, 82->84, 83->84, 84->85, 77->86, 79->86, 85->86, 86->87, 85->88, 85->89, 85->90, 87->88, 87->89, 87->90, 88->91, 89->91, 90->92, 91->92, 92->93, 85->94, 87->94, 93->94, 94->95, 93->96, 93->97, 93->98, 95->96, 95->97, 95->98, 96->99, 97->99, 98->100, 99->100, 100->101, 93->102, 95->102, 101->102, 102->103, 101->104, 101->105, 101->106, 103->104, 103->105, 103->106, 104->107, 105->107, 106->108, 107->108, 108->109, 101->110, 103->110, 109->110, 110->111, 109->112, 109->113, 109->114, 111->112, 111->113, 111->114, 112->115, 113->115, 114->116, 115->116, 116->117, 109->118, 111->118, 117->118, 118->119, 117->120, 117->121, 117->122, 119->120, 119->121, 119->122, 120->123, 121->123, 122->124, 123->124, 124->125, 117->126, 119->126, 125->126, 126->127, 125->128, 125->129, 125->130, 127->128, 127->129, 127->130, 128->131, 129->131, 130->132, 131->132, 132->133, 125->134, 127->134, 133->134, 134->135, 133->136, 133->137, 133->138, 135->136, 135->137, 135->138, 136->139, 137->139, 138->140, 139->140, 140->141, 133->142, 135->142, 141->142, 142->143, 141->144, 141->145, 141->146, 143->144, 143->145, 143->146, 144->147, 145->147, 146->148, 147->148, 148->149, 141->150, 143->150, 149->150, 150->151, 149->152, 149->153, 149->154, 151->152, 151->153, 151->154, 152->155, 153->155, 154->156, 155->156, 156->157, 149->158, 151->158, 157->158, 158->159, 157->160, 157->161, 157->162, 159->160, 159->161, 159->162, 160->163, 161->163, 162->164, 163->164, 164->165, 157->166, 159->166, 165->166, 166->167, 165->168, 165->169, 165->170, 167->168, 167->169, 167->170, 168->171, 169->171, 170->172, 171->172, 172->173, 165->174, 167->174, 173->174, 174->175, 173->176, 173->177, 173->178, 175->176, 175->177, 175->178, 176->179, 177->179, 178->180, 179->180, 180->181, 173->182, 175->182, 181->182, 182->183, 181->184, 181->185, 181->186, 183->184, 183->185, 183->186, 184->187, 185->187, 186->188, 187->188, 188->189, 181->190, 183->190, 189->190, 190->191 }
}

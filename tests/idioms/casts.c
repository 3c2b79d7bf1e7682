// Small integers, widened by casts.
// raises: GEMM M=8 N=7 K=6
// call: gemm(A, B, C)
#include <stdint.h>
void gemm(const int8_t A[8][6], const int8_t B[6][7], int32_t C[8][7]) {
  for (int i = 0; i < 8; i++)
    for (int j = 0; j < 7; j++) {
      int32_t acc = 0;
      for (int k = 0; k < 6; k++)
        acc += (int32_t)A[i][k] * (int32_t)B[k][j];
      C[i][j] = acc;
    }
}

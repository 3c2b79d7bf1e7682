// A bias that may be missing, and memory that is cleared by a call.
// raises: GEMM M=8 N=7 K=6
// call: gemm(A, B, bias, C)
#include <string.h>
void gemm(const float *A, const float *B, const float *bias, float C[8][7]) {
  float D[8][7];
  memset(D, 0, sizeof(D));
  for (int i = 0; i < 8; i++)
    for (int j = 0; j < 7; j++)
      for (int k = 0; k < 6; k++)
        D[i][j] += A[i * 6 + k] * B[k * 7 + j];
  memcpy(C, D, sizeof(float) * 8 * 7);
  for (int i = 0; i < 8; i++)
    for (int j = 0; j < 7; j++)
      if (bias) C[i][j] += bias[j];
}

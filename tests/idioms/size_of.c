// Bounds by sizeof, and memory of several extents.
// raises: GEMM M=8 N=7 K=6
// globals: B
// call: gemm(A, C)
#include <stdlib.h>
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
float B[6][7];
void gemm(float A[8][6], float C[8][7]) {
  float *T = (float *)malloc(sizeof(float) * 8 * 7);
  for (int i = 0; i < 8; i++)
    for (int j = 0; j < sizeof B[0] / sizeof(float); j++) {
      T[i * 7 + j] = 0;
      for (int k = 0; k < LENGTH(B); k++) {
        T[i * 7 + j] += A[i][k] * B[k][j];
      }
    }
  for (int i = 0; i < 8; i++)
    for (int j = 0; j < 7; j++)
      C[i][j] = T[i * 7 + j];
  free(T);
}

// A whole program: what its arrays begin with is left out.
// raises: GEMM M=8 N=8 K=8
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define N 8
static double A[N][N], B[N][N], C[N][N];
int main(int argc, char **argv) {
  int i, j, k;
  for (i = 0; i < N; i++)
    for (j = 0; j < N; j++) {
      A[i][j] = (double)(i * j) / N;
      B[i][j] = rand() / (double)RAND_MAX;
    }
  memset(C, 0, sizeof(C));
  for (i = 0; i < N; i++)
    for (j = 0; j < N; j++)
      for (k = 0; k < N; k++)
        C[i][j] += A[i][k] * B[k][j];
  double s = 0;
  for (i = 0; i < N; i++)
    for (j = 0; j < N; j++)
      s += C[i][j];
  printf("%f\n", s);
  return 0;
}

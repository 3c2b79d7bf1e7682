// Arguments that are checked, and a print.
// raises: GEMM M=8 K=6
// sizes: n=8
// call: gemv(n, A, x, y)
#include <assert.h>
#include <stdio.h>
int gemv(int n, const float *A, const float *x, float *y) {
  assert(n > 0);
  if (A == NULL || x == NULL || y == NULL) return -1;
  for (int i = 0; i < n; i++)
    for (int k = 0; k < 6; k++)
      y[i] += A[i * 6 + k] * x[k];
  printf("%d rows\n", n);
  return 0;
}

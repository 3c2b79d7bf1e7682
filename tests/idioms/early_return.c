// An early return where there is nothing to do.
// raises: GEMM M=8 K=6
// sizes: n=8
// call: gemv(n, A, x, y)
void gemv(int n, float A[8][6], float x[6], float y[8]) {
  if (n <= 0) return;
  for (int i = 0; i < n; i++)
    for (int k = 0; k < 6; k++)
      y[i] += A[i][k] * x[k];
}

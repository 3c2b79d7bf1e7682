// A loop that steps two iterators.
// raises: GEMM M=8 K=6
// call: gemv(A, x, y)
void gemv(const float *A, const float *x, float *y) {
  for (int i = 0, row = 0; i < 8; i++, row += 6)
    for (int k = 0; k < 6; k++)
      y[i] += A[row + k] * x[k];
}

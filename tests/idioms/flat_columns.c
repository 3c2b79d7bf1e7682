// A flattened matrix by its columns: no convolution with far apart taps.
// raises: GEMM M=12 K=10
// call: gemv(A, x, y)
void gemv(const float *A, const float *x, float *y) {
  for (int j = 0; j < 12; j++)
    y[j] = 0;
  for (int i = 0; i < 10; i++)
    for (int j = 0; j < 12; j++)
      y[j] += A[i * 12 + j] * x[i];
}

// A helper that returns a sum.
// raises: GEMM M=8 K=6
// call: gemv(A, x, y)
// function: gemv
static float dot(const float *a, const float *b, int n) {
  float sum = 0;
  for (int i = 0; i < n; i++)
    sum += a[i] * b[i];
  return sum;
}
void gemv(const float *A, const float *x, float *y) {
  for (int i = 0; i < 8; i++)
    y[i] = dot(A + i * 6, x, 6);
}

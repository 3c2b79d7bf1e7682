// Pointers that step through their arrays.
// raises: GEMM M=8 K=6
// call: gemv(A, x, y)
void gemv(const float *A, const float *x, float *y) {
  const float *a = A;
  for (int i = 0; i < 8; i++) {
    float sum = 0;
    const float *v = x;
    for (int k = 0; k < 6; k++)
      sum += *a++ * *v++;
    y[i] = sum;
  }
}

// The sum is unrolled by four.
// raises: GEMM M=8 K=3; GEMM M=8 K=3; GEMM M=8 K=3; GEMM M=8 K=3
// call: gemv(A, x, y)
void gemv(float A[8][12], float x[12], float y[8]) {
  for (int i = 0; i < 8; i++)
    for (int k = 0; k < 12; k += 4) {
      y[i] += A[i][k] * x[k];
      y[i] += A[i][k + 1] * x[k + 1];
      y[i] += A[i][k + 2] * x[k + 2];
      y[i] += A[i][k + 3] * x[k + 3];
    }
}

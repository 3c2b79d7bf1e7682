// Four columns at once, each with a sum of its own.
// raises: GEMM M=8 N=2 K=8; GEMM M=8 N=2 K=8; GEMM M=8 N=2 K=8; GEMM M=8 N=2 K=8
// sizes: n=8
// call: gemm4(n, A, B, C)
void gemm4(int n, const double *A, const double *B, double *C) {
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j += 4) {
      double c0 = 0, c1 = 0, c2 = 0, c3 = 0;
      for (int k = 0; k < n; k++) {
        double a = A[i * n + k];
        c0 += a * B[k * n + j];
        c1 += a * B[k * n + j + 1];
        c2 += a * B[k * n + j + 2];
        c3 += a * B[k * n + j + 3];
      }
      C[i * n + j] = c0; C[i * n + j + 1] = c1; C[i * n + j + 2] = c2; C[i * n + j + 3] = c3;
    }
}

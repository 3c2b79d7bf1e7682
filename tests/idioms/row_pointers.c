// Pointers to rows.
// raises: GEMM M=8 N=7 K=6
// sizes: M=8 N=7 K=6
// call: gemm(A, B, C, M, N, K)
void gemm(const float *A, const float *B, float *C, int M, int N, int K) {
  for (int i = 0; i < M; i++) {
    const float *a = A + i * K;
    float *c = &C[i * N];
    for (int k = 0; k < K; k++) {
      const float *b = B + k * N;
      for (int j = 0; j < N; j++)
        c[j] += a[k] * b[j];
    }
  }
}

// A structure of sizes.
// raises: GEMM M=8 N=7 K=6
// sizes: d.M=8 d.N=7 d.K=6
// call: gemm((struct dims){8, 7, 6}, A, B, C)
struct dims { int M, N, K; };
void gemm(struct dims d, const float *A, const float *B, float *C) {
  for (int i = 0; i < d.M; ++i)
    for (int j = 0; j < d.N; ++j)
      for (int k = 0; k < d.K; ++k)
        C[i * d.N + j] += A[i * d.K + k] * B[k * d.N + j];
}

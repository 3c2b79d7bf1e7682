// A structure of sizes that the function itself fills.
// raises: GEMM M=8 N=7 K=6
// call: gemm(A, B, C)
typedef struct { int M, N, K; } Dims;
void gemm(const float *A, const float *B, float *C) {
  const Dims d = {8, 7, 6};
  for (int i = 0; i < d.M; ++i)
    for (int j = 0; j < d.N; ++j)
      for (int k = 0; k < d.K; ++k)
        C[i * d.N + j] += A[i * d.K + k] * B[k * d.N + j];
}

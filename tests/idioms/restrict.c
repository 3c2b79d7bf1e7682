// Qualifiers of pointers and arrays.
// raises: GEMM M=8 N=7 K=6
// sizes: M=8 N=7 K=6
// call: gemm(M, N, K, A, B, C)
void gemm(const int M, const int N, const int K, const float *restrict A, const float *__restrict__ const B, float C[restrict static 8][7]) {
  for (register int i = 0; i < M; i++)
    for (int j = 0; j < N; j++)
      for (int k = 0; k < K; k++)
        C[i][j] += A[i * K + k] * B[k * N + j];
}

// Blocks whose edges are the sizes of the last ones.
// raises: GEMM M=10 N=9 K=7
// sizes: M=10 N=9 K=7
// call: gemm(M, N, K, A, B, C)
#define BLOCK 4
void gemm(int M, int N, int K, const float *A, const float *B, float *C) {
  for (int i = 0; i < M; i += BLOCK) {
    int m = M - i < BLOCK ? M - i : BLOCK;
    for (int j = 0; j < N; j += BLOCK) {
      int n = (j + BLOCK > N) ? N - j : BLOCK;
      for (int k = 0; k < K; k++)
        for (int a = 0; a < m; a++)
          for (int b = 0; b < n; b++)
            C[(i + a) * N + j + b] += A[(i + a) * K + k] * B[k * N + j + b];
    }
  }
}

// Macros for sizes, places and loops.
// raises: GEMM M=8 N=7 K=6
// call: gemm(A, B, C)
#define M 8
#define N (M - 1)
#define K (N - 1)
#define A(i, j) A[(i) * K + (j)]
#define B(i, j) B[(i) * N + (j)]
#define C(i, j) C[(i) * N + (j)]
#define FOR(i, n) for (int i = 0; i < (n); i++)
void gemm(float *A, float *B, float *C) {
  FOR(i, M) FOR(j, N) FOR(k, K)
    C(i, j) += A(i, k) * B(k, j);
}

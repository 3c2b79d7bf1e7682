// Global arrays.
// raises: GEMM M=8 N=7 K=6
// globals: A B C
// call: gemm()
#define M 8
static const int N = 7;
enum { K = 6 };
float A[M][K];
float B[K][7];
float C[M][7];
void gemm(void) {
  for (int i = 0; i < M; i++)
    for (int j = 0; j < N; j++)
      for (int k = 0; k < K; k++)
        C[i][j] += A[i][k] * B[k][j];
}

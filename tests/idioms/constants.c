// Sizes as constants of the function, of the file and of an enumeration.
// raises: GEMM M=8 N=7 K=6
// call: gemm(A, B, C)
typedef enum { SMALL = 6, MIDDLE, LARGE } extent;
static const unsigned rows = LARGE;
void gemm(float A[LARGE][SMALL], float B[SMALL][MIDDLE], float C[][MIDDLE]) {
  const int N = MIDDLE;
  for (int i = 0; i < rows; i++)
    for (int j = 0; j < N; j++)
      for (int k = 0; k < SMALL; k++)
        C[i][j] += A[i][k] * B[k][j];
}

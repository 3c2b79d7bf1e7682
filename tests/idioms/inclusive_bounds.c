// Bounds with `<=`, a step by `i = i + 1`, and counting from 1 and 5.
// raises: GEMM M=8 N=7 K=6
// call: gemm(A, B, C)
void gemm(float A[8][6], float B[6][7], float C[8][7]) {
  int i, j, k;
  for (i = 1; i <= 8; i = i + 1)
    for (j = 0; j <= 7 - 1; j += 1)
      for (k = 5; k < 11; ++k)
        C[i - 1][j] += A[i - 1][k - 5] * B[k - 5][j];
}

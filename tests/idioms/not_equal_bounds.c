// Bounds with `!=`, compared from the left.
// raises: GEMM M=8 N=7 K=6
// call: gemm(A, B, C)
void gemm(float A[8][6], float B[6][7], float C[8][7]) {
  for (int i = 0; i != 8; ++i)
    for (int j = 0; 7 > j; ++j)
      for (int k = 0; 0 != k - 6; k++)
        C[i][j] += A[i][k] * B[k][j];
}

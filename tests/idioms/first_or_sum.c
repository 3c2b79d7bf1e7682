// The first term set, the others added, by `else`.
// raises: GEMM M=8 N=7 K=6
// call: gemm(A, B, C)
void gemm(float A[8][6], float B[6][7], float C[8][7]) {
  for (int i = 0; i < 8; i++)
    for (int j = 0; j < 7; j++)
      for (int k = 0; k < 6; k++)
        if (k == 0) C[i][j] = A[i][k] * B[k][j]; else C[i][j] += A[i][k] * B[k][j];
}

// Matrices as arrays of pointers to rows.
// raises: GEMM M=8 N=7 K=6
void gemm(float **A, float **B, float **C) {
  for (int i = 0; i < 8; i++)
    for (int j = 0; j < 7; j++)
      for (int k = 0; k < 6; k++)
        C[i][j] += A[i][k] * B[k][j];
}

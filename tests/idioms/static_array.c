// Tiles copied to local arrays, worked on, and copied back.
// raises: GEMM M=8 N=6 K=4
// call: gemm(A, B, C)
void gemm(float A[8][4], float B[4][6], float C[8][6]) {
  static float a[8][4], b[4][6], c[8][6];
  for (int i = 0; i < 8; i++)
    for (int k = 0; k < 4; k++) a[i][k] = A[i][k];
  for (int k = 0; k < 4; k++)
    for (int j = 0; j < 6; j++) b[k][j] = B[k][j];
  for (int i = 0; i < 8; i++)
    for (int j = 0; j < 6; j++) {
      c[i][j] = 0;
      for (int k = 0; k < 4; k++)
        c[i][j] += a[i][k] * b[k][j];
    }
  for (int i = 0; i < 8; i++)
    for (int j = 0; j < 6; j++) C[i][j] = c[i][j];
}

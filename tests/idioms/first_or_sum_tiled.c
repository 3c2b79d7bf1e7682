// A sum in tiles; two results begin in its first iteration.
// raises: GEMM M=8 N=7 K=6; GEMM M=8 N=7 K=6
// call: gemm(A, B, C, D)
void gemm(float A[8][6], float B[6][7], float C[8][7], float D[8][7]) {
  for (int i = 0; i < 8; i++)
    for (int t = 0; t < 6; t += 4)
      for (int k = t; k < (t + 4 < 6 ? t + 4 : 6); k++)
        for (int j = 0; j < 7; j++) {
          float p = A[i][k] * B[k][j];
          C[i][j] = k == 0 ? 3 + p : C[i][j] + p;
          if (k != 0) D[i][j] += p; else D[i][j] = p;
        }
}

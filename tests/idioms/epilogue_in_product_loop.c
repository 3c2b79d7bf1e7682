// The last iteration of the sum writes out what it is after a ReLU.
// raises: GEMM M=8 N=7 K=6
// call: gemm(A, B, C, D)
void gemm(float A[8][6], float B[6][7], float C[8][7], float D[8][7]) {
  for (int i = 0; i < 8; i++)
    for (int j = 0; j < 7; j++)
      for (int k = 0; k < 6; k++) {
        C[i][j] += A[i][k] * B[k][j];
        if (k == 5) D[i][j] = C[i][j] > 0 ? C[i][j] : 0;
      }
}

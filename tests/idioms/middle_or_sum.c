// A sum that an iteration in the middle begins again.
// refused: W405
void gemm(float A[8][6], float B[6][7], float C[8][7]) {
  for (int i = 0; i < 8; i++)
    for (int j = 0; j < 7; j++)
      for (int k = 0; k < 6; k++)
        if (k == 2) C[i][j] = A[i][k] * B[k][j];
        else C[i][j] += A[i][k] * B[k][j];
}

// A product that is left out where an operand is zero.
// refused: W403
void gemm(float A[8][6], float B[6][7], float C[8][7]) {
  for (int i = 0; i < 8; i++)
    for (int k = 0; k < 6; k++) {
      if (A[i][k] == 0) continue;
      for (int j = 0; j < 7; j++)
        C[i][j] += A[i][k] * B[k][j];
    }
}

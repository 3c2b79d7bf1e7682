// A product split over temporaries, with commas and several declarators.
// raises: GEMM M=8 N=7 K=6
// call: gemm(A, B, C)
void gemm(float A[8][6], float B[6][7], float C[8][7]) {
  int i, j, k;
  float a, b, ab, sum;
  for (i = 0; i < 8; i++)
    for (j = 0; j < 7; j++) {
      sum = 0, k = 0;
      for (k = 0; k < 6; k++)
        a = A[i][k], b = B[k][j], ab = a * b, sum = sum + ab;
      C[i][j] = sum;
    }
}

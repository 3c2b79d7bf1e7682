// Loops written with `while` and `do`.
// raises: GEMM M=8 N=7 K=6
// call: gemm(A, B, C)
void gemm(float A[8][6], float B[6][7], float C[8][7]) {
  int i = 0;
  while (i < 8) {
    int j = 0;
    while (j < 7) {
      int k = 0;
      do {
        C[i][j] += A[i][k] * B[k][j];
        k++;
      } while (k < 6);
      ++j;
    }
    i += 1;
  }
}

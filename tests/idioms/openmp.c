// OpenMP: threads, a reduction and vectors.
// raises: GEMM M=8 N=7 K=6
// call: gemm(A, B, C)
void gemm(float A[8][6], float B[6][7], float C[8][7]) {
  #pragma omp parallel for collapse(2) schedule(static) shared(A, B, C)
  for (int i = 0; i < 8; i++)
    for (int j = 0; j < 7; j++) {
      float sum = 0;
      #pragma omp simd reduction(+ : sum)
      for (int k = 0; k < 6; k++)
        sum += A[i][k] * B[k][j];
      C[i][j] = sum;
    }
}

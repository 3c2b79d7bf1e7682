// alpha * A * B + beta * C, with the sum in a scalar.
// raises: GEMM M=8 N=7 K=6
// call: gemm(alpha, beta, A, B, C)
void gemm(float alpha, float beta, float A[8][6], float B[6][7], float C[8][7]) {
  for (int i = 0; i < 8; i++)
    for (int j = 0; j < 7; j++) {
      float acc = 0;
      for (int k = 0; k < 6; k++)
        acc += A[i][k] * B[k][j];
      C[i][j] = alpha * acc + beta * C[i][j];
    }
}

// Bias before, and a ReLU by `if` after the product, in the loop of the output.
// raises: GEMM M=8 N=7 K=6
// call: gemm(A, B, bias, C)
void gemm(float A[8][6], float B[6][7], float bias[7], float C[8][7]) {
  for (int i = 0; i < 8; i++)
    for (int j = 0; j < 7; j++) {
      float acc = bias[j];
      for (int k = 0; k < 6; k++)
        acc += A[i][k] * B[k][j];
      if (acc < 0)
        acc = 0;
      C[i][j] = acc;
    }
}

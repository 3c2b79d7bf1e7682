// Several functions in a file; one is named.
// raises: GEMM M=8 K=6
// function: second
// call: second(A, x, y)
void first(float A[8][6], float x[6]) {
  for (int i = 0; i < 8; i++)
    for (int k = 0; k < 6; k++)
      if (x[k] > 0) A[i][k] = x[k] * A[i][k];
}
void second(float A[8][6], float x[6], float y[8]) {
  for (int i = 0; i < 8; i++)
    for (int k = 0; k < 6; k++)
      y[i] += A[i][k] * x[k];
}

// A scalar that data chooses, before it scales what comes after.
// raises: GEMM M=8 K=6
// call: scaled(A, x, y)
void scaled(const float A[8][6], const float x[6], float y[8]) {
  for (int i = 0; i < 8; i++) {
    float sum = 0;
    for (int k = 0; k < 6; k++) {
      sum += A[i][k] * x[k];
    }
    float factor = sum < 0 ? 2 : sum;
    y[i] = factor * sum;
  }
}

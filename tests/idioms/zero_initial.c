// Local arrays that begin as zeros, and counts.
// raises: GEMM M=8 K=6
// call: mean(A, x, y)
void mean(const float A[8][6], const float x[6], float y[8]) {
  float sums[8] = {0}, n[8] = {0};
  for (int i = 0; i < 8; i++)
    for (int k = 0; k < 6; k++) {
      sums[i] += A[i][k] * x[k];
      n[i]++;
    }
  for (int i = 0; i < 8; i++)
    y[i] = sums[i] - n[i];
}

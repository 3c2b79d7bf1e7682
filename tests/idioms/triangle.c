// A triangle of products.
// refused: W407
void trmv(float A[8][8], float x[8], float y[8]) {
  for (int i = 0; i < 8; i++)
    for (int k = 0; k <= i; k++)
      y[i] += A[i][k] * x[k];
}

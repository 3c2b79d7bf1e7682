// A loop that data ends.
// refused: W411
void converge(float A[8][6], float x[6], float y[8]) {
  float error = 1;
  while (error > 0.1f) {
    for (int i = 0; i < 8; i++)
      for (int k = 0; k < 6; k++)
        y[i] += A[i][k] * x[k];
    error = y[0];
  }
}

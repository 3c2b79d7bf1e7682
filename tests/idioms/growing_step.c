// A pointer that every iteration moves further: rows of a triangle.
// refused: W401
void triangle(const float *A, const float *x, float *y) {
  for (int i = 0; i < 8; i++) {
    for (int k = 0; k < 8; k++)
      y[i] += A[k] * x[k];
    A += i;
  }
}

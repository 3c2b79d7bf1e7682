// A pointer that moves where data says so.
// refused: W403
void kept(const float *A, float *B) {
  for (int i = 0; i < 16; i++)
    if (A[i] > 0)
      *B++ = A[i] * 2;
}

// A template whose type nothing tells.
// refused: W411
template <typename T> void gemm(const T *A, const T *B, T *C) {
  for (int i = 0; i < 8; i++)
    for (int k = 0; k < 6; k++) C[i] += A[i * 6 + k] * B[k];
}

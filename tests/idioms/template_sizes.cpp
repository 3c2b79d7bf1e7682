// A template whose integers nothing in the text tells.
// raises: GEMM M=8 K=6
// sizes: M=8 K=6
// call: (gemv<8, 6>(A, x, y))
template <int M, int K>
void gemv(const float *A, const float *x, float *y) {
  for (int i = 0; i < M; ++i)
    for (int k = 0; k < K; ++k)
      y[i] += A[i * K + k] * x[k];
}

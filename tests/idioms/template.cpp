// A template of types and sizes, called with some of them said and the others told by what is passed.
// raises: GEMM M=8 N=7 K=6; GEMM M=8 K=6
// function: both
// call: both(A, B, C, x, y)
template <typename T, int M, int N = 7, unsigned K = 6>
inline void gemm(const T *A, const T (&B)[K][N], T *C) {
  for (int i = 0; i < M; ++i)
    for (int j = 0; j < N; ++j) {
      T sum{};
      for (unsigned k = 0; k < K; ++k)
        sum += A[i * K + k] * B[k][j];
      C[i * N + j] = static_cast<T>(sum);
    }
}

template <class T> void gemv(const T *A, const T *x, T *y, int rows) {
  for (int i = 0; i < rows; ++i)
    for (int k = 0; k < 6; ++k)
      y[i] += A[i * 6 + k] * x[k];
}

void both(const float *A, const float (&B)[6][7], float *C, const float *x, float *y) {
  gemm<float, 8>(A, B, C);
  gemv(A, x, y, 8);
}

// An explicit instantiation says the type.
// raises: GEMM M=8 K=6
// call: gemv(A, x, y)
template <typename T, int M = 8>
void gemv(const T *A, const T *x, T *y) {
  for (int i = 0; i < M; ++i)
    for (int k = 0; k < 6; ++k)
      y[i] += A[i * 6 + k] * x[k];
}

template void gemv<double>(const double *, const double *, double *);

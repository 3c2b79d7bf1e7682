// A helper that holds the innermost loops, called on pointers to tiles.
// raises: GEMM M=8 N=6 K=4
// call: gemm(A, B, C)
// function: gemm
static inline void tile(const float *a, const float *b, float *c, int n) {
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++)
      for (int k = 0; k < n; k++)
        c[i * 6 + j] += a[i * 4 + k] * b[k * 6 + j];
}
void gemm(const float *A, const float *B, float *C) {
  for (int i0 = 0; i0 < 8; i0 += 2)
    for (int j0 = 0; j0 < 6; j0 += 2)
      for (int k0 = 0; k0 < 4; k0 += 2)
        tile(A + i0 * 4 + k0, B + k0 * 6 + j0, C + i0 * 6 + j0, 2);
}

// Pointers that the header of a loop steps.
// raises: GEMM M=8 N=7 K=6
// call: gemm(a, b, c)
void gemm(float *a, float *b, float *c) {
  for (int i = 0; i < 8; ++i, a += 6, c += 7)
    for (int j = 0; j < 7; ++j)
      for (int k = 0; k < 6; ++k)
        c[j] += a[k] * b[k * 7 + j];
}

// Pointers that run to an end, one of them downwards along with an index.
// raises: GEMM K=24; general N=16
// call: run(x, w, s, d, out)
void run(const float *x, const float *w, const float *s, float *d, float *out) {
  const float *end = x + 24;
  float sum = 0;
  while (x < end)
    sum += *x++ * *w++;
  *out = sum;
  int n = 16;
  while (n--)
    *d++ = 2 * *s++;
}

// The last window has fewer elements.
// raises: POOL X'=5 S=2; CONV X'=64 S=16
// call: pool_and_filter(A, B, I, F, O)
#define MIN(a, b) ((a) < (b) ? (a) : (b))
void pool_and_filter(const float A[9], float B[5], const float I[64], const float F[16], float O[64]) {
  for (int x = 0; x < 5; x++) {
    float sum = 0;
    for (int s = 0; s < MIN(2, 9 - 2 * x); s++)
      sum += A[2 * x + s];
    B[x] = sum;
  }
  for (int x = 0; x < 64; x++) {
    float sum = 0;
    for (int s = 0; s < MIN(16, 64 - x); s++)
      sum += I[x + s] * F[s];
    O[x] = sum;
  }
}

// A helper for the place of an element and one for the product.
// raises: GEMM M=8 N=7 K=6
// call: gemm(A, B, C)
static inline int at(int i, int j, int ld) { return i * ld + j; }
static inline float mac(float acc, float a, float b) { return acc + a * b; }
void gemm(const float *A, const float *B, float *C) {
  for (int i = 0; i < 8; i++)
    for (int j = 0; j < 7; j++)
      for (int k = 0; k < 6; k++)
        C[at(i, j, 7)] = mac(C[at(i, j, 7)], A[at(i, k, 6)], B[at(k, j, 7)]);
}

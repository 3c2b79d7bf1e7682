// A pointer that every iteration sets back.
// raises: GEMM M=8 N=7 K=6
// call: gemm(A, B, C)
void gemm(const float *A, const float *B, float *C) {
  const float *a = A, *b = B;
  for (int i = 0; i < 8; i++) {
    for (int j = 0; j < 7; j++) {
      float sum = 0;
      for (int k = 0; k < 6; k++) {
        sum += *a++ * *b;
        b += 7;
      }
      *C++ = sum;
      a -= 6;
      b -= 41;
    }
    a += 6;
    b = B;
  }
}

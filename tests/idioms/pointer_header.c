// Headers step pointers, alone and beside an iterator that counts down.
// raises: GEMM M=8 N=7 K=6
// call: gemm(A, B, C)
void gemm(const float *A, const float *B, float *C) {
  for (const float *row = A; row != A + 48; row += 6)
    for (int j = 0; j < 7; j++, C++) {
      const float *b = B + j, *a = row;
      for (int left = 6; left > 0; left--, b += 7)
        *C += *a++ * *b;
    }
}

// A pointer that every iteration of a loop moves on by a row.
// raises: GEMM M=8 N=7 K=6
// call: gemm(A, B, C)
void gemm(const float *A, const float *B, float *C) {
  for (int i = 0; i < 8; i++) {
    for (int j = 0; j < 7; j++)
      for (int k = 0; k < 6; k++)
        C[j] += A[k] * B[k * 7 + j];
    A += 6;
    C += 7;
  }
}

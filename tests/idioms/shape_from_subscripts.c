// Flattened arrays whose shapes only the subscripts tell.
// raises: GEMM M=8 N=7 K=6
// call: gemm(A, B, C)
void gemm(float *A, float *B, float *C) {
  for (int i = 0; i < 8; i++)
    for (int j = 0; j < 7; j++)
      for (int k = 0; k < 6; k++)
        C[i * 7 + j] += A[i * 6 + k] * B[k * 7 + j];
}

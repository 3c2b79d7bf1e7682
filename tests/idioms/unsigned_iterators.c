// Iterators and sizes without signs.
// raises: GEMM M=8 N=7 K=6
// sizes: M=8 n=7 k=6
// call: gemm(M, n, k, A, B, C)
#include <stddef.h>
#include <stdint.h>
void gemm(size_t M, unsigned n, uint32_t k, const float *A, const float *B, float *C) {
  for (size_t i = 0; i < M; i++)
    for (unsigned int j = 0u; j < n; j++)
      for (uint32_t l = 0; l < k; l++)
        C[i * n + j] += A[i * k + l] * B[l * n + j];
}

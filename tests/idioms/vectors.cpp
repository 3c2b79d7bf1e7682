// C++: references to vectors, `auto`, `size_t` and `using`.
// raises: GEMM M=8 N=7 K=6
// sizes: M=8 N=7 K=6
// call: gemm(std::vector<float>(A, A + 48), std::vector<float>(B, B + 42), C, 8, 7, 6)
#include <cstddef>
#include <vector>
using real = float;
void gemm(const std::vector<real>& A, const std::vector<float>& B, float* C, std::size_t M, size_t N, int K) {
  for (auto i = 0; i < M; ++i)
    for (std::size_t j = 0; j < N; ++j) {
      auto acc = 0.0f;
      for (int k = 0; k < K; ++k)
        acc += A[i * K + k] * B[k * N + j];
      C[i * N + j] = acc;
    }
}

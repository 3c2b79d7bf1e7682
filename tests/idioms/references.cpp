// C++: references, casts, constexpr, namespaces, extern "C" and std::max.
// raises: GEMM M=8 N=7 K=6
// call: gemm(A, B, C)
// function: gemm
#include <algorithm>
#include <cstdint>
namespace kernels {
constexpr int M = 8, N = 7;
static constexpr std::size_t K = 6;
}
using namespace kernels;
extern "C" {
void gemm(const float (&A)[8][6], const float (&B)[6][7], float (&C)[8][7]) {
  for (int i{0}; i < M; ++i)
    for (int j = 0; j < N; ++j) {
      float &c = C[i][j];
      c = 0.f;
      for (int k = 0; k < static_cast<int>(K); ++k)
        c += static_cast<float>(A[i][k]) * B[k][j];
      c = std::max(c, 0.0f);
    }
}
}

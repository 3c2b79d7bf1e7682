// C++: the size of a vector whose elements are set and read.
// raises: GEMM M=8 K=6
// sizes: y.size=8 x.size=6
// call: std::vector<float> out(y, y + 8); gemv(std::vector<float>(A, A + 48), std::vector<float>(x, x + 6), out); memcpy(y, out.data(), sizeof y)
#include <vector>
void gemv(const std::vector<float>& A, const std::vector<float>& x, std::vector<float>& y) {
  const float *rows = A.data();
  for (std::size_t i = 0; i < y.size(); ++i) {
    float sum = 0;
    for (std::size_t k = 0; k < x.size(); ++k)
      sum += rows[i * x.size() + k] * x[k];
    y[i] = sum;
  }
}

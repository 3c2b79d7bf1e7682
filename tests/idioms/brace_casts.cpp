// Conversions with braces.
// raises: GEMM M=5 K=6
// call: dense(I, W, bias, O)
using number = float;
void dense(const float *I, const float *W, const float *bias, float *O) {
  for (int i{0}; i < 5; i++) {
    O[i] = number{0};
    for (int c = 0; c < 6; c++) {
      O[i] += W[c * 5 + i] * number{I[c]};
    }
    O[i] += bias[i] + float{};
  }
}

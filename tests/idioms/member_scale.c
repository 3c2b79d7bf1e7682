// Numbers that are members of a structure.
// raises: GEMM M=8 K=6
// call: gemv((struct params){6, params_scale}, A, x, y)
// sizes: params.n=6
struct params { int n; float scale; };
void gemv(struct params params, const float *A, const float *x, float *y) {
  for (int i = 0; i < 8; i++) {
    float sum = 0;
    for (int k = 0; k < params.n; k++)
      sum += A[i * params.n + k] * x[k];
    y[i] = params.scale * sum;
  }
}

// A sum that is clamped to a range: by `else if`, and by a helper.
// raises: GEMM M=8 K=6; GEMM M=8 K=6
// call: gemv(A, x, y, z)
static float clamp(float v) { return v > 30 ? 30 : v < -30 ? -30 : v; }
void gemv(float A[8][6], float x[6], float y[8], float z[8]) {
  for (int i = 0; i < 8; i++) {
    float s = 0;
    for (int k = 0; k < 6; k++)
      s += A[i][k] * x[k];
    if (s < 0)
      s = 0;
    else if (s > 6)
      s = 6;
    y[i] = s;
  }
  for (int i = 0; i < 8; i++) {
    float t = 0;
    for (int k = 0; k < 6; k++)
      t += A[i][k] * x[k];
    z[i] = clamp(t);
  }
}

// A sum that is returned.
// raises: GEMM K=16
// call: s = dot(a, b)
float dot(const float a[16], const float b[16]) {
  float s = 0;
  for (int i = 0; i < 16; i++)
    s += a[i] * b[i];
  return s;
}

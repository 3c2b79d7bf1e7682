// A function that calls others of the file, in the order of a network.
// raises: GEMM M=8 K=6; GEMM M=5 K=8
// function: network
// call: network(W1, x, h, W2, y)
static void dense(const float *w, const float *in, float *out, int rows, int columns) {
  for (int i = 0; i < rows; i++) {
    out[i] = 0;
    for (int k = 0; k < columns; k++)
      out[i] += w[i * columns + k] * in[k];
  }
}
void network(const float *W1, const float *x, float *h, const float *W2, float *y) {
  dense(W1, x, h, 8, 6);
  dense(W2, h, y, 5, 8);
}

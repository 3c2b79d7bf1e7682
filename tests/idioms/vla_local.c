// A local array of a variable extent, and memory of the heap.
// raises: GEMM M=8 K=6; GEMM M=5 K=8
// sizes: h=8
// call: mlp(h, W1, x, W2, y)
#include <stdlib.h>
void mlp(int h, float W1[h][6], float x[6], float W2[5][h], float y[5]) {
  float *t = (float *)malloc(h * sizeof(float));
  for (int i = 0; i < h; i++) {
    t[i] = 0;
    for (int k = 0; k < 6; k++)
      t[i] += W1[i][k] * x[k];
  }
  for (int i = 0; i < 5; i++) {
    y[i] = 0;
    for (int k = 0; k < h; k++)
      y[i] += W2[i][k] * t[k];
  }
  free(t);
}

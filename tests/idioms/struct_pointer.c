// A structure of sizes behind a pointer, its members kept in locals.
// raises: CONV K=4 Y'=5 X'=6 R=2 S=2
// sizes: p.K=4 p.H=6 p.W=7 p.R=2
// call: conv(&(ConvParams){4, 6, 7, 2}, I, F, O)
typedef struct { int K, H, W, R; } ConvParams;
void conv(const ConvParams *p, const float *I, const float *F, float *O) {
  const int K = p->K, H = p->H, W = p->W, R = p->R;
  const int P = H - R + 1, Q = W - R + 1;
  for (int k = 0; k < K; k++)
    for (int y = 0; y < P; y++)
      for (int x = 0; x < Q; x++)
        for (int r = 0; r < R; r++)
          for (int s = 0; s < R; s++)
            O[(k * P + y) * Q + x] += I[(y + r) * W + x + s] * F[(k * R + r) * R + s];
}

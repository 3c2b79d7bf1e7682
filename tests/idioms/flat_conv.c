// A flattened convolution with loops of one iteration.
// raises: CONV K=4 C=3 Y'=5 X'=5 R=3 S=3
// sizes: N=1 G=1 K=4 C=3 H=7 W=7 R=3 S=3
// call: conv(I, F, O, N, G, K, C, H, W, R, S)
void conv(const float *I, const float *F, float *O, int N, int G, int K, int C, int H, int W, int R, int S) {
  int P = H - R + 1, Q = W - S + 1;
  for (int n = 0; n < N; n++)
    for (int g = 0; g < G; g++)
      for (int k = 0; k < K; k++)
        for (int p = 0; p < P; p++)
          for (int q = 0; q < Q; q++)
            for (int c = 0; c < C; c++)
              for (int r = 0; r < R; r++)
                for (int s = 0; s < S; s++)
                  O[(((n * G + g) * K + k) * P + p) * Q + q] +=
                      I[(((n * G + g) * C + c) * H + p + r) * W + q + s] * F[(((g * K + k) * C + c) * R + r) * S + s];
}

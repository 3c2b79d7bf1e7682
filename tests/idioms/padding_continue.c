// Padding by `continue`, row by row, of flattened arrays with sizes as arguments.
// raises: CONV K=4 C=3 Y'=3 X'=4 R=3 S=3
// sizes: C=3 H=6 W=7 K=4 R=3 S=3 stride=2 pad=1
// call: conv(I, F, O, C, H, W, K, R, S, stride, pad)
void conv(const float *I, const float *F, float *O, int C, int H, int W, int K, int R, int S, int stride, int pad) {
  int OH = (H + 2 * pad - R) / stride + 1;
  int OW = (W + 2 * pad - S) / stride + 1;
  for (int k = 0; k < K; k++)
    for (int oh = 0; oh < OH; oh++)
      for (int ow = 0; ow < OW; ow++) {
        float sum = 0.0f;
        for (int c = 0; c < C; c++)
          for (int r = 0; r < R; r++) {
            int ih = oh * stride + r - pad;
            if (ih < 0 || ih >= H) continue;
            for (int s = 0; s < S; s++) {
              int iw = ow * stride + s - pad;
              if (iw < 0 || iw >= W) continue;
              sum += I[(c * H + ih) * W + iw] * F[((k * C + c) * R + r) * S + s];
            }
          }
        O[(k * OH + oh) * OW + ow] = sum;
      }
}

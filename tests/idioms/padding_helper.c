// Padding by a helper that returns zero outside of the input, as in small frameworks.
// raises: CONV Y'=6 X'=7 R=3 S=3
// call: conv(I, F, O)
// runs: all points
static float pixel(const float *im, int h, int w, int y, int x) {
  if (y < 0 || y >= h || x < 0 || x >= w) return 0;
  return im[y * w + x];
}
void conv(const float *I, float F[3][3], float O[6][7]) {
  for (int y = 0; y < 6; y++)
    for (int x = 0; x < 7; x++)
      for (int r = 0; r < 3; r++)
        for (int s = 0; s < 3; s++)
          O[y][x] += pixel(I, 6, 7, y + r - 1, x + s - 1) * F[r][s];
}

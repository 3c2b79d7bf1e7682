// A size of zero: no padding.
// raises: CONV Y'=4 X'=5 R=3 S=3
// sizes: p=0
// call: conv(I, F, O, p)
void conv(float I[6][7], float F[3][3], float O[4][5], int p) {
  for (int y = 0; y < 6 + 2 * p - 2; y++)
    for (int x = 0; x < 7 + 2 * p - 2; x++)
      for (int r = 0; r < 3; r++)
        for (int s = 0; s < 3; s++) {
          int h = y + r - p, w = x + s - p;
          if (h < 0 || h >= 6 || w < 0 || w >= 7) continue;
          O[y][x] += I[h][w] * F[r][s];
        }
}

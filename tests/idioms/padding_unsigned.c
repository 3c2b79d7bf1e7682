// Padding by one comparison of numbers without signs, as Caffe does.
// raises: CONV Y'=6 X'=7 R=3 S=3
// call: conv(I, F, O)
static inline int inside(int a, int b) { return (unsigned)a < (unsigned)b; }
void conv(float I[6][7], float F[3][3], float O[6][7]) {
  for (int y = 0; y < 6; y++)
    for (int x = 0; x < 7; x++)
      for (int r = 0; r < 3; r++)
        for (int s = 0; s < 3; s++)
          if (inside(y + r - 1, 6) && inside(x + s - 1, 7))
            O[y][x] += I[y + r - 1][x + s - 1] * F[r][s];
}

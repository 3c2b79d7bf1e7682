// The largest of a window, by `if`.
// raises: POOL C=3 Y'=4 X'=4 R=2 S=2
// call: pool(I, O)
void pool(float I[3][8][8], float O[3][4][4]) {
  for (int c = 0; c < 3; c++)
    for (int y = 0; y < 4; y++)
      for (int x = 0; x < 4; x++) {
        float m = -1e30f;
        for (int r = 0; r < 2; r++)
          for (int s = 0; s < 2; s++)
            if (I[c][2 * y + r][2 * x + s] > m) m = I[c][2 * y + r][2 * x + s];
        O[c][y][x] = m;
      }
}

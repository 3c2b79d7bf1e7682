// The outermost loop sums; its first iteration begins with the bias, its last one ends with an activation.
// raises: CONV K=5 C=4 Y'=4 X'=6 R=3 S=3
// call: conv(I, F, bias, O)
void conv(float I[4][6][8], float F[5][4][3][3], float bias[5], float O[5][4][6]) {
  for (int c = 0; c < 4; c++)
    for (int r = 0; r < 3; r++)
      for (int s = 0; s < 3; s++)
        for (int k = 0; k < 5; k++)
          for (int y = 0; y < 4; y++)
            for (int x = 0; x < 6; x++) {
              float old = O[k][y][x];
              if (!c && r == 0 && s < 1) old = bias[k];
              O[k][y][x] = old + I[c][y + r][x + s] * F[k][c][r][s];
              if (c == 3 && r == 2 && s == 2) O[k][y][x] = O[k][y][x] > 0 ? O[k][y][x] : 0;
            }
}

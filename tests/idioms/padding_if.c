// Padding by an `if` around the product.
// raises: CONV K=4 C=3 Y'=6 X'=7 R=3 S=3
// call: conv(I, F, O)
void conv(float I[3][6][7], float F[4][3][3][3], float O[4][6][7]) {
  for (int k = 0; k < 4; k++)
    for (int y = 0; y < 6; y++)
      for (int x = 0; x < 7; x++)
        for (int c = 0; c < 3; c++)
          for (int r = 0; r < 3; r++)
            for (int s = 0; s < 3; s++)
              if (y + r - 1 >= 0 && y + r - 1 < 6 && x + s - 1 >= 0 && x + s - 1 < 7)
                O[k][y][x] += I[c][y + r - 1][x + s - 1] * F[k][c][r][s];
}

// Windows copied to columns, then a product.
// raises: GEMM M=4 N=20 K=9
// call: conv(I, F, O)
void conv(float I[6][7], float F[4][9], float O[4][20]) {
  float col[9][20];
  for (int r = 0; r < 3; r++)
    for (int s = 0; s < 3; s++)
      for (int y = 0; y < 4; y++)
        for (int x = 0; x < 5; x++)
          col[r * 3 + s][y * 5 + x] = I[y + r][x + s];
  for (int k = 0; k < 4; k++)
    for (int p = 0; p < 20; p++) {
      O[k][p] = 0;
      for (int q = 0; q < 9; q++)
        O[k][p] += F[k][q] * col[q][p];
    }
}

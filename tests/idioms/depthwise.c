// A depthwise convolution over channels last, with a stride.
// raises: DSCONV C=5 Y'=3 X'=3 R=3 S=3
// call: depthwise(I, F, O)
void depthwise(float I[7][7][5], float F[3][3][5], float O[3][3][5]) {
  for (int y = 0; y < 3; y++)
    for (int x = 0; x < 3; x++)
      for (int c = 0; c < 5; c++) {
        float acc = 0;
        for (int r = 0; r < 3; r++)
          for (int s = 0; s < 3; s++)
            acc += I[y * 2 + r][x * 2 + s][c] * F[r][s][c];
        O[y][x][c] = acc;
      }
}

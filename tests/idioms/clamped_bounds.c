// Bounds of the taps that stay inside of the input.
// raises: CONV K=4 C=3 Y'=8 X'=8 R=3 S=3
// call: conv(I, F, O)
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
void conv(float I[3][16][16], float F[4][3][3][3], float O[4][8][8]) {
  for (int k = 0; k < 4; k++)
    for (int y = 0; y < 8; y++)
      for (int x = 0; x < 8; x++) {
        const int top = 2 * y - 1, left = 2 * x - 1;
        const int first = MAX(0, -top), end = MIN(3, 16 - top);
        int from = left < 0 ? -left : 0, to = left + 3 > 16 ? 16 - left : 3;
        float sum = 0;
        for (int r = first; r < end; r++)
          for (int s = from; s < to; s++)
            for (int c = 0; c < 3; c++)
              sum += I[c][top + r][left + s] * F[k][c][r][s];
        O[k][y][x] = sum;
      }
}

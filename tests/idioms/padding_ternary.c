// Padding by a choice around the access.
// raises: CONV C=3 X'=9 S=3
// call: conv(I, F, O)
// runs: all points
void conv(float I[3][9], float F[3][3], float O[9]) {
  for (int x = 0; x < 9; x++) {
    O[x] = 0;
    for (int c = 0; c < 3; c++)
      for (int s = 0; s < 3; s++) {
        float v = (x + s - 1 >= 0 && x + s - 1 < 9) ? I[c][x + s - 1] : 0.0f;
        O[x] += v * F[c][s];
      }
  }
}

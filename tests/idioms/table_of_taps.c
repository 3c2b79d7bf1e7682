// Taps that stand in the text.
// raises: CONV Y'=8 X'=10 R=3 S=3; CONV Y'=8 X'=10 R=3 S=3
void sobel(const float I[10][12], float O[8][10]) {
  static const int down[3][3] = {{-1, 0, 1}, {-2, 0, 2}, {-1, 0, 1}};
  const int across[3][3] = {{-1, -2, -1}, {0, 0, 0}, {1, 2, 1}};
  for (int y = 0; y < 8; y++)
    for (int x = 0; x < 10; x++) {
      float one = 0, two = 0;
      for (int r = 0; r < 3; r++)
        for (int s = 0; s < 3; s++) {
          one += down[r][s] * I[y + r][x + s];
          two += across[r][s] * I[y + r][x + s];
        }
      O[y][x] = one * one + two * two;
    }
}

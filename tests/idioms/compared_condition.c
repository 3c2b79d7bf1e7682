// A named condition that is compared with 0.
// raises: POOL C=3 Y'=4 X'=5 R=3 S=3
// call: pool(I, O)
// runs: all points
#include <math.h>
void pool(const float I[3][8][10], float O[3][4][5]) {
  for (int c = 0; c < 3; ++c)
    for (int y = 0; y < 4; ++y)
      for (int x = 0; x < 5; ++x) {
        float most = -INFINITY;
        for (int r = 0; r < 3; ++r)
          for (int s = 0; s < 3; ++s) {
            int h = 2 * y + r - 1, w = 2 * x + s - 1;
            int valid = (h >= 0 && h < 8 && w >= 0 && w < 10);
            float value = (valid != 0) ? I[c][h][w] : -INFINITY;
            if (value > most) most = value;
          }
        O[c][y][x] = most;
      }
}

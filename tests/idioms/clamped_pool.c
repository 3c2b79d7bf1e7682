// Windows of the input's own rows and columns, cut at its edges.
// raises: POOL C=3 Y'=5 X'=5 R=3 S=3
// call: pool(I, O)
#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))
void pool(const float *I, float *O) {
  const int height = 9, width = 9, rows = 5, columns = 5, pad = 1, stride = 2, kernel = 3;
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < rows; ++y) {
      for (int x = 0; x < columns; ++x) {
        int top = y * stride - pad, left = x * stride - pad;
        int bottom = min(top + kernel, height), right = min(left + kernel, width);
        top = max(top, 0);
        left = max(left, 0);
        O[y * columns + x] = -1000;
        for (int h = top; h < bottom; ++h)
          for (int w = left; w < right; ++w)
            if (I[h * width + w] > O[y * columns + x])
              O[y * columns + x] = I[h * width + w];
      }
    }
    I += height * width;
    O += rows * columns;
  }
}

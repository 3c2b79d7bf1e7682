// An index that counts results, and a pointer that steps through the filter.
// raises: CONV K=4 C=3 Y'=5 X'=6 R=3 S=3
// call: conv(image, w, out)
void conv(const signed char *image, const signed char *w, int *out) {
  int result = 0;
  for (int k = 0; k < 4; k++)
    for (int y = 0; y < 5; y++)
      for (int x = 0; x < 6; x++) {
        int sum = 0;
        const signed char *f = w + k * 27;
        for (int c = 0; c < 3; c++)
          for (int r = 0; r < 3; r++) {
            const signed char *row = &image[(c * 7 + y + r) * 8 + x];
            for (int s = 0; s < 3; s++)
              sum += *row++ * *f++;
          }
        out[result++] = sum;
      }
}

// Channels last, flattened, padded by a condition that has a name, as in libraries for small processors.
// raises: CONV K=4 C=3 Y'=6 X'=6 R=3 S=3
// call: conv(I, F, O)
#define CH_IN 3
#define CH_OUT 4
#define DIM 6
void conv(const float *I, const float *F, float *O) {
  for (int i = 0; i < CH_OUT; i++)
    for (int j = 0; j < DIM; j++)
      for (int k = 0; k < DIM; k++) {
        float sum = 0;
        for (int m = 0; m < 3; m++) {
          const int row = j - 1 + m;
          for (int n = 0; n < 3; n++) {
            int column = k + n;
            column -= 1;
            const _Bool inside = row >= 0 && row < DIM && column >= 0 && column < DIM;
            if (!inside)
              continue;
            for (int l = 0; l < CH_IN; l++) {
              float a = I[(row * DIM + column) * CH_IN + l];
              float b = F[i * CH_IN * 9 + (m * 3 + n) * CH_IN + l];
              sum += a * b;
            }
          }
        }
        O[i + (j * DIM + k) * CH_OUT] = sum;
      }
}

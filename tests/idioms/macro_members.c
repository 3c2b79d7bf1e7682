// Elements of structures behind macros, with a bias before and a ReLU after the sum.
// raises: CONV K=4 C=3 Y'=6 X'=6 R=3 S=3
// sizes: in.c=3 in.h=8 in.w=8 out.c=4 out.h=6 out.w=6 k=3
// call: conv2d(&(tensor){in_data, 3, 8, 8}, w, b, &(tensor){out_data, 4, 6, 6}, k)
typedef struct { float *data; int c, h, w; } tensor;
#define T(t, i, j, k) (t)->data[((i) * (t)->h + (j)) * (t)->w + (k)]
void conv2d(const tensor *in, const float *w, const float *b, tensor *out, int k) {
  for (int o = 0; o < out->c; o++)
    for (int i = 0; i < out->h; i++)
      for (int j = 0; j < out->w; j++) {
        float s = b[o];
        for (int c = 0; c < in->c; c++)
          for (int m = 0; m < k; m++)
            for (int n = 0; n < k; n++)
              s += T(in, c, i + m, j + n) * w[((o * in->c + c) * k + m) * k + n];
        T(out, o, i, j) = s > 0 ? s : 0;
      }
}

// A template of a class.
// refused: W411
template <typename T> struct Layer {
  T weights[8][6];
  void run(const T *x, T *y) {
    for (int i = 0; i < 8; i++)
      for (int k = 0; k < 6; k++) y[i] += weights[i][k] * x[k];
  }
};

// Rows that data names.
// refused: W401
void gather(int index[8], float T[9][6], float w[6], float y[8]) {
  for (int i = 0; i < 8; i++)
    for (int k = 0; k < 6; k++)
      y[i] += T[index[i]][k] * w[k];
}

// A transposed convolution as a scatter.
// refused: W404
void scatter(float I[5], float F[3], float O[11]) {
  for (int x = 0; x < 5; x++)
    for (int s = 0; s < 3; s++)
      O[2 * x + s] += I[x] * F[s];
}

// Scores of one head, scaled.
// raises: GEMM M=6 N=6 K=4
// call: scores(Q, K, S)
void scores(float Q[6][4], float K[6][4], float S[6][6]) {
  const float scale = 0.5f;
  for (int i = 0; i < 6; i++)
    for (int j = 0; j < 6; j++) {
      float dot = 0;
      for (int d = 0; d < 4; d++)
        dot += Q[i][d] * K[j][d];
      S[i][j] = dot * scale;
    }
}

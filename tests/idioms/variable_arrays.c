// Parameters of variable extents.
// raises: GEMM M=8 N=7 K=6
// sizes: m=8 n=7 k=6
// call: gemm(m, n, k, A, B, C)
void gemm(int m, int n, int k, float A[m][k], float B[k][n], float (*C)[n]) {
  for (int i = 0; i < m; i++)
    for (int j = 0; j < n; j++) {
      C[i][j] = 0;
      for (int l = 0; l < k; l++)
        C[i][j] += A[i][l] * B[l][j];
    }
}

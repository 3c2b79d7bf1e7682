// Blocks whose edges a min cuts.
// raises: GEMM M=10 N=9 K=7
// call: gemm(A, B, C)
#define min(a, b) (((a) < (b)) ? (a) : (b))
void gemm(float A[10][7], float B[7][9], float C[10][9]) {
  const int BS = 4;
  for (int ii = 0; ii < 10; ii += BS)
    for (int jj = 0; jj < 9; jj += BS)
      for (int kk = 0; kk < 7; kk += BS)
        for (int i = ii; i < min(ii + BS, 10); i++)
          for (int j = jj; j < min(jj + BS, 9); j++)
            for (int k = kk; k < min(kk + BS, 7); k++)
              C[i][j] += A[i][k] * B[k][j];
}

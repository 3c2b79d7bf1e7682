// Sizes, types, globals and helpers from a local header.
// raises: GEMM M=8 N=7 K=6
// globals: A B
// call: gemm(C)
#include <stdio.h>
#include "sizes.h"
real A[ROWS][DEPTH], B[DEPTH][COLUMNS];
void gemm(real C[ROWS][COLUMNS]) {
  for (int i = 0; i < ROWS; i++)
    for (int j = 0; j < COLUMNS; j++)
      for (int k = 0; k < DEPTH; k++)
        C[i][j] += product(A[i][k], B[k][j]);
}

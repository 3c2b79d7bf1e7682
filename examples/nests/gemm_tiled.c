/* C = A * B + C in tiles of 8 x 6 x 4; no tile divides its extent, so the last ones are cut off with MIN.
   Every tile of rows has a unit of its own. */
#define M 20
#define N 15
#define K 10
#define TILE_M 8
#define TILE_N 6
#define TILE_K 4
#define MIN(a, b) ((a) < (b) ? (a) : (b))

void gemm_tiled(double A[M][K], double B[K][N], double C[M][N])
{
#pragma omp parallel for
    for (int i1 = 0; i1 < M; i1 += TILE_M)
        for (int j1 = 0; j1 < N; j1 += TILE_N)
            for (int k1 = 0; k1 < K; k1 += TILE_K)
                for (int i = i1; i < MIN(i1 + TILE_M, M); i++)
                    for (int j = j1; j < MIN(j1 + TILE_N, N); j++)
                        for (int k = k1; k < MIN(k1 + TILE_K, K); k++)
                            C[i][j] += A[i][k] * B[k][j];
}

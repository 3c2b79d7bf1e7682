/* B = alpha * transpose(A) * B, where A is lower triangular with ones on its diagonal */
#define M 10
#define N 13

void kernel_trmm(double alpha, double A[M][M], double B[M][N])
{
    for (int i = 0; i < M; i++)
        for (int j = 0; j < N; j++) {
            for (int k = i + 1; k < M; k++)
                B[i][j] += A[k][i] * B[k][j];
            B[i][j] = alpha * B[i][j];
        }
}

/* C = alpha * A * transpose(A) + beta * C, the lower triangle of C */
#define M 9
#define N 12

void kernel_syrk(double alpha, double beta, double C[N][N], double A[N][M])
{
#pragma omp parallel for
    for (int i = 0; i < N; i++) {
        for (int j = 0; j <= i; j++)
            C[i][j] *= beta;
        for (int k = 0; k < M; k++)
            for (int j = 0; j <= i; j++)
                C[i][j] += alpha * A[i][k] * A[j][k];
    }
}

/* y = transpose(A) * (A * x), by way of tmp = A * x */
#define M 11
#define N 14

void kernel_atax(double A[M][N], double x[N], double y[N], double tmp[M])
{
    for (int j = 0; j < N; j++)
        y[j] = 0.0;
    for (int i = 0; i < M; i++) {
        tmp[i] = 0.0;
        for (int j = 0; j < N; j++)
            tmp[i] += A[i][j] * x[j];
        for (int j = 0; j < N; j++)
            y[j] += A[i][j] * tmp[i];
    }
}

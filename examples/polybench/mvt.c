/* x1 = x1 + A * y1, x2 = x2 + transpose(A) * y2 */
#define N 13

void kernel_mvt(int n, double x1[N], double x2[N], double y1[N], double y2[N], double A[N][N])
{
#pragma omp parallel for
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            x1[i] = x1[i] + A[i][j] * y1[j];
#pragma omp parallel for
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            x2[i] = x2[i] + A[j][i] * y2[j];
}

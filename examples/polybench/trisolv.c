/* L * x = b for x, where L is lower triangular: x[i] = (b[i] - sum over j < i of L[i][j] * x[j]) / L[i][i] */
#define N 12

void kernel_trisolv(int n, double L[N][N], double x[N], double b[N])
{
    for (int i = 0; i < n; i++) {
        x[i] = b[i];
        for (int j = 0; j < i; j++)
            x[i] -= L[i][j] * x[j];
        x[i] = x[i] / L[i][i];
    }
}

/* s = transpose(A) * r and q = A * p, in one sweep over A */
#define M 12
#define N 15

void kernel_bicg(int m, int n, double A[N][M], double s[M], double q[N], double p[M], double r[N])
{
    for (int j = 0; j < m; j++)
        s[j] = 0.0;
    for (int i = 0; i < n; i++) {
        q[i] = 0.0;
        for (int j = 0; j < m; j++) {
            s[j] = s[j] + A[i][j] * r[i];
            q[i] = q[i] + A[i][j] * p[j];
        }
    }
}

/* cov[i][j] = sum over k of (data[k][i] - mean[i]) * (data[k][j] - mean[j]) / (N - 1): N observations of M variables */
#define M 9
#define N 14

void kernel_covariance(double data[N][M], double cov[M][M], double mean[M])
{
    for (int j = 0; j < M; j++) {
        mean[j] = 0.0;
        for (int k = 0; k < N; k++)
            mean[j] += data[k][j];
        mean[j] /= N;
    }
    for (int k = 0; k < N; k++)
        for (int j = 0; j < M; j++)
            data[k][j] -= mean[j];
    for (int i = 0; i < M; i++)
        for (int j = i; j < M; j++) {
            cov[i][j] = 0.0;
            for (int k = 0; k < N; k++)
                cov[i][j] += data[k][i] * data[k][j];
            cov[i][j] /= N - 1.0;
            cov[j][i] = cov[i][j];
        }
}

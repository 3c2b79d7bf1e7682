/* C = alpha * A * B + beta * C */
#define NI 10
#define NJ 12
#define NK 14

void kernel_gemm(double alpha, double beta, double C[NI][NJ], double A[NI][NK], double B[NK][NJ])
{
#pragma omp parallel for
    for (int i = 0; i < NI; i++)
        for (int j = 0; j < NJ; j++) {
            C[i][j] *= beta;
            for (int k = 0; k < NK; k++)
                C[i][j] += alpha * A[i][k] * B[k][j];
        }
}

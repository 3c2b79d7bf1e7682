/* D = alpha * A * B * C + beta * D, by way of tmp = alpha * A * B */
#define NI 8
#define NJ 9
#define NK 11
#define NL 12

void kernel_2mm(double alpha, double beta, double tmp[NI][NJ], double A[NI][NK], double B[NK][NJ],
                double C[NJ][NL], double D[NI][NL])
{
    for (int i = 0; i < NI; i++)
        for (int j = 0; j < NJ; j++) {
            tmp[i][j] = 0.0;
            for (int k = 0; k < NK; k++)
                tmp[i][j] += alpha * A[i][k] * B[k][j];
        }
    for (int i = 0; i < NI; i++)
        for (int l = 0; l < NL; l++) {
            D[i][l] *= beta;
            for (int j = 0; j < NJ; j++)
                D[i][l] += tmp[i][j] * C[j][l];
        }
}

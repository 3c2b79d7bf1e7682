/* G = E * F with E = A * B and F = C * D */
#define NI 8
#define NJ 9
#define NK 10
#define NL 11
#define NM 12

void kernel_3mm(double E[NI][NJ], double A[NI][NK], double B[NK][NJ], double F[NJ][NL], double C[NJ][NM],
                double D[NM][NL], double G[NI][NL])
{
#pragma omp parallel for collapse(2)
    for (int i = 0; i < NI; i++)
        for (int j = 0; j < NJ; j++) {
            E[i][j] = 0.0;
            for (int k = 0; k < NK; k++)
                E[i][j] += A[i][k] * B[k][j];
        }
#pragma omp parallel for collapse(2)
    for (int j = 0; j < NJ; j++)
        for (int l = 0; l < NL; l++) {
            F[j][l] = 0.0;
            for (int m = 0; m < NM; m++)
                F[j][l] += C[j][m] * D[m][l];
        }
#pragma omp parallel for collapse(2)
    for (int i = 0; i < NI; i++)
        for (int l = 0; l < NL; l++) {
            G[i][l] = 0.0;
            for (int j = 0; j < NJ; j++)
                G[i][l] += E[i][j] * F[j][l];
        }
}

/* A[r][q][p] = sum over s of A[r][q][s] * C4[s][p], in place, a row at a time */
#define NR 6
#define NQ 7
#define NP 9

void kernel_doitgen(double A[NR][NQ][NP], double C4[NP][NP], double sum[NP])
{
    for (int r = 0; r < NR; r++)
        for (int q = 0; q < NQ; q++) {
            for (int p = 0; p < NP; p++) {
                sum[p] = 0.0;
                for (int s = 0; s < NP; s++)
                    sum[p] += A[r][q][s] * C4[s][p];
            }
            for (int p = 0; p < NP; p++)
                A[r][q][p] = sum[p];
        }
}

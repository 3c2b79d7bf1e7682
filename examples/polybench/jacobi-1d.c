/* Every inner point becomes the mean of itself and its two neighbours; a step is two sweeps, A to B and back to A */
#define TSTEPS 6
#define N 20

void kernel_jacobi_1d(int tsteps, int n, double A[N], double B[N])
{
    for (int t = 0; t < tsteps; t++) {
        for (int i = 1; i < n - 1; i++)
            B[i] = (A[i - 1] + A[i] + A[i + 1]) / 3.0;
        for (int i = 1; i < n - 1; i++)
            A[i] = (B[i - 1] + B[i] + B[i + 1]) / 3.0;
    }
}

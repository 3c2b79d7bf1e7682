/* Strided, dilated convolution: windows advance by 2 rows and 1 column, taps are 2 rows and 3 columns apart.
   Every image and filter has a unit of its own. */
#define N 2
#define K 4
#define C 3
#define Y 5
#define X 6
#define R 3
#define S 2
#define STRIDE_Y 2
#define STRIDE_X 1
#define DILATION_Y 2
#define DILATION_X 3
#define ROWS ((Y - 1) * STRIDE_Y + (R - 1) * DILATION_Y + 1)
#define COLUMNS ((X - 1) * STRIDE_X + (S - 1) * DILATION_X + 1)

void conv2d(double input[N][C][ROWS][COLUMNS], double filter[K][C][R][S], double output[N][K][Y][X])
{
#pragma omp parallel for collapse(2)
    for (int n = 0; n < N; n++)
        for (int k = 0; k < K; k++)
            for (int c = 0; c < C; c++)
                for (int y = 0; y < Y; y++)
                    for (int x = 0; x < X; x++)
                        for (int r = 0; r < R; r++)
                            for (int s = 0; s < S; s++) {
                                int row = STRIDE_Y * y + DILATION_Y * r;
                                int column = STRIDE_X * x + DILATION_X * s;
                                output[n][k][y][x] += input[n][c][row][column] * filter[k][c][r][s];
                            }
}

/* Depthwise convolution: output[n][c][y][x] = sum over r, s of input[n][c][y + r][x + s] * filter[c][r][s].
   Two images, a filter of its own for each of 5 channels; the channels run in parallel. */
#define N 2
#define C 5
#define Y 6
#define X 7
#define R 3
#define S 2

void depthwise(double input[N][C][Y + R - 1][X + S - 1], double filter[C][R][S], double output[N][C][Y][X])
{
    for (int n = 0; n < N; n++) {
#pragma omp parallel for
        for (int c = 0; c < C; c++)
            for (int y = 0; y < Y; y++)
                for (int x = 0; x < X; x++) {
                    output[n][c][y][x] = 0.0;
                    for (int r = 0; r < R; r++)
                        for (int s = 0; s < S; s++)
                            output[n][c][y][x] += input[n][c][y + r][x + s] * filter[c][r][s];
                }
    }
}

/* path[i][j] = the least of path[i][j] and path[i][k] + path[k][j], for one k after the other: all shortest paths */
#define N 15

void kernel_floyd_warshall(double path[N][N])
{
    for (int k = 0; k < N; k++)
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++)
                path[i][j] = path[i][k] + path[k][j] < path[i][j] ? path[i][k] + path[k][j] : path[i][j];
}

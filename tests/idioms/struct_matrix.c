// Matrices as structures of sizes and data.
// raises: GEMM M=8 N=7 K=6
// sizes: A.rows=8 A.cols=6 B.cols=7
// call: gemm((Matrix){8, 6, A_data}, (Matrix){6, 7, B_data}, (Matrix){8, 7, C_data})
typedef struct { int rows, cols; float *data; } Matrix;
void gemm(Matrix A, Matrix B, Matrix C) {
  for (int i = 0; i < A.rows; i++)
    for (int j = 0; j < B.cols; j++)
      for (int k = 0; k < A.cols; k++)
        C.data[i * B.cols + j] += A.data[i * A.cols + k] * B.data[k * B.cols + j];
}

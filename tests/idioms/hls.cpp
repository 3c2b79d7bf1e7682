// C++ for synthesis: pragmas, fixed sizes, labels of loops.
// raises: GEMM M=8 N=7 K=6
// call: gemm(A, B, C)
extern "C" void gemm(const float A[8][6], const float B[6][7], float C[8][7]) {
#pragma HLS INTERFACE m_axi port=A bundle=gmem
#pragma HLS ARRAY_PARTITION variable=A complete dim=2
rows:
  for (int i = 0; i < 8; i++) {
  columns:
    for (int j = 0; j < 7; j++) {
#pragma HLS PIPELINE II=1
      float sum = 0;
    terms:
      for (int k = 0; k < 6; k++) {
#pragma HLS UNROLL
        sum += A[i][k] * B[k][j];
      }
      C[i][j] = sum;
    }
  }
}

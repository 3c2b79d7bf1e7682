// Rows of one array that holds queries and keys, sums scaled in place.
// raises: batched GEMM B=2 H=2 M=4 N=4 K=4
// sizes: B=2 T=4 C=8 NH=2
// call: attention_scores(preatt, inp, B, T, C, NH)
void attention_scores(float* preatt, const float* inp, int B, int T, int C, int NH) {
    int C3 = C*3;
    int hs = C / NH;
    float scale = 0.5f;
    for (int b = 0; b < B; b++) {
        for (int t = 0; t < T; t++) {
            for (int h = 0; h < NH; h++) {
                const float* query_t = inp + b * T * C3 + t * C3 + h * hs;
                float* preatt_bth = preatt + b*NH*T*T + h*T*T + t*T;
                for (int t2 = 0; t2 < T; t2++) {
                    const float* key_t2 = inp + b * T * C3 + t2 * C3 + h * hs + C;
                    float val = 0.0f;
                    for (int i = 0; i < hs; i++) {
                        val += query_t[i] * key_t2[i];
                    }
                    val *= scale;
                    preatt_bth[t2] = val;
                }
            }
        }
    }
}

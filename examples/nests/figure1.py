# ruff: noqa: F821
"""The convolution of Figure 1 of Kwon et al. (MICRO-52, 2019) as the plain loop nest that everything starts from."""


def convolution(input: "f64[2, 6, 8, 8]", filter: "f64[4, 6, 3, 3]", output: "f64[2, 4, 6, 6]") -> None:
    """Seven sequential loops, one multiply-accumulate a step: 2 images, 4 filters, 6 channels, 3x3 taps, 8x8 inputs.

    The figure has the loops alone; these are the directives that they stand for.

    Directives:
        TemporalMap(1,1) N;
        TemporalMap(1,1) K;
        TemporalMap(1,1) C;
        TemporalMap(1,1) Y';
        TemporalMap(1,1) X';
        TemporalMap(1,1) R;
        TemporalMap(1,1) S;
    """
    for n in range(2):
        for k in range(4):
            for c in range(6):
                for y in range(6):
                    for x in range(6):
                        for r in range(3):
                            for s in range(3):
                                output[n, k, y, x] += input[n, c, y + r, x + s] * filter[k, c, r, s]

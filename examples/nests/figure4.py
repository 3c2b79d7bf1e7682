# ruff: noqa: F821
"""The one-dimensional convolution of Figure 4 of Kwon et al. (MICRO-52, 2019): 12 outputs, 6 taps, 17 inputs."""

from weft import parallel


def sequential(input: "f64[17]", filter: "f64[6]", output: "f64[12]") -> None:
    """The algorithm, before anything is scheduled.

    Directives:
        TemporalMap(1,1) X';
        TemporalMap(1,1) S;
    """
    for x in range(12):
        for s in range(6):
            output[x] += input[x + s] * filter[s]


def output_stationary(input: "f64[17]", filter: "f64[6]", output: "f64[12]") -> None:
    """Three units keep an output each while the taps come by. The output is tiled: x = 3*x1 + x0.

    Directives:
        SpatialMap(1,1) X';
        TemporalMap(1,1) S;
    """
    for x1 in range(4):
        for x0 in parallel(3):
            for s in range(6):
                output[3 * x1 + x0] += input[3 * x1 + x0 + s] * filter[s]

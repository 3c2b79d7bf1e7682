# ruff: noqa: F821
"""The six schedules of Figure 5 of Kwon et al. (MICRO-52, 2019) as loop nests; `examples/figure5.m` has the directives.

One-dimensional convolution, 12 outputs, 6 taps, 17 inputs. A to E run on 3 units, F on 6 in two clusters of 3.
"""

from weft import chunk, parallel


def A(input: "f64[17]", filter: "f64[6]", output: "f64[12]") -> None:
    """Output stationary: a unit stays with its output for all taps.

    Directives:
        SpatialMap(1,1) X';
        TemporalMap(1,1) S;
    """
    for x1 in range(0, 12, 3):
        for x in parallel(x1, x1 + 3):
            for s in range(6):
                output[x] += input[x + s] * filter[s]


def B(input: "f64[17]", filter: "f64[6]", output: "f64[12]") -> None:
    """Weight stationary: a tap stays while all outputs go by on the units.

    Directives:
        TemporalMap(1,1) S;
        SpatialMap(1,1) X';
    """
    for s in range(6):
        for x1 in range(0, 12, 3):
            for x in parallel(x1, x1 + 3):
                output[x] += input[x + s] * filter[s]


def C(input: "f64[17]", filter: "f64[6]", output: "f64[12]") -> None:
    """Output stationary over the units together: they share an output and add up their taps.

    Directives:
        TemporalMap(1,1) X';
        SpatialMap(1,1) S;
    """
    for x in range(12):
        for s1 in range(0, 6, 3):
            for s in parallel(s1, s1 + 3):
                output[x] += input[x + s] * filter[s]


def D(input: "f64[17]", filter: "f64[6]", output: "f64[12]") -> None:
    """Weight stationary with the taps on the units: each keeps its tap for all outputs.

    Directives:
        SpatialMap(1,1) S;
        TemporalMap(1,1) X';
    """
    for s1 in range(0, 6, 3):
        for s in parallel(s1, s1 + 3):
            for x in range(12):
                output[x] += input[x + s] * filter[s]


def E(input: "f64[17]", filter: "f64[6]", output: "f64[12]") -> None:
    """As D, with two taps in each unit: neighbouring outputs share an input, and all taps are held at once.

    Directives:
        SpatialMap(2,2) S;
        TemporalMap(1,1) X';
    """
    for s1 in parallel(0, 6, 2):
        for x in range(12):
            for s in chunk(s1, s1 + 2):
                output[x] += input[x + s] * filter[s]


def F(input: "f64[17]", filter: "f64[6]", output: "f64[12]") -> None:
    """Two clusters take an output each; the three units inside take the taps and add them up.

    Directives:
        TemporalMap(3,3) S;
        SpatialMap(1,1) X';
        Cluster(3);
        TemporalMap(1,1) X';
        SpatialMap(1,1) S;
    """
    for s1 in range(0, 6, 3):
        for x1 in range(0, 12, 2):
            for x in parallel(x1, x1 + 2):
                for s in parallel(s1, s1 + 3):
                    output[x] += input[x + s] * filter[s]

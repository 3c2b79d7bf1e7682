# ruff: noqa: F821
"""The row-stationary example of Figure 6 of Kwon et al. (MICRO-52, 2019) as a loop nest; see `examples/figure6.m`."""

from weft import chunk, parallel


def row_stationary(input: "f64[2, 6, 8, 8]", filter: "f64[4, 6, 3, 3]", output: "f64[2, 4, 6, 6]") -> None:
    """Six units in two clusters of three, on the layer of Figure 1.

    A cluster makes one output row. Its unit p holds input row y0 + p and filter row p: along this diagonal of data
    coordinates the output row y - r stays the same, and the three units add up.

    Directives:
        TemporalMap(1,1) N;
        TemporalMap(3,3) C;
        TemporalMap(2,2) K;
        SpatialMap(3,1) Y;
        TemporalMap(3,1) X;
        TemporalMap(3,3) R;
        TemporalMap(3,3) S;
        Cluster(3, P);
        TemporalMap(1,1) C;
        TemporalMap(1,1) K;
        SpatialMap(1,1) Y;
        SpatialMap(1,1) R;
    """
    for n in range(2):
        for c1 in range(0, 6, 3):
            for k1 in range(0, 4, 2):
                for y1 in range(0, 6, 2):
                    for x in range(6):
                        for y0 in parallel(y1, y1 + 2):
                            for c in range(c1, c1 + 3):
                                for k in range(k1, k1 + 2):
                                    for p in parallel(3):
                                        y = y0 + p
                                        r = p
                                        for s in chunk(3):
                                            output[n, k, y - r, x] += input[n, c, y, x + s] * filter[k, c, r, s]

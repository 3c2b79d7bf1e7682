# ruff: noqa: F821
"""The five dataflows of Table 3 of Kwon et al. (MICRO-52, 2019) as loop nests, each on a small convolution.

Tiles and machines are small, and extents are such that tiles and folds end ragged. The table's taps and, in KC-P, its
batch are held whole by a unit: chunk loops.
"""

from weft import chunk, parallel


def c_p(input: "f64[5, 9, 7]", filter: "f64[2, 5, 3, 2]", output: "f64[2, 7, 6]") -> None:
    """C-P: channels on the units, added up across them.

    2 filters, 3x2 taps, 7x6 outputs; 5 channels on 4 units, so the second fold has one.

    Directives:
        TemporalMap(1,1) K;
        TemporalMap(Sz(R),1) Y;
        TemporalMap(Sz(S),1) X;
        TemporalMap(Sz(R),Sz(R)) R;
        TemporalMap(Sz(S),Sz(S)) S;
        SpatialMap(1,1) C;
    """
    for k in range(2):
        for y in range(7):
            for x in range(6):
                for c1 in range(0, 5, 4):
                    for c in parallel(c1, min(c1 + 4, 5)):
                        for r in chunk(3):
                            for s in chunk(2):
                                output[k, y, x] += input[c, y + r, x + s] * filter[k, c, r, s]


def x_p(input: "f64[2, 7, 11]", filter: "f64[3, 2, 2, 3]", output: "f64[3, 6, 9]") -> None:
    """X-P: output columns on the units, weights stay.

    3 filters, 2 channels, 2x3 taps, 6x9 outputs; 9 columns on 4 units, so the last fold has one.

    Directives:
        TemporalMap(1,1) K;
        TemporalMap(1,1) C;
        TemporalMap(Sz(R),Sz(R)) R;
        TemporalMap(Sz(S),Sz(S)) S;
        TemporalMap(Sz(R),1) Y;
        SpatialMap(Sz(S),1) X;
    """
    for k in range(3):
        for c in range(2):
            for y in range(6):
                for x1 in range(0, 9, 4):
                    for x in parallel(x1, min(x1 + 4, 9)):
                        for r in chunk(2):
                            for s in chunk(3):
                                output[k, y, x] += input[c, y + r, x + s] * filter[k, c, r, s]


def yx_p(input: "f64[3, 9, 11]", filter: "f64[2, 3, 3, 2]", output: "f64[2, 7, 10]") -> None:
    """YX-P: output rows on the clusters, output columns on the units inside; outputs stay while channels go by.

    2 filters, 3 channels, 3x2 taps, 7x10 outputs; 7 rows on 3 clusters; columns in tiles of 4 where the table has 8,
    so clusters have 4 units and the last tile has 2 columns.

    Directives:
        TemporalMap(1,1) K;
        SpatialMap(Sz(R),1) Y;
        TemporalMap(4+Sz(S)-1,4) X;
        TemporalMap(1,1) C;
        TemporalMap(Sz(R),Sz(R)) R;
        TemporalMap(Sz(S),Sz(S)) S;
        Cluster(4);
        SpatialMap(Sz(S),1) X;
    """
    for k in range(2):
        for y1 in range(0, 7, 3):
            for x1 in range(0, 10, 4):
                for c in range(3):
                    for y in parallel(y1, min(y1 + 3, 7)):
                        for x in parallel(x1, min(x1 + 4, 10)):
                            for r in chunk(3):
                                for s in chunk(2):
                                    output[k, y, x] += input[c, y + r, x + s] * filter[k, c, r, s]


def yr_p(input: "f64[5, 9, 7]", filter: "f64[3, 5, 3, 2]", output: "f64[3, 7, 6]") -> None:
    """YR-P: row stationary. Clusters take output rows, the units inside take filter rows along the diagonal.

    3x2 taps, 7x6 outputs; 7 rows on 4 clusters of 3 units; 5 channels and 3 filters in tiles of 2, as in the table.
    Unit p holds input row y0 + p and filter row p, and with them the tile's filters and channels.

    Directives:
        TemporalMap(2,2) C;
        TemporalMap(2,2) K;
        SpatialMap(Sz(R),1) Y;
        TemporalMap(Sz(S),1) X;
        TemporalMap(Sz(R),Sz(R)) R;
        TemporalMap(Sz(S),Sz(S)) S;
        Cluster(Sz(R));
        SpatialMap(1,1) Y;
        SpatialMap(1,1) R;
    """
    for c1 in range(0, 5, 2):
        for k1 in range(0, 3, 2):
            for y1 in range(0, 7, 4):
                for x in range(6):
                    for y0 in parallel(y1, min(y1 + 4, 7)):
                        for p in parallel(3):
                            y = y0 + p
                            r = p
                            for k in chunk(k1, min(k1 + 2, 3)):
                                for c in chunk(c1, min(c1 + 2, 5)):
                                    for s in chunk(2):
                                        output[k, y - r, x] += input[c, y, x + s] * filter[k, c, r, s]


def kc_p(input: "f64[2, 5, 9, 8]", filter: "f64[6, 5, 3, 3]", output: "f64[2, 6, 7, 6]") -> None:
    """KC-P: filters on the clusters, channels on the units inside; weights stay while outputs go by.

    2 images, held whole, 3x3 taps, 7x6 outputs; 6 filters on 4 clusters; 5 channels in tiles of 4 where the table has
    64, so clusters have 4 units and the last tile has one channel.

    Directives:
        SpatialMap(1,1) K;
        TemporalMap(4,4) C;
        TemporalMap(Sz(R),Sz(R)) R;
        TemporalMap(Sz(S),Sz(S)) S;
        TemporalMap(Sz(R),1) Y;
        TemporalMap(Sz(S),1) X;
        Cluster(4);
        SpatialMap(1,1) C;
    """
    for k1 in range(0, 6, 4):
        for c1 in range(0, 5, 4):
            for y in range(7):
                for x in range(6):
                    for k in parallel(k1, min(k1 + 4, 6)):
                        for c in parallel(c1, min(c1 + 4, 5)):
                            for n in chunk(2):
                                for r in chunk(3):
                                    for s in chunk(3):
                                        output[n, k, y, x] += input[n, c, y + r, x + s] * filter[k, c, r, s]

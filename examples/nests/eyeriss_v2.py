# ruff: noqa: F821
"""A tiled convolution of 22 loops in the manner of Eyeriss v2 (Chen et al., JETCAS 2019): DRAM, GLB and scratchpads.

To be read and not called: Python 3.11 itself takes no more than 20 loops inside each other.
"""

from weft import chunk, hold, parallel


def convolution(input: "f64[4, 16, 19, 10]", filter: "f64[32, 16, 4, 3]", output: "f64[4, 32, 16, 8]") -> None:
    """4 images, 32 filters, 16 channels, 4x3 taps, 16x8 outputs; all tiles are exact.

    The global buffer holds tiles of activations; weights pass it by. Clusters of PEs stand in 2 rows (output rows) and
    2 columns (filters); inside, PEs take filter rows, filters and channels, 2 of each. The loops are the paper's kind,
    not one of its figures, and these are the directives that they stand for.

    Directives:
        TemporalMap(2,2) N;
        TemporalMap(16,16) K;
        TemporalMap(8,8) C;
        TemporalMap(8,8) Y';
        TemporalMap(4,4) X';
        Cluster(2, GLB);
        TemporalMap(1,1) N;
        TemporalMap(8,8) K;
        TemporalMap(4,4) C;
        SpatialMap(2,2) Y';
        TemporalMap(2,2) X';
        Cluster(2);
        SpatialMap(4,4) K;
        Cluster(2);
        SpatialMap(1,1) R;
        Cluster(2);
        SpatialMap(2,2) K;
        Cluster(2);
        SpatialMap(2,2) C;
        TemporalMap(1,1) Y';
        TemporalMap(1,1) X';
        Hold(GLB: input, output);
    """
    hold("GLB", "input", "output")
    # fmt: off
    # DRAM
    for n1 in range(0, 4, 2):
     for k5 in range(0, 32, 16):
      for c3 in range(0, 16, 8):
       for y3 in range(0, 16, 8):
        for x2 in range(0, 8, 4):
         # GLB
         for _ in parallel(1, memory="GLB"):
          for n in range(n1, n1 + 2):
           for k4 in range(k5, k5 + 16, 8):
            for c2 in range(c3, c3 + 8, 4):
             for y2 in range(y3, y3 + 8, 4):
              for x1 in range(x2, x2 + 4, 2):
               # clusters
               for y1 in parallel(y2, y2 + 4, 2):
                for k3 in parallel(k4, k4 + 8, 4):
                 # PEs of a cluster
                 for r1 in range(0, 4, 2):
                  for r in parallel(r1, r1 + 2):
                   for k2 in parallel(k3, k3 + 4, 2):
                    for c1 in parallel(c2, c2 + 4, 2):
                     # scratchpads of a PE
                     for y in range(y1, y1 + 2):
                      for x in range(x1, x1 + 2):
                       for k in chunk(k2, k2 + 2):
                        for c in chunk(c1, c1 + 2):
                         for s in chunk(3):
                          output[n, k, y, x] += input[n, c, y + r, x + s] * filter[k, c, r, s]

// weft evaluate examples/dataflows/systolic_is.m --accelerator systolic_is --bind rows=8 --bind columns=8
//
// An input-stationary systolic array (Samajdar et al., ISPASS 2020: the dataflows of SCALE-Sim): K on the
// rows, M on the columns, N streams. Another array is --set pes=512 --bind rows=16 --bind columns=32; another GEMM is a
// change of the three constants, or weft.validation.scalesim.run("is", M, N, K, rows, columns) in Python.
Constant m 196;
Constant n 64;
Constant k 256;

Network systolic_is {
  Layer GEMM {
    Type: GEMM
    Dimensions { M: m, N: n, K: k }
    Dataflow {
      TemporalMap(rows,rows) K;
      TemporalMap(columns,columns) M;
      TemporalMap(1,1) N;
      Cluster(rows);
      SpatialMap(1,1) K;
      Cluster(columns);
      SpatialMap(1,1) M;
    }
  }
}

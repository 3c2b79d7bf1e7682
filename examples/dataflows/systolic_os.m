// weft evaluate examples/dataflows/systolic_os.m --accelerator systolic_os --bind rows=8 --bind columns=8
//
// An output-stationary systolic array (Samajdar et al., ISPASS 2020: the dataflows of SCALE-Sim): M on the
// rows, N on the columns, K streams. Another array is --set pes=512 --bind rows=16 --bind columns=32; another GEMM is a
// change of the three constants, or weft.validation.scalesim.run("os", M, N, K, rows, columns) in Python.
Constant m 196;
Constant n 64;
Constant k 256;

Network systolic_os {
  Layer GEMM {
    Type: GEMM
    Dimensions { M: m, N: n, K: k }
    Dataflow {
      TemporalMap(rows,rows) M;
      TemporalMap(columns,columns) N;
      TemporalMap(1,1) K;
      Cluster(rows);
      SpatialMap(1,1) M;
      Cluster(columns);
      SpatialMap(1,1) N;
    }
  }
}

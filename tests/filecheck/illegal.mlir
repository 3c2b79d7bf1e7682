// RUN: xdsl-opt --verify-diagnostics -p weft-validate
// An illegal program fails with its finding, at its line, whatever the others are.

weft.program @gap {
  weft.workload "GEMM"
    dimensions ["M" = 8, "N" = 6, "K" = 4]
    inputs ["input"["M", "K"], "filter"["K", "N"]]
    output "output"["M", "N"]
  weft.dataflow {
    weft.level {
      weft.temporal_map(2, 3) "M"
    }
  }
}
weft.program @large {
  weft.workload "GEMM"
    dimensions ["M" = 8, "N" = 6, "K" = 4]
    inputs ["input"["M", "K"], "filter"["K", "N"]]
    output "output"["M", "N"]
  weft.dataflow {
    weft.level {
    }
    weft.cluster(512)
    weft.level {
    }
  }
}

// CHECK: illegal.mlir:11:7: error[W104]: 'weft.program' op @gap: point M=2, N=0, K=0 is never executed
// CHECK: hint: chunks of 2 'M' that advance by 3 leave gaps; advance by 2
// CHECK: illegal.mlir:23:5: error[W106]: 'weft.program' op @large: cluster needs 512 PEs, have 256
// CHECK: hint: use a machine with at least 512 PEs (option set="pes=512") or a smaller cluster

// A program that comes from no loops: it becomes a function of its own. Sz(K) is the extent of K, T is free.
//   xdsl-opt -p 'weft-infer-clusters{bind="T=4"},weft-validate,weft-cost,weft-lower' program.mlir
weft.program @product {
  weft.workload "GEMM"
    dimensions ["M" = 16, "N" = 12, "K" = 8]
    inputs ["input"["M", "K"], "filter"["K", "N"]]
    output "output"["M", "N"]
  weft.dataflow {
    weft.level {
      weft.temporal_map("Sz(K)", 1) "K"
      weft.spatial_map("T", "T") "M"
    }
    weft.cluster(4)
    weft.level {
      weft.spatial_map(1, 1) "N"
    }
  }
}

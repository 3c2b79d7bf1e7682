// RUN: xdsl-opt -p 'weft-infer-clusters{accelerator=generic_256 set="pes=64","L1.capacity_bytes=2" bind="T=2"},weft-validate{over-capacity=warning},weft-cost{time=throughput}'
// The machine and what is let pass are said once; free symbols are bound.

weft.program @product {
  weft.workload "GEMM"
    dimensions ["M" = 8, "N" = 6, "K" = 4]
    inputs ["input"["M", "K"], "filter"["K", "N"]]
    output "output"["M", "N"]
  weft.dataflow {
    weft.level {
      weft.spatial_map("T", "T") "M"
      weft.temporal_map("Sz(K)", 1) "K"
    }
    weft.cluster(3)
    weft.level {
      weft.spatial_map(1, 1) "N"
    }
  }
}

// CHECK: weft.program @product attributes {accelerator = "generic_256",
// CHECK: set = ["pes=64", "L1.capacity_bytes=2"], over_capacity = "warning",
// CHECK: weft.findings = ["note[W107]: 1 of 64 PEs are idle
// CHECK: "warning[W201]: L1 needs 28 B per instance, holds 2 B"]
// CHECK: weft.cost = {time = "throughput", macs = 192 : i64
// CHECK: weft.level units 21 {
// CHECK: weft.spatial_map(2, 2) "M"
// CHECK: weft.cluster(3)
// CHECK: weft.level units 3 {
// CHECK: weft.spatial_map(1, 1) "N"

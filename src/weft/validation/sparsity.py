"""Expected costs of sparse layers beside samples, and a 2:4 structured GEMM on sparse tensor cores."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from .. import api
from ..backends.sparse import SparseCost
from ..ir import Density, Mapping, Structured, Uniform, operator_workload
from .comparison import Check, Comparison, Table, about
from .sparse_cases import Row, case, compare

CASES = 24
"""Generated layers of the quick comparison."""

SAMPLES = 4000
BATCHES = 2

PROGRAM = """\
TemporalMap(256,256) M;
TemporalMap(128,128) N;
TemporalMap(64,64) K;
Cluster(8, SMEM);
SpatialMap(16,16) N;
TemporalMap(8,8) K;
Cluster(16);
SpatialMap(16,16) M;
Hold(SMEM: input, filter);
"""
"""The program of examples/sparse/gemm.m."""


DENSITIES: dict[str, Density] = {
    "2:4 along K": Structured(2, 4, "K"),
    "1:4 along K": Structured(1, 4, "K"),
    "0.5": Uniform(0.5),
}
"""The filter's densities in the GEMM."""


def comparison() -> Comparison:
    """A part of the generated cases, and the GEMM."""
    rows = [row for number in range(CASES) for row in compare(case(number), BATCHES, SAMPLES)[1]]
    gemm = {name: tensor_core(density) for name, density in DENSITIES.items()}
    text = f"{len(rows)} expectations of {CASES} generated layers, all but estimates, agree with samples"
    checks = (
        Check(text, all(row.agrees for row in rows)),
        Check("a 2:4 structured GEMM takes half the cycles of the dense one", gemm["2:4 along K"].speedup == 2.0),
        Check("half of the elements zero anywhere save no cycles on hardware for 2:4", gemm["0.5"].speedup == 1.0),
    )
    return Comparison("sparsity", "Sparsity", about("sparsity"), (_deviations(rows), _gemm(gemm)), checks)


def tensor_core(density: Density) -> SparseCost:
    """The GEMM of examples/sparse/gemm.m with a filter of that density."""
    workload = operator_workload("GEMM", {"M": 1024, "N": 1024, "K": 1024})
    workload = replace(workload, densities=(("filter", density),))
    machine = api.load_accelerator("sparse_tensor_core")
    found = api.evaluate_sparse(Mapping(workload, api.parse_dataflow(PROGRAM), machine))
    assert found is not None
    return found


def _deviations(rows: list[Row]) -> Table:
    """The largest deviation of settled means by what is counted."""
    settled: dict[str, list[float]] = {}
    numbers: Counter[str] = Counter()
    for row in rows:
        kind = row.name[0] if len(row.name) == 1 else f"{row.name[3]}, {row.name[4]}"
        if row.expected:
            numbers[kind] += 1
            settled.setdefault(kind, []).extend([row.deviation] if row.settled else [])
    body = tuple(
        (kind, numbers[kind], len(found), f"{max(found, default=0):.2%}") for kind, found in sorted(settled.items())
    )
    title = "Expectations, estimates aside, beside the mean of samples; settled: its standard error is within 0.25 %"
    return Table(title, ("number", "compared", "settled", "largest deviation of these"), body)


def _gemm(costs: dict[str, SparseCost]) -> Table:
    body = tuple(
        (name, cost.dense_cycles, cost.cycles, cost.speedup, max(cost.bottlenecks, key=lambda item: item[1])[0])
        for name, cost in costs.items()
    )
    columns = ("filter", "dense cycles", "cycles", "speed-up", "busiest resource")
    return Table("A GEMM of 1024 x 1024 x 1024 on sparse_tensor_core (examples/sparse/gemm.m)", columns, body)

"""SCALE-Sim: GEMMs on systolic arrays, cycles and SRAM accesses."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ..api import evaluate, load_accelerator, parse_dataflow, parse_workload
from ..ir import Accelerator, InputTraffic, Mapping, OutputTraffic
from .comparison import Check, Comparison, Table, about, published_rows

AXES = {"os": ("M", "N", "K"), "ws": ("K", "N", "M"), "is": ("K", "M", "N")}
"""Per dataflow: the dimension on the rows, the one on the columns, the one that streams."""


@dataclass(frozen=True, slots=True)
class Run:
    """A GEMM on an array and what is measured: cycles, reads of both operands, writes of the output."""

    gemm: tuple[int, int, int]
    array: tuple[int, int]
    dataflow: str
    cycles: int
    reads: tuple[int, int]
    writes: int

    @property
    def folds(self) -> int:
        """How often the array is filled anew."""
        return folds(self.dataflow, *self.gemm, *self.array)


def program(dataflow: str, m: int, n: int, k: int, rows: int, columns: int) -> Mapping:
    """A GEMM M×K·K×N on a systolic array of any size; `dataflow` is `os`, `ws` or `is`."""
    row, column, stream = AXES[dataflow]
    workload = parse_workload(f"Type: GEMM Dimensions {{ M: {m}, N: {n}, K: {k} }}")
    directives = parse_dataflow(
        f"TemporalMap({rows},{rows}) {row}; TemporalMap({columns},{columns}) {column}; TemporalMap(1,1) {stream};"
        f"Cluster({rows}); SpatialMap(1,1) {row}; Cluster({columns}); SpatialMap(1,1) {column};"
    )
    name = f"{dataflow}_{m}_{n}_{k}_{rows}x{columns}"
    return Mapping(workload, directives.bind(workload.extents), _machine(dataflow, rows * columns), name)


@cache
def _machine(dataflow: str, pes: int) -> Accelerator:
    return load_accelerator(f"systolic_{dataflow}", [f"pes={pes}"])


def folds(dataflow: str, m: int, n: int, k: int, rows: int, columns: int) -> int:
    """How often the array is filled anew."""
    extents = {"M": m, "N": n, "K": k}
    row, column, _ = AXES[dataflow]
    return -(-extents[row] // rows) * -(-extents[column] // columns)


def formula_cycles(dataflow: str, m: int, n: int, k: int, rows: int, columns: int) -> int:
    """The tool's cycles, counted: per fold the stream and both skews, and the rows to load what is stationary."""
    stream = {"M": m, "N": n, "K": k}[AXES[dataflow][2]]
    loading = 0 if dataflow == "os" else rows
    return folds(dataflow, m, n, k, rows, columns) * (loading + stream + rows + columns - 2)


def run(dataflow: str, m: int, n: int, k: int, rows: int, columns: int) -> Run:
    """Weft's cycles and SRAM accesses of a GEMM on an array."""
    cost = evaluate(program(dataflow, m, n, k, rows, columns))
    below = [pair for item in cost.counts.interfaces if item.parent == "SRAM" for pair in item.tensors]
    reads = {name: traffic.reads for name, traffic in below if isinstance(traffic, InputTraffic)}
    (writes,) = (traffic.updates for _, traffic in below if isinstance(traffic, OutputTraffic))
    return Run((m, n, k), (rows, columns), dataflow, cost.cycles_stepwise, (reads["input"], reads["filter"]), writes)


def published() -> tuple[Run, ...]:
    """The tool's figures, as it reports them."""
    return tuple(map(_published, published_rows("scalesim_gemm")))


def _published(row: dict[str, str]) -> Run:
    def numbers(*names: str) -> tuple[int, ...]:
        return tuple(int(row[name]) for name in names)

    m, n, k, rows, columns, cycles, inputs, filters, writes = numbers(
        *("M", "N", "K", "rows", "cols", "scalesim_compute_cycles"),
        *("ifmap_sram_reads", "filter_sram_reads", "ofmap_sram_writes"),
    )
    return Run((m, n, k), (rows, columns), row["dataflow"], cycles, (inputs, filters), writes)


def comparison() -> Comparison:
    """All published rows, run again."""
    theirs = published()
    ours = tuple(run(item.dataflow, *item.gemm, *item.array) for item in theirs)
    pairs = tuple(zip(ours, theirs, strict=True))
    return Comparison("scalesim", "SCALE-Sim: systolic arrays", about("scalesim"), (_table(pairs),), _checks(pairs))


def _checks(pairs: tuple[tuple[Run, Run], ...]) -> tuple[Check, ...]:
    stationary = [(our, their) for our, their in pairs if our.dataflow == "os"]
    others = [(our, their) for our, their in pairs if our.dataflow != "os"]
    return (
        Check(
            f"the cycles are one more than the tool's last cycle in all {len(pairs)} rows",
            all(our.cycles == their.cycles + 1 for our, their in pairs),
        ),
        Check(
            f"the SRAM reads of inputs and filters are equal in all {len(pairs)} rows",
            all(our.reads == their.reads for our, their in pairs),
        ),
        Check(
            f"the SRAM writes of outputs are equal in all {len(others)} rows that are not output stationary",
            all(our.writes == their.writes for our, their in others),
        ),
        Check(
            f"in the {len(stationary)} output-stationary rows Weft writes each output once, "
            "and the tool counts rows + columns more in each fold",
            all(
                our.writes == our.gemm[0] * our.gemm[1] and their.writes == our.writes + our.folds * sum(our.array)
                for our, their in stationary
            ),
        ),
    )


def _table(pairs: tuple[tuple[Run, Run], ...]) -> Table:
    columns = (
        *("dataflow", "array", "M", "N", "K", "folds", "cycles", "SCALE-Sim"),
        *("input reads", "SCALE-Sim", "filter reads", "SCALE-Sim", "output writes", "SCALE-Sim"),
    )
    rows = [
        (
            *(our.dataflow, f"{our.array[0]} × {our.array[1]}", *our.gemm, our.folds, our.cycles, their.cycles),
            *(our.reads[0], their.reads[0], our.reads[1], their.reads[1], our.writes, their.writes),
        )
        for our, their in pairs
    ]
    return Table("Cycles and SRAM accesses, elements", columns, tuple(rows))

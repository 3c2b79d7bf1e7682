"""Latencies of Gemmini's RTL beside Weft's cycles, and beside Timeloop's by its rules: who ranks mappings how."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ... import api
from ...ir import Accelerator, Interconnect
from ..comparison import Cell, Check, Table
from .rows import Row
from .rules import RULES, Priced

Numbers = NDArray[np.float64]
DRAM_LATENCY = 100
"""Cycles before the data of a transfer from DRAM come: a usual value; the machine's description has none."""


@dataclass(frozen=True)
class Measured:
    """A row with its RTL latency and what is said of it, in cycles.

    `side` is the longer of the rows and columns of elements that its map uses, `filled` the elements.
    """

    row: Row
    macs: int
    steps: int
    side: int
    filled: int
    stepwise: int
    throughput: int
    timeloop: int

    @property
    def array(self) -> int:
        """Elements of a square array that the map fits, its side a power of two."""
        return 1 << 2 * (self.side - 1).bit_length()

    @property
    def is_product(self) -> bool:
        """Whether the layer is a matrix product."""
        return all(dict(self.row.problem)[name] == "1" for name in "QRS")


def measured(row: Row) -> Measured:
    """What is said of a row."""
    priced = Priced(row, api.evaluate(row.mapping))
    columns, filled = priced.used["Accumulator"], priced.used["Registers"]
    cost, side = priced.cost, max(columns, filled // columns)
    times = cost.cycles_stepwise, cost.cycles_throughput, priced.cycles(RULES)
    return Measured(row, cost.counts.points, priced.steps, side, filled, *times)


def spearman(first: Sequence[float], second: Sequence[float]) -> float:
    """Spearman's rank correlation; equal values have the mean of their ranks."""
    return float(np.corrcoef(_ranks(np.array(first, float)), _ranks(np.array(second, float)))[0, 1])


def _ranks(values: Numbers) -> Numbers:
    order = np.argsort(values, kind="stable")
    places = np.empty(len(values))
    places[order] = np.arange(len(values))
    _, number = np.unique(values, return_inverse=True)
    means: Numbers = np.bincount(number, places) / np.bincount(number)
    return means[number]


def _groups(found: Sequence[Measured]) -> list[tuple[str, list[Measured]]]:
    """Rows by what is known before they run."""
    sides = [(1, 4), (5, 8), (9, 16), (17, 32), (33, 64)]
    return [
        ("all", list(found)),
        ("matrix products", [item for item in found if item.is_product]),
        ("convolutions", [item for item in found if not item.is_product]),
        *((f"longest side {low} to {high}", [i for i in found if low <= i.side <= high]) for low, high in sides),
        ("side 16, half of it filled or more", [i for i in found if i.side == 16 and i.filled >= 128]),
        (
            "the same, arithmetic at least 90 % of Timeloop's time",
            [i for i in found if i.side == 16 and i.filled >= 128 and i.steps >= 0.9 * i.timeloop],
        ),
    ]


def ranks_table(found: Sequence[Measured]) -> Table:
    """Rank correlations and ratios by group."""
    rows: list[tuple[Cell, ...]] = []
    for name, group in _groups(found):
        rtl = [item.row.cycles for item in group]
        ours = [item.stepwise for item in group]
        ranks = (
            spearman(said, rtl)
            for said in (ours, [item.throughput for item in group], [item.timeloop for item in group])
        )
        ratios = np.array(ours) / rtl
        rows.append((name, len(group), *map(_four, ranks), float(ratios.mean()), float(np.median(ratios))))
    columns = (
        *("rows", "number", "rank, stepwise", "rank, throughput", "rank, Timeloop by its rules"),
        *("stepwise / RTL, mean", "median"),
    )
    return Table("Rank correlation (Spearman) with the RTL latencies of the training set", columns, tuple(rows))


def _four(value: float) -> str:
    return f"{value:.4f}"


def machines_table(found: Sequence[Measured]) -> Table:
    """The same with other readings of the machine."""
    rows: list[tuple[Cell, ...]] = []
    for name, change in (("read and write ports, as its rows say", None), *_MACHINES.items()):
        said = found if change is None else [_changed(item, change) for item in found]
        rtl = [item.row.cycles for item in said]
        ratios = np.array([item.stepwise for item in said]) / rtl
        ranks = (spearman([getattr(i, time) for i in said], rtl) for time in ("stepwise", "throughput"))
        rows.append((name, *map(_four, ranks), float(ratios.mean()), float(np.median(ratios))))
    columns = ("machine", "rank, stepwise", "rank, throughput", "stepwise / RTL, mean", "median")
    return Table("What the machine's description leaves open", columns, tuple(rows))


def _changed(item: Measured, change: Callable[[Accelerator], Accelerator]) -> Measured:
    mapping = item.row.mapping
    cost = api.evaluate(replace(mapping, accelerator=change(mapping.accelerator)))
    return replace(item, stepwise=cost.cycles_stepwise, throughput=cost.cycles_throughput)


def _shared(machine: Accelerator) -> Accelerator:
    """Ports that reads and writes share, with the words a cycle of both."""
    memories = tuple(
        replace(
            memory,
            read_bandwidth=None,
            write_bandwidth=None,
            shared_bandwidth=memory.read_bandwidth + memory.write_bandwidth,
        )
        if memory.read_bandwidth and memory.write_bandwidth
        else memory
        for memory in machine.memories
    )
    return replace(machine, memories=memories)


def _late(machine: Accelerator) -> Accelerator:
    outer, *others = machine.memories
    return replace(
        machine, memories=(replace(outer, networks=(Interconnect(latency=DRAM_LATENCY), Interconnect())), *others)
    )


def _late_and_single(machine: Accelerator) -> Accelerator:
    outer, *others = _late(machine).memories
    return replace(machine, memories=(outer, *(replace(memory, buffering="single") for memory in others)))


_MACHINES = {
    "one port for both, as in gemmini_arch.yaml": _shared,
    f"the first, and {DRAM_LATENCY} cycles before data of the DRAM": _late,
    "this, and buffers whose transfers wait for the work": _late_and_single,
}


def outliers_table(found: Sequence[Measured], number: int = 4) -> Table:
    """The rows whose stepwise time is farthest above and below the RTL's."""
    order = sorted(found, key=lambda item: item.stepwise / item.row.cycles)
    rows = []
    for item in (*order[-number:][::-1], *order[:number]):
        sizes = " ".join(f"{key}{value}" for key, value in item.row.problem if key in "CKPQRS")
        ratio = item.stepwise / item.row.cycles
        rows.append((item.row.map, sizes, item.macs, item.steps, item.stepwise, item.row.cycles, ratio))
    columns = ("map", "layer", "MACs", "steps of the map", "Weft, stepwise", "RTL", "Weft / RTL")
    return Table("The farthest rows", columns, tuple(rows))


def checks(found: Sequence[Measured]) -> tuple[Check, ...]:
    """What is said about all rows."""
    rtl = [item.row.cycles for item in found]
    ours, theirs = (spearman([getattr(i, time) for i in found], rtl) for time in ("stepwise", "timeloop"))
    peak = all(item.macs <= item.array * item.row.cycles for item in found)
    faster = [item for item in found if item.row.cycles < item.steps]
    slower = [item for item in found if item.row.cycles > item.macs]
    return (
        Check(
            f"Weft's stepwise time ranks the {len(found):,} RTL latencies ({ours:.4f}) no worse than Timeloop's cycles "
            f"by its rules ({theirs:.4f})",
            ours >= theirs,
        ),
        Check(
            "no RTL latency is below that of a full square array, its side the map's longest, rounded up to a power of "
            "two",
            peak,
        ),
        Check(
            f"{len(faster)} RTL latencies are below the steps of their maps, each of which leaves a part of that array "
            f"empty; {len(slower)} are above a cycle for every multiply-accumulate",
            all(item.filled < item.array for item in faster),
        ),
    )

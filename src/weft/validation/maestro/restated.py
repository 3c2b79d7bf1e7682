"""MAESTRO's analysis (maestro-project/maestro @ 4eb08d1) as formulas: what it says about a layer on a machine.

With `fixed`, a set of quirk numbers, those quirks are corrected, so that each one's share of a figure can be seen.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from .levels import WINDOWS, AnalysedLayer, RefusedError, program
from .places import Tiles, cases, quotient
from .source import ReadLayer
from .traffic import FIRST, OTHER, PARTIAL, Step


@dataclass(frozen=True, slots=True)
class Machine:
    """PEs, and the network of every level and the way off the chip in elements per cycle; latency in cycles."""

    pes: int
    bandwidth: int
    latency: int = 0
    off_chip: int = 70_000
    lanes: int = 1


@dataclass(frozen=True, slots=True)
class Figures:
    """What MAESTRO reports: MACs, cycles, L2 reads and writes, and required buffers in elements per tensor."""

    macs: int
    cycles: int
    reads: dict[str, int]
    writes: int
    l2: dict[str, int]
    l1: dict[str, int]


def analyse(layer: ReadLayer, machine: Machine, fixed: Collection[str] = ()) -> Figures:
    """MAESTRO's figures of a layer; RefusedError where it crashes or exits."""
    return _Analysis(program(layer, machine.pes, fixed), machine, frozenset(fixed)).run()


@dataclass
class _Totals:
    """Sums over the classes of steps of one level."""

    macs: int = 0
    cycles: int = 0
    writes: int = 0
    reads: dict[str, int] = field(default_factory=lambda: {"input": 0, "filter": 0})
    buffers: dict[str, int] = field(default_factory=lambda: {"input": 0, "filter": 0, "output": 0})
    skipped: bool = True


class _Analysis:
    def __init__(self, found: AnalysedLayer, machine: Machine, fixed: frozenset[str]) -> None:
        self.program = found
        self.machine = machine
        self.fixed = fixed
        self.known: dict[tuple[int, tuple[int, ...]], _Totals] = {}

    def run(self) -> Figures:
        top = self.level(0, self.program.dims)
        found = _outputs(self.program) if "Q18" in self.fixed else self._reported_outputs()
        read = top.writes - found if "Q18" in self.fixed else found
        once = "double" in self.fixed and self._steps(0) == 1
        l2 = {name: elements // 2 if once else elements for name, elements in top.buffers.items()}
        return Figures(top.macs, top.cycles, {**top.reads, "output": read}, top.writes, l2, self._l1())

    def _reported_outputs(self) -> int:
        # The restatement gives this for convolutions only; a GEMM has no windows.
        dims = self.program.dims
        rows, columns = (dims.get(dim, 1) - dims.get(window, 1) + 1 for dim, window in WINDOWS.items())
        return dims.get("K", 1) * rows * columns

    def _steps(self, number: int) -> int:
        level = self.program.levels[number]
        return sum(1 for _ in cases(level, level.dims, self.fixed))

    def _l1(self) -> dict[str, int]:
        level = self.program.levels[-1]
        tiles = Tiles(level, level.dims, self.program.steps, self.fixed).of
        once = "double" in self.fixed and all(self._steps(number) == 1 for number in range(len(self.program.levels)))
        found = {}
        for name, coupled in self.program.coupled.items():
            found[name] = 1 if once else 2
            for item in level.maps:
                outputs = item.dim + "'" if name == "output" and "Q21" in self.fixed else item.dim
                tile = tiles[outputs if outputs in tiles else item.dim]
                larger = "Q35" in self.fixed and item.size > level.dims[item.dim]
                size = tile.edge_size if larger else tile.size
                found[name] *= size if item.dim in coupled else 1
        return found

    def level(self, number: int, extents: dict[str, int]) -> _Totals:
        """All steps of a level over the extents of one unit's tile."""
        key = number, tuple(extents.values())
        if key not in self.known:
            self.known[key] = self._level(number, extents)
        return self.known[key]

    def _level(self, number: int, extents: dict[str, int]) -> _Totals:
        level = self.program.levels[number]
        tiles = Tiles(level, extents if "Q26" in self.fixed else level.dims, self.program.steps, self.fixed)
        totals = _Totals()
        for count, case in cases(level, extents, self.fixed):
            self._step(number, count, Step(level, case, tiles, extents, self.fixed), totals)
        return totals

    def _step(self, number: int, count: int, step: Step, totals: _Totals) -> None:
        coupled, output = self.program.coupled, self.program.coupled["output"]
        arriving = {name: step.ingress(coupled[name]) for name in ("input", "filter")}
        leaving = step.ingress(output, True) if "Q18" in self.fixed else step.egress(output)
        totals.writes += count * leaving
        if totals.skipped:
            for name, elements in {**arriving, "output": leaving}.items():
                totals.buffers[name] += 2 * elements
        if step.work(output, step.first) <= 0:
            return
        totals.skipped = False
        totals.macs += count * step.total(lambda unit: step.work(output, unit), False)
        for name, elements in arriving.items():
            totals.reads[name] += count * elements
        draining = step.displaced(output) if "Q18" in self.fixed else leaving
        totals.cycles += count * self._cycles(number, step, sum(arriving.values()), draining, totals)

    def _cycles(self, number: int, step: Step, arriving: int, leaving: int, totals: _Totals) -> int:
        compute = self._compute(number, step)
        if compute == 0:
            raise RefusedError("SIGFPE: no work inside a step (Q25)")
        if step.advancing is None:
            cycles = compute + self._delay(arriving)
        else:
            cycles = max(compute, self._delay(arriving), self._delay(leaving))
        if number == 0 and "Q23" not in self.fixed:
            off_chip = self.machine.off_chip
            inputs = totals.buffers["input"] + totals.buffers["filter"]
            cycles = max(cycles, inputs // off_chip // 2, totals.buffers["output"] // off_chip // 2)
        return cycles

    def _compute(self, number: int, step: Step) -> int:
        if number + 1 == len(self.program.levels):
            return -(-step.work(self.program.coupled["output"], step.first) // self.machine.lanes)
        below = self.program.levels[number + 1].dims
        units = [step.first]
        if step.first == FIRST and step.spread[1].edge and step.spread[1].partial:
            units = [PARTIAL, OTHER]
        extents = (step.extents(unit) for unit in units)
        return max(self.level(number + 1, {dim: sizes[dim] for dim in below}).cycles for sizes in extents)

    def _delay(self, elements: int) -> int:
        latency, bandwidth = self.machine.latency, self.machine.bandwidth
        if "Q22" in self.fixed:
            return latency + -(-elements // bandwidth) if elements > 0 else 0
        return latency + quotient(elements + bandwidth - 1, bandwidth) - 1


def _outputs(found: AnalysedLayer) -> int:
    """The output's elements."""
    total = 1
    for dim in found.coupled["output"]:
        if dim in WINDOWS:
            total *= (found.dims[dim] - found.dims[WINDOWS[dim]]) // found.steps[dim] + 1
        else:
            total *= found.dims.get(dim, 1)
    return total

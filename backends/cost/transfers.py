"""Cycles of the transfers of one step: over the network and the ports, beside the work or apart (A18 to A20)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from ...analysis.nest import Nest
from ...analysis.stacked import stacked_links
from ...ir import Schedule
from .arithmetic import arithmetic_cycles
from .moves import Chunk, State, units_at_work
from .ports import End, level_ends, operand_cycles, operand_memories
from .step_volumes import Moved, StepVolumes


class Load(NamedTuple):
    """A transfer: its cycles, and those of every port at its ends that reads and writes share."""

    cycles: int
    shared: tuple[int, ...]

    def beside(self, other: Load) -> int:
        """Cycles of two transfers in opposite directions: only at shared ports one waits for the other."""
        return max(self.cycles, other.cycles, *self.both(other), 0)

    def both(self, other: Load) -> tuple[int, ...]:
        """Cycles of the shared ports for two transfers."""
        return tuple(one + two for one, two in zip(self.shared, other.shared, strict=True))


class Transfers(NamedTuple):
    """What is new in a step comes `into` the units, what it displaces goes `out`: beside the work, or `late`, apart.

    `all_in` is the cycles of all that is new as one transfer; `waits` says whether anything is late, if only for 0
    cycles, and `returns` whether partial sums come back.
    """

    into: Load
    out: Load
    late_into: Load
    late_out: Load
    all_in: int
    waits: bool
    returns: bool


class TransferTimes:
    """Times the transfers, and the arithmetic, of one schedule's steps; like ones once."""

    def __init__(self, nest: Nest) -> None:
        self.volumes = StepVolumes(nest)
        self.schedule, self.workload = nest.schedule, nest.workload
        self.levels = self.volumes.levels
        names = [tensor.name for tensor in self.workload.tensors]
        below = [{name: self.volumes.below(name, level)[:1] for name in names} for level in range(self.levels)]
        self.stored = [frozenset(name for name, sites in found.items() if sites) for found in below]
        self.single = [
            frozenset(name for name, sites in found.items() if sites and sites[0].memory.buffering == "single")
            for found in below
        ]
        self.ends = [level_ends(self.schedule, level) for level in range(self.levels)]
        self.operands = operand_memories(self.schedule)
        machine = self.schedule.mapping.accelerator
        self.skews = [
            item.network.skew(item.units, set(names) - self.stored[level])
            + (machine.pipeline_depth - 1 if level == self.levels - 1 else 0)
            for level, item in enumerate(self.schedule.levels)
        ]
        self.of = cache(self._of)
        self.work = cache(self._work)

    def _of(self, level: int, state: State, fresh: bool) -> Transfers:
        """The transfers of a step; `fresh` if no sum was begun before it."""
        moved = self.volumes.moved(level, state, fresh)
        children = self._children(level, state, moved)
        late = self.single[level]
        early = frozenset(moved.into) - late
        return Transfers(
            self._load(level, moved, children, early, True),
            self._load(level, moved, children, early, False),
            self._load(level, moved, children, late, True),
            self._load(level, moved, children, late, False),
            self._load(level, moved, children, early | late, True).cycles,
            any(_only(moved, late, into).get(name, 0) > 0 for into in (True, False) for name in late),
            moved.into[self.workload.output.name] > 0,
        )

    def _work(self, moves: Chunk, fresh: bool) -> int:
        """Cycles of a PE for a chunk: its arithmetic, or the memories at the PE that serve it (A20)."""
        mapping, output = self.schedule.mapping, self.workload.output
        lengths = tuple(move.length for move in moves)
        begun = self.volumes.entering(output, moves) if fresh and self.operands else 0
        served = [
            operand_cycles(item, self.volumes.names, lengths, mapping.accelerator.lanes, output, begun)
            for item in self.operands
        ]
        return max(arithmetic_cycles(mapping, lengths, self.volumes.added(moves)), *served, 0)

    def drain(self, level: int) -> int:
        """Cycles to drain what the slowest parent's units still hold at the end."""
        together, alone = self.volumes.left(level)
        name = self.workload.output.name
        moved, child = Moved({}, {name: together}), Moved({}, {name: alone})
        return self._load(level, moved, [child], frozenset({name}), False).cycles

    def _load(self, level: int, moved: Moved, children: list[Moved], names: frozenset[str], into: bool) -> Load:
        """A transfer of some tensors in one direction."""
        counts = _only(moved, names, into)
        item = self.schedule.levels[level]
        summed = self.volumes.sums[level] and not into
        wires = item.network.transfer_cycles(counts, item.units, self.stored[level], summed)
        ends = self.ends[level]
        if not ends:
            return Load(wires, ())
        per_child = [_only(child, names, into) for child in children]
        met = [end.elements(counts) if end.parent else max(end.elements(child) for child in per_child) for end in ends]
        slowest = max(end.cycles(count, into) for end, count in zip(ends, met, strict=True))
        return Load(max(wires, slowest), tuple(end.shared(count) for end, count in zip(ends, met, strict=True)))

    def _children(self, level: int, state: State, moved: Moved) -> list[Moved]:
        """What enters and leaves each unit at work, if a memory right below limits that; like units once."""
        names = frozenset().union(*(end.tensors for end in self.ends[level] if not end.parent))
        if not names:
            return [Moved({}, {})]
        output = self.workload.output
        found = []
        for moves in units_at_work(state):
            into = {t.name: self.volumes.entering(t, moves) for t in self.workload.tensors if t.name in names}
            if output.name in into:
                into[output.name] = min(into[output.name], moved.into[output.name])
            found.append(Moved(into, {output.name: self.volumes.leaving(moves)}))
        return found


def stacked_cycles(schedule: Schedule) -> Iterator[tuple[str, int]]:
    """Memories stacked above level 0 fill each other once before, and drain once after (A20)."""
    for link in stacked_links(schedule):
        upper = link.upper.memory
        ends = [End(upper, frozenset(link.lower), True)]
        for site in dict.fromkeys(link.lower.values()):
            names = frozenset(name for name, lower in link.lower.items() if lower == site)
            ends.append(End(site.memory, names, False))
        for text, into in ((f"inputs from {upper.name}, before", True), (f"output to {upper.name}, after", False)):
            counts = link.elements(schedule.mapping.workload, into)
            wires = upper.network(0).transfer_cycles(counts, 1, set(link.lower))
            yield text, max(wires, *(end.cycles(end.elements(counts), into) for end in ends))


def _only(moved: Moved, names: frozenset[str], into: bool) -> dict[str, int]:
    part = moved.into if into else moved.out
    return {name: count for name, count in part.items() if name in names}

"""Elements that move in one step of a level under one parent unit (model A19): over its network, and per unit."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from operator import and_
from typing import NamedTuple

from ...analysis.chains import Link
from ...analysis.events import ALONE, grouped
from ...analysis.groups import Digits, unit_chunks
from ...analysis.nest import Nest
from ...analysis.sharing import held_at_pe
from ...analysis.windows import Held, Side, window_volumes
from ...ir import Site, Tensor
from .arithmetic import longest_per_group, window_operands
from .moves import Chunk, ChunkChange, State, descend, units_of
from .neighbours import Dimension


class Moved(NamedTuple):
    """Elements per tensor that move in, and out."""

    into: dict[str, int]
    out: dict[str, int]


class StepVolumes:
    """Volumes of the steps of one schedule. `names` are the dimensions in order; `links[i]` their loops at level i.

    `orders[i]` numbers the dimensions of the loops of level i; `whole` is all of them, before the first step.
    """

    def __init__(self, nest: Nest) -> None:
        self.nest, self.schedule, self.workload = nest, nest.schedule, nest.workload
        self.names = tuple(nest.chains)
        self.levels = len(self.schedule.levels)
        self.links: list[tuple[Link | None, ...]] = [
            tuple(next((link for link in nest.chains[name].links if link.level == level), None) for name in self.names)
            for level in range(self.levels)
        ]
        reduced = self.workload.reduction_dimensions
        self.orders = [
            tuple(self.names.index(loop.dimension) for loop in level.loops) for level in self.schedule.levels
        ]
        self.whole = tuple(ChunkChange(self.workload.extents[name]) for name in self.names)
        self.sums = [
            item.spatial is not None and item.units > 1 and item.spatial.dimension in reduced and item.network.reduction
            for item in self.schedule.levels
        ]
        in_units = [item.network.adder == "unit" for item in self.schedule.levels]
        self.adds_up = any(map(and_, self.sums, in_units)) and held_at_pe(self.schedule, self.workload.output)
        self.at_pe = {tensor.name: held_at_pe(self.schedule, tensor) for tensor in self.workload.tensors}

    def below(self, tensor: str, level: int) -> list[Site]:
        """The memories below a level that hold a tensor, the nearest first."""
        return [site for site in self.schedule.holders(tensor) if site.boundary > level]

    def dimensions(self, level: int, lengths: Sequence[int]) -> tuple[Dimension, ...]:
        """The dimensions in a chunk of a level."""
        reduces = (name in self.workload.reduction_dimensions for name in self.names)
        return tuple(map(Dimension, lengths, self.links[level], reduces))

    def enter(self, level: int, moves: Chunk) -> State:
        """The first step of a level inside a chunk that moved so."""
        return tuple(descend(move, link) for move, link in zip(moves, self.links[level], strict=True))

    def moved(self, level: int, state: State, fresh: bool) -> Moved:
        """Elements that the network of a level carries in a step; `fresh` if no sum was begun before it (A19)."""
        fetch = {tensor.name: self._fetched(level, tensor, state) for tensor in self.workload.inputs}
        output = self.workload.output.name
        entries, begun, drained = self._output_volumes(level, state)
        fetch[output] = entries - (begun if fresh else 0)
        return Moved(fetch, {output: drained})

    def entering(self, tensor: Tensor, moves: Chunk) -> int:
        """Elements of a tensor that are new to one unit in a step."""
        need = kept = 1
        seen: set[str] = set()
        by_name = dict(zip(self.names, moves, strict=True))
        for subscript in tensor.subscripts:
            seen |= set(subscript.dimensions)
            if len(subscript.terms) == 2:
                y, r = subscript.terms
                sides = (Side((_held(by_name[term.dimension], 0),), (0,)) for term in (y, r))
                found = window_volumes(next(sides), y.coefficient, next(sides), r.coefficient)
                need, kept = need * found.need, kept * found.keep
            else:
                move = by_name[subscript.dimensions[0]]
                need, kept = need * move.length, kept * move.kept
        return need - kept * all(move.before for name, move in by_name.items() if name not in seen)

    def leaving(self, moves: Chunk) -> int:
        """Output elements that one unit gives up in a step."""
        before = kept = 1
        for name, move in zip(self.names, moves, strict=True):
            in_output = name in self.workload.output.dimensions
            before *= _length_before(move) if in_output else bool(move.before)
            kept *= move.kept if in_output else bool(move.before)
        return before - kept

    def added(self, moves: Chunk) -> int:
        """Sums that a PE takes over and adds to its own: output elements that enter it, if PEs add up (A18)."""
        return self.entering(self.workload.output, moves) if self.adds_up else 0

    def streams(self, level: int, tensor: Tensor) -> bool:
        """Whether the network brings every operand, because no memory at the PEs holds the tensor."""
        return level == self.levels - 1 and not self.at_pe[tensor.name]

    def left(self, level: int) -> tuple[int, int]:
        """Output elements that the slowest parent's units hold at the end, and the fullest of its units."""
        output, network = self.workload.output, self.schedule.levels[level].network
        if self.streams(level, output):
            return 0, 0
        together = alone = 1
        for name, chain in self.nest.chains.items():
            above = chain.above(level + 1)
            parents: dict[Digits, list[int]] = {}
            for unit, (*_, length) in unit_chunks(chain.extent, grouped(above, ALONE)).items():
                parents.setdefault(unit[:-1] if level in above.spatial_levels else unit, []).append(length)
            if name in output.dimensions:
                alone *= max(map(max, parents.values()))
                together *= max(map(sum, parents.values()))
            elif not network.reduction:
                together *= max(map(len, parents.values()))
        return together, alone

    def _fetched(self, level: int, tensor: Tensor, state: State) -> int:
        network = self.schedule.levels[level].network
        if self.streams(level, tensor):
            return self._operands(level, tensor, state, network.multicast)
        volumes = self._volumes(level, tensor, state, network.multicast, network.forwarding)
        return prod(need for need, _ in volumes) - prod(keep for _, keep in volumes)

    def _output_volumes(self, level: int, state: State) -> tuple[int, int, int]:
        """Output elements that enter, that enter for the first time if the step is fresh, and that leave."""
        output, network = self.workload.output, self.schedule.levels[level].network
        if self.streams(level, output):
            updates = self._operands(level, output, state, network.reduction)
            return updates, prod(need for need, _ in self._volumes(level, output, state, True)), updates
        grouped = self._volumes(level, output, state, network.reduction)
        together = self._volumes(level, output, state, True)
        entries = prod(need for need, _ in grouped) - prod(keep for _, keep in grouped)
        begun = prod(need for need, _ in together) - prod(keep for _, keep in together)
        held = self._held_before(state, network.reduction)
        return entries, begun, held - prod(keep for _, keep in grouped) if held else 0

    def _volumes(
        self, level: int, tensor: Tensor, state: State, shared: bool, forwarding: bool = False
    ) -> list[tuple[int, int]]:
        """Per dimension group what the units below one parent need, and what of it needs no transfer."""
        found = []
        seen: set[str] = set()
        for subscript in tensor.subscripts:
            names = subscript.dimensions
            seen |= set(names)
            if len(names) == 2:
                sides = [self._side(level, name, state, shared, forwarding) for name in names]
                y, r = subscript.terms
                volumes = window_volumes(sides[0], y.coefficient, sides[1], r.coefficient)
                found.append((volumes.need, volumes.keep))
            else:
                units = units_of(state[self.names.index(names[0])])
                found.append((sum(move.length for move in units), sum(move.kept for move in units)))
        for name, moves in zip(self.names, state, strict=True):
            if name not in seen:
                units = units_of(moves)
                held = sum(bool(move.before) for move in units)
                found.append((1, int(held == len(units))) if shared else (len(units), held))
        return found

    def _side(self, level: int, name: str, state: State, shared: bool, forwarding: bool) -> Side:
        units = units_of(state[self.names.index(name)])
        step = self._pitch(level, name)
        held = tuple(_held(move, step * unit) for unit, move in enumerate(units))
        groups = (0,) * len(units) if shared else tuple(range(len(units)))
        near: tuple[tuple[int, ...], ...] = ()
        if forwarding and step:
            near = tuple(tuple(k for k in (u - 1, u + 1) if 0 <= k < len(units)) for u in range(len(units)))
        return Side(held, groups, near)

    def _pitch(self, level: int, name: str) -> int:
        """How far apart the chunks of neighbouring units lie in a dimension; 0 if it is not spread there."""
        link = self.links[level][self.names.index(name)]
        return link.size if link and link.units else 0

    def _held_before(self, state: State, shared: bool) -> int:
        """Output elements that the units at work held before this step."""
        total = 1
        for name, moves in zip(self.names, state, strict=True):
            units = units_of(moves)
            if name in self.workload.output.dimensions:
                total *= sum(_length_before(move) for move in units)
            else:
                held = sum(bool(move.before) for move in units)
                total *= min(held, 1) if shared else held
        return total

    def _operands(self, level: int, tensor: Tensor, state: State, shared: bool) -> int:
        """Operands of one step when the network brings each (A15)."""
        total = 1
        seen: set[str] = set()
        units = {name: self._placed_units(level, name, state, shared) for name in self.names}
        for subscript in tensor.subscripts:
            seen |= set(subscript.dimensions)
            if len(subscript.terms) == 2:
                y, r = subscript.terms
                total *= window_operands(units[y.dimension], y.coefficient, units[r.dimension], r.coefficient)
            else:
                total *= sum(length for _, _, length in units[subscript.dimensions[0]])
        return total * prod(longest_per_group(units[name]) for name in self.names if name not in seen)

    def _placed_units(self, level: int, name: str, state: State, shared: bool) -> tuple[tuple[int, int, int], ...]:
        step = self._pitch(level, name)
        moves = units_of(state[self.names.index(name)])
        return tuple((0 if shared else unit, step * unit, move.length) for unit, move in enumerate(moves))


def _held(move: ChunkChange, start: int) -> Held:
    offset, length = move.before[0] if move.before else (0, 0)
    return Held(start, move.length, start + offset, length)


def _length_before(move: ChunkChange) -> int:
    return move.before[0][1] if move.before else 0

"""Stepwise time (model A18 to A20): the recursion over levels, like steps computed once."""

from __future__ import annotations

from collections.abc import Iterator, Set
from functools import cache
from itertools import product
from math import prod
from operator import and_
from typing import NamedTuple

import numpy as np

from ...ir import Site, Tensor
from .arithmetic import arithmetic_cycles, held_at_pe, longest_per_group, window_operands
from .chains import Link, last_leaf, root
from .moves import Move, Moves, Option, advancing, descend, restart, standing, units_of
from .nest import Nest
from .windows import Held, Side, window_volumes

State = tuple[Moves, ...]
"""One entry per dimension of the workload, in order."""


class Busy(NamedTuple):
    """Cycles of steps: `exposed` ones, in which nothing else happens, and those of transfers in and out, and of work.

    Where a level has queues, its steps add up part by part; elsewhere each step is all `exposed`.
    """

    exposed: int = 0
    fetch: int = 0
    drain: int = 0
    work: int = 0

    @property
    def cycles(self) -> int:
        """All cycles: transfers and work go on side by side."""
        return self.exposed + max(self.fetch, self.drain, self.work)

    def __add__(self, other: Busy) -> Busy:  # type: ignore[override]
        return Busy(*(one + two for one, two in zip(self, other, strict=True)))

    def repeated(self, times: int) -> Busy:
        """The same steps so many times."""
        return Busy(*(times * part for part in self))


class Clock:
    """Times one schedule. `names` are the dimensions in order; `links[i]` their loops at level i, if any."""

    def __init__(self, nest: Nest) -> None:
        self.nest, self.schedule, self.workload = nest, nest.schedule, nest.workload
        self.names = tuple(nest.chains)
        self.levels = len(self.schedule.levels)
        self.links: list[tuple[Link | None, ...]] = [
            tuple(next((link for link in nest.chains[name].links if link.level == level), None) for name in self.names)
            for level in range(self.levels)
        ]
        self.reduces = tuple(name in self.workload.reduction_dimensions for name in self.names)
        last = self.levels - 1
        tensors = [tensor.name for tensor in self.workload.tensors]
        self.stored = [frozenset(name for name in tensors if self._below(name, level)) for level in range(self.levels)]
        self.single = [
            frozenset(name for name in self.stored[level] if self._below(name, level)[0].memory.buffering == "single")
            for level in range(self.levels)
        ]
        depth = self.schedule.mapping.accelerator.pipeline_depth
        self.skews = [
            item.network.skew(item.units, set(tensors) - self.stored[level]) + (depth - 1 if level == last else 0)
            for level, item in enumerate(self.schedule.levels)
        ]
        reduced = self.workload.reduction_dimensions
        self.sums = [
            item.spatial is not None and item.units > 1 and item.spatial.dimension in reduced and item.network.reduction
            for item in self.schedule.levels
        ]
        in_units = [item.network.adder == "unit" for item in self.schedule.levels]
        self.adds_up = any(map(and_, self.sums, in_units)) and held_at_pe(self.schedule, self.workload.output)
        self.at_pe = {tensor.name: held_at_pe(self.schedule, tensor) for tensor in self.workload.tensors}
        # Like steps recur across chunks: both recursions are memoised for the life of this clock.
        self.inside = cache(self._inside)
        self.step = cache(self._step)

    def terms(self) -> tuple[tuple[str, int], ...]:
        """The parts of the stepwise time, one after the other: they add up to all of it (A20)."""
        extents = tuple(self.nest.workload.extents[name] for name in self.names)
        first = self._enter(0, tuple(Move(extent) for extent in extents))
        fills = list(self._first_fills(0, first))
        start = self.step(0, first, True, True)
        return (
            *((name, cycles) for name, cycles in self._outer_transfers() if cycles),
            *((f"first step: fill of level {level}", cycles) for level, cycles in enumerate(fills)),
            ("first step: work once filled", start.cycles - sum(fills)),
            ("steady steps of level 0", (start + self.inside(0, extents, True)).cycles - start.cycles),
            *((f"last drain of level {level}", self._drain(level)) for level in range(self.levels)),
            *((f"last wave of level {level}", skew) for level, skew in enumerate(self.skews) if skew),
        )

    def _below(self, tensor: str, level: int) -> list[Site]:
        """The memories below a level that hold a tensor, the nearest first."""
        return [site for site in self.schedule.holders(tensor) if site.boundary > level]

    def _first_fills(self, level: int, state: State) -> Iterator[int]:
        """The exposed fills of the very first step per level: along its slowest units, until a drain hides them."""
        moved = self._moved(level, state, True)
        fetch, drain = self._into(level, moved[0]), self._out(level, moved[1])
        yield fetch
        if level + 1 == self.levels:
            return
        slowest = max(self._units(level, state), key=lambda moves: self._unit_cycles(level, moves, True, True))
        if self._unit_cycles(level, slowest, True, True) >= drain:
            yield from self._first_fills(level + 1, self._enter(level + 1, slowest))

    def _enter(self, level: int, moves: tuple[Move, ...]) -> State:
        return tuple(descend(move, link) for move, link in zip(moves, self.links[level], strict=True))

    def _inside(self, level: int, lengths: tuple[int, ...], fresh: bool) -> Busy:
        """All steps of a level in a chunk but the first; `fresh` if no sum was begun before the chunk."""
        total = Busy()
        for options in self._advances(level, lengths):
            count = prod(option.times for option in options)
            starts = all(option.at_start for option, reduces in zip(options, self.reduces, strict=True) if reduces)
            step = self.step(level, tuple(option.move for option in options), fresh and starts, False)
            total += step.repeated(count)
        return total

    def _advances(self, level: int, lengths: tuple[int, ...]) -> Iterator[tuple[Option, ...]]:
        """For every loop of a level, all combinations of what the dimensions do when it advances."""
        order = [loop.dimension for loop in self.schedule.levels[level].loops]
        for position, moving in enumerate(order):
            choices: list[tuple[Option, ...]] = []
            for name, length, link, reduces in zip(self.names, lengths, self.links[level], self.reduces, strict=True):
                if link is None:
                    choices.append((Option(1, restart(length), True),))
                elif name == moving:
                    choices.append(advancing(length, link))
                elif order.index(name) < position:
                    choices.append(standing(length, link, reduces))
                else:
                    choices.append((Option(1, descend(restart(length), link), True),))
            yield from product(*choices)

    def _step(self, level: int, state: State, fresh: bool, start: bool) -> Busy:
        """One step of a level under one parent unit."""
        fetch, drain = self._moved(level, state, fresh)
        work = max(self._unit_cycles(level, moves, fresh, start) for moves in self._units(level, state))
        waiting = frozenset[str]() if start else self._waiting(level, state)
        if start or waiting:
            leaving = self._out(level, _only(drain, waiting))
            exposed = max(self._into(level, fetch), leaving) + (self.skews[level] if waiting else 0)
            busy = Busy(exposed, 0, self._out(level, _only(drain, drain.keys() - waiting)), work)
        else:
            busy = Busy(0, self._into(level, fetch), self._out(level, drain), work)
        return busy if self.schedule.levels[level].network.queues else Busy(busy.cycles)

    def _waiting(self, level: int, state: State) -> frozenset[str]:
        """Tensors of which single buffers below a level keep nothing, so that the next chunk waits for the last."""
        kept = {
            t.name: prod(keep for _, keep in self._volumes(level, t, state, False))
            for t in self.workload.tensors
            if t.name in self.single[level]
        }
        return frozenset(name for name, keep in kept.items() if not keep)

    def _units(self, level: int, state: State) -> Iterator[tuple[Move, ...]]:
        """What each unit at work sees, like units once."""
        seen = (dict.fromkeys(units_of(moves)) for moves in state)
        return product(*seen)

    def _unit_cycles(self, level: int, moves: tuple[Move, ...], fresh: bool, start: bool) -> int:
        lengths = tuple(move.length for move in moves)
        below = level + 1
        if below == self.levels:
            return arithmetic_cycles(self.schedule.mapping.accelerator, lengths, self._added(moves))
        return (self.step(below, self._enter(below, moves), fresh, start) + self.inside(below, lengths, fresh)).cycles

    def _added(self, moves: tuple[Move, ...]) -> int:
        """Sums that a PE takes over and adds to its own: output elements that enter it, if PEs add up (A18)."""
        if not self.adds_up:
            return 0
        chunk = kept = 1
        for name, move in zip(self.names, moves, strict=True):
            if name in self.workload.output.dimensions:
                chunk, kept = chunk * move.length, kept * _overlap(move)
            else:
                kept *= bool(move.before)
        return chunk - kept

    def _into(self, level: int, elements: dict[str, int]) -> int:
        """Cycles that the network of a level needs to bring elements of tensors (A18)."""
        item = self.schedule.levels[level]
        return item.network.transfer_cycles(elements, item.units, self.stored[level])

    def _out(self, level: int, elements: dict[str, int]) -> int:
        """Cycles that the network of a level needs to take elements away, sums that meet added up (A18)."""
        item = self.schedule.levels[level]
        return item.network.transfer_cycles(elements, item.units, self.stored[level], self.sums[level])

    def _moved(self, level: int, state: State, fresh: bool) -> tuple[dict[str, int], dict[str, int]]:
        """Elements per tensor that the network of a level carries in a step, in and out (A19)."""
        fetch: dict[str, int] = {}
        output = self.workload.output
        for tensor in self.workload.inputs:
            fetch[tensor.name] = self._fetched(level, tensor, state)
        entries, begun, drained = self._output_volumes(level, state)
        fetch[output.name] = entries - (begun if fresh else 0)
        return fetch, {output.name: drained}

    def _streams(self, level: int, tensor: Tensor) -> bool:
        """Whether the network brings every operand, because no memory at the PEs holds the tensor."""
        return level == self.levels - 1 and not self.at_pe[tensor.name]

    def _fetched(self, level: int, tensor: Tensor, state: State) -> int:
        network = self.schedule.levels[level].network
        if self._streams(level, tensor):
            return self._operands(level, tensor, state, network.multicast)
        volumes = self._volumes(level, tensor, state, network.multicast, network.forwarding)
        return prod(need for need, _ in volumes) - prod(keep for _, keep in volumes)

    def _output_volumes(self, level: int, state: State) -> tuple[int, int, int]:
        """Output elements that enter, that enter for the first time if the step is fresh, and that leave."""
        output, network = self.workload.output, self.schedule.levels[level].network
        if self._streams(level, output):
            updates = self._operands(level, output, state, network.reduction)
            return updates, prod(need for need, _ in self._volumes(level, output, state, True)), updates
        grouped = self._volumes(level, output, state, network.reduction)
        together = self._volumes(level, output, state, True)
        entries = prod(need for need, _ in grouped) - prod(keep for _, keep in grouped)
        begun = prod(need for need, _ in together) - prod(keep for _, keep in together)
        held = self._held_before(level, state, network.reduction)
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
                found.append((sum(move.length for move in units), sum(_overlap(move) for move in units)))
        for name, moves in zip(self.names, state, strict=True):
            if name not in seen:
                units = units_of(moves)
                held = sum(bool(move.before) for move in units)
                found.append((1, int(held == len(units))) if shared else (len(units), held))
        return found

    def _side(self, level: int, name: str, state: State, shared: bool, forwarding: bool) -> Side:
        number = self.names.index(name)
        units = units_of(state[number])
        link = self.links[level][number]
        step = link.size if link and link.units else 0
        held = []
        for unit, move in enumerate(units):
            offset, length = move.before[0] if move.before else (0, 0)
            held.append(Held(step * unit, move.length, step * unit + offset, length))
        groups = (0,) * len(units) if shared else tuple(range(len(units)))
        near: tuple[tuple[int, ...], ...] = ()
        if forwarding and step:
            near = tuple(tuple(k for k in (u - 1, u + 1) if 0 <= k < len(units)) for u in range(len(units)))
        return Side(tuple(held), groups, near)

    def _held_before(self, level: int, state: State, shared: bool) -> int:
        """Output elements that the units at work held before this step."""
        total = 1
        for name, moves in zip(self.names, state, strict=True):
            units = units_of(moves)
            if name in self.workload.output.dimensions:
                total *= sum(move.before[0][1] for move in units if move.before)
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
        number = self.names.index(name)
        link = self.links[level][number]
        step = link.size if link and link.units else 0
        return tuple(
            (0 if shared else unit, step * unit, move.length) for unit, move in enumerate(units_of(state[number]))
        )

    def _drain(self, level: int) -> int:
        """Cycles to drain what the slowest parent's units still hold at the end."""
        output, network = self.workload.output, self.schedule.levels[level].network
        if self._streams(level, output):
            return 0
        held = 1
        for name, chain in self.nest.chains.items():
            above = chain.above(level + 1)
            lengths = last_leaf(root(chain.extent), above.links).length
            spread = bool(above.links and above.links[-1].units and above.links[-1].level == level)
            per_parent = lengths.reshape(-1, above.links[-1].units if spread else 1)
            if name not in output.dimensions:
                per_parent = np.minimum(per_parent, 1)
                counted = per_parent.max(axis=1) if network.reduction else per_parent.sum(axis=1)
            else:
                counted = per_parent.sum(axis=1)
            held *= int(counted.max())
        return self._out(level, {output.name: held})

    def _outer_transfers(self) -> Iterator[tuple[str, int]]:
        """Memories stacked above level 0 fill each other once before, and drain once after (A20)."""
        above = [site for site in self.schedule.sites if site.boundary == 0]
        output = self.workload.output.name
        for number, site in enumerate(above[:-1]):
            network = site.memory.network(0)
            below = {name for other in above[number + 1 :] for name in other.tensors}
            held = (self.workload.tensor(name) for name in site.tensors if name in below)
            sizes = {tensor.name: self.workload.footprint(tensor) for tensor in held}
            before, after = _only(sizes, sizes.keys() - {output}), _only(sizes, {output})
            yield f"inputs from {site.memory.name}, before", network.transfer_cycles(before, 1, sizes)
            yield f"output to {site.memory.name}, after", network.transfer_cycles(after, 1, sizes)


def _only(elements: dict[str, int], names: Set[str]) -> dict[str, int]:
    return {name: count for name, count in elements.items() if name in names}


def _overlap(move: Move) -> int:
    """Elements of the chunk that were held before."""
    if not move.before:
        return 0
    start, length = move.before[0]
    return max(0, min(move.length, start + length) - max(0, start))

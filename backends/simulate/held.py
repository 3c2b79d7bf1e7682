"""What every processing element holds in a window of steps, and how what is new reaches it (A8 to A12)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from ...ir import Schedule, Tensor
from .elements import Elements, Integers
from .interfaces import link_between
from .program import Chunk, RunProgram, Step, Time, Unit
from .traffic import Link


@dataclass(frozen=True, slots=True)
class Held:
    """What one element holds of a tensor in one step of its program; elements of the tensor.

    `axes` are the intervals [low, high) of the tensor's axes that bound it. Of what it holds, `new` was not there the
    step before; of that, `forwarded` comes from a neighbour and `multicast` goes to others at once. `reduced` are the
    elements of the output whose sum several elements make up together, added on the way.
    """

    step: int
    time: Time
    unit: Unit
    tensor: str
    axes: tuple[tuple[int, int], ...]
    held: int
    new: int
    forwarded: int = 0
    multicast: int = 0
    reduced: int = 0


def held_in(schedule: Schedule, first: int, count: int, most_units: int) -> Iterator[Held]:
    """The steps from number `first` on, at most `count`, with the first `most_units` units at work.

    A tensor that no memory at the elements holds is new in every step. What is shared, forwarded and added up is told
    among these units alone.
    """
    program = RunProgram.of(schedule)
    last, before = len(program.levels), dict[Unit, Chunk]()
    tensors = [_Tensor(schedule, program, tensor) for tensor in program.workload.tensors]
    for number, (time, busy) in enumerate(islice(program.walk(last), first + count)):
        if number >= first:
            shown = dict(islice(sorted(busy.items()), most_units))
            for tensor in tensors:
                yield from tensor.held(number, (time, shown), before)
        before |= busy


class _Tensor:
    """What elements hold of one tensor."""

    def __init__(self, schedule: Schedule, program: RunProgram, tensor: Tensor) -> None:
        last, holders = len(schedule.levels), schedule.holders(tensor.name)
        self._name, self._elements = tensor.name, Elements(program.workload, tensor)
        self._output = tensor == program.workload.output
        self._kept = holders[-1].boundary == last
        above = [site.boundary for site in holders if site.boundary < last]
        self._link: Link = link_between(schedule, above[-1] if above else 0, last)

    def held(self, number: int, step: Step, before: dict[Unit, Chunk]) -> Iterator[Held]:
        """Of the units that are at work in a step, which had chunks `before`."""
        time, busy = step
        now = {unit: self._numbers(chunk) for unit, chunk in busy.items()}
        old = {unit: self._numbers(before[unit]) for unit in busy if self._kept and unit in before}
        nothing = np.empty(0, dtype=np.int64)
        new = {unit: np.setdiff1d(numbers, old.get(unit, nothing)) for unit, numbers in now.items()}
        near = {unit: self._near(unit, numbers, old) for unit, numbers in new.items()}
        fetched = {unit: np.setdiff1d(numbers, near[unit]) for unit, numbers in new.items()}
        shared = self._shared(now if self._output else fetched)
        for unit, chunk in busy.items():
            found = Held(number, time, unit, self._name, self._axes(chunk), len(now[unit]), len(new[unit]))
            if self._output:
                yield replace(found, reduced=shared[unit])
            else:
                yield replace(found, forwarded=len(near[unit]), multicast=shared[unit])

    def _numbers(self, chunk: Chunk) -> Integers:
        moving = self._elements.tensor.dimensions
        names = self._elements.workload.extents
        first = tuple(held if name in moving else (0, 1) for name, held in zip(names, chunk, strict=True))
        return np.unique(self._elements.numbers(first))

    def _near(self, unit: Unit, new: Integers, old: dict[Unit, Integers]) -> Integers:
        """What of the new the neighbours held, where the network forwards."""
        level = self._link.forwarder
        if level is None or self._output:
            return new[:0]
        around = ((*unit[:level], unit[level] + side, *unit[level + 1 :]) for side in (-1, 1))
        beside = [old[neighbour] for neighbour in around if neighbour in old]
        return np.intersect1d(new, np.concatenate(beside)) if beside else new[:0]

    def _shared(self, numbers: dict[Unit, Integers]) -> dict[Unit, int]:
        """How many of its elements a unit has together with others whose transfers are one."""
        separate = self._link.writers if self._output else self._link.readers
        groups: dict[Unit, list[Unit]] = defaultdict(list)
        for unit in numbers:
            groups[tuple(unit[level] for level in separate)].append(unit)
        found: dict[Unit, int] = {}
        for units in groups.values():
            values, times = np.unique(np.concatenate([numbers[unit] for unit in units]), return_counts=True)
            often = values[times > 1]
            found |= {unit: int(np.isin(numbers[unit], often).sum()) for unit in units}
        return found

    def _axes(self, chunk: Chunk) -> tuple[tuple[int, int], ...]:
        held = dict(zip(self._elements.workload.extents, chunk, strict=True))
        axes = []
        for subscript in self._elements.tensor.subscripts:
            low = sum(term.coefficient * held[term.dimension][0] for term in subscript.terms)
            high = sum(term.coefficient * (held[term.dimension][1] - 1) for term in subscript.terms)
            axes.append((low, high + 1))
        return tuple(axes)

"""Boxes of machines: products of ranges of what more of never costs cycles, inside one choice of everything else."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from math import inf, isqrt
from typing import Any

from ..ir import Accelerator
from ..ir.machine_space import MachineSpace, Setting, Variable, capacity_key, is_machine, with_values
from .useful import kinds

WIDTHS = frozenset({"bandwidth", "shared_bandwidth", "read_bandwidth", "write_bandwidth", "channels"})
"""Fields of which more, or no limit, only ever saves cycles."""

ROOM = "capacity_bytes"
"""The field of which more, or no limit, only ever lets more programs fit."""


@dataclass(frozen=True, slots=True)
class Grade:
    """A variable that is ordered: its values ascending, None (no limit) last. `room` where it is a capacity."""

    variable: Variable
    values: Sequence[Setting]
    room: bool


@dataclass(frozen=True, slots=True)
class Stem:
    """A choice of everything that has no order: structures, flags, names; `settings` in the order of the variables."""

    settings: tuple[tuple[Variable, Setting], ...]
    machine: Accelerator


@dataclass(frozen=True, slots=True)
class Box:
    """Machines of a stem: of every grade the values from `low` to `high`, both included, by their numbers."""

    stem: Stem
    low: tuple[int, ...]
    high: tuple[int, ...]

    @property
    def single(self) -> bool:
        """Whether it is one machine."""
        return self.low == self.high

    def within(self, grade: int, low: int | None = None, high: int | None = None) -> Box:
        """The machines of the box whose value of a grade is from `low` to `high`."""
        lows = self.low if low is None else with_number(self.low, grade, low)
        highs = self.high if high is None else with_number(self.high, grade, high)
        return replace(self, low=lows, high=highs)

    def parts(self, grade: int, last: int) -> tuple[Box, Box]:
        """The box in two: values of a grade up to the last one of the lower part, and those above it."""
        return self.within(grade, high=last), self.within(grade, low=last + 1)


def with_number(numbers: tuple[int, ...], place: int, number: int) -> tuple[int, ...]:
    """The numbers with another one at a place."""
    return (*numbers[:place], number, *numbers[place + 1 :])


@dataclass(frozen=True)
class Boxes:
    """A space of machines as boxes. `most` bounds by memory the bytes that a `needed` capacity can be of use."""

    space: MachineSpace
    most: tuple[tuple[str, int], ...] = ()

    @cached_property
    def grades(self) -> tuple[Grade, ...]:
        """What is ordered, the needed capacities last."""
        given = tuple(
            Grade(item, self._possible(item), _is_room(item)) for item in self.space.variables if is_graded(item)
        )
        return (*given, *(self._needed(name) for name in self.space.needed))

    def _possible(self, variable: Variable) -> tuple[Setting, ...]:
        """The values in their order; of capacities none that no memory can have, unless there are no others."""
        values = tuple(sorted(variable.values, key=rank))
        least = max(self._least(int(place[1])) for place in variable.places) if _is_room(variable) else 0
        return tuple(value for value in values if rank(value) >= least) or values

    def _needed(self, name: str) -> Grade:
        number = next(n for n, memory in enumerate(self.space.base.memories) if memory.name == name)
        variable = Variable(capacity_key(name), (("memories", number, ROOM),), ())
        least = self._least(number)
        return Grade(variable, range(least, max(least, dict(self.most)[name]) + 1), True)

    def _least(self, number: int) -> int:
        """The least capacity of a memory, with as few banks and rooms of single tensors as it may have."""
        return min(machine.memories[number].least_bytes for machine in kinds(self.space))

    def stems(self) -> Iterator[Stem]:
        """Every choice of what has no order, the last variable changing fastest."""
        loose = [item for item in self.space.variables if not is_graded(item)]
        for values in product(*(item.values for item in loose)):
            settings = tuple(zip(loose, values, strict=True))
            yield Stem(settings, with_values(self.space.base, settings))

    def whole(self, stem: Stem) -> Box:
        """All machines of a stem, with capacities from the least one that its banks leave."""
        low = tuple(_first(stem, grade) for grade in self.grades)
        return Box(stem, low, tuple(len(grade.values) - 1 for grade in self.grades))

    def machine(self, stem: Stem, numbers: Sequence[int]) -> Accelerator:
        """The machine with the values of these numbers."""
        graded = [(grade.variable, grade.values[n]) for grade, n in zip(self.grades, numbers, strict=True)]
        return with_values(self.space.base, [*stem.settings, *graded])

    def settings(self, stem: Stem, numbers: Sequence[int]) -> tuple[tuple[str, Setting], ...]:
        """The values of a machine by the names of the variables, in the order of the space, what is needed last."""
        chosen = {variable.key: value for variable, value in stem.settings}
        chosen |= {g.variable.key: g.values[n] for g, n in zip(self.grades, numbers, strict=True)}
        return tuple((key, chosen[key]) for key in self.space.keys)

    def middle(self, grade: int, low: int, high: int) -> int:
        """A number from `low` on and below `high` that halves what lies between: capacities by their logarithms."""
        values = self.grades[grade].values
        if self.grades[grade].room and values[high] is not None:
            mean = isqrt(values[low] * values[high])
            found = bisect_right(values, mean, low, high, key=rank) - 1
            return min(max(found, low), high - 1)
        return (low + high) // 2

    def spread(self, grade: int, low: int, high: int) -> float:
        """How many times the least value of a range its largest is."""
        values = self.grades[grade].values
        return float(rank(values[high]) / max(rank(values[low]), 1.0))

    def legal(self, box: Box) -> bool:
        """Whether the largest machine of a box keeps the rules of machines: then it has any that does."""
        return is_machine(self.machine(box.stem, box.high))


def _first(stem: Stem, grade: Grade) -> int:
    """The number of the first value of a grade that a machine of a stem can have; of the last, if it can have none."""
    if not grade.room:
        return 0
    least = max(stem.machine.memories[int(place[1])].least_bytes for place in grade.variable.places)
    return min(bisect_left(grade.values, least, key=rank), len(grade.values) - 1)


def is_graded(variable: Variable) -> bool:
    """Whether the values of a variable are ordered: more never costs cycles, and never takes a program away."""
    return all(place[-1] in WIDTHS or "channels" in place for place in variable.places) or _is_room(variable)


def _is_room(variable: Variable) -> bool:
    return all(place[-1] == ROOM for place in variable.places)


def rank(value: Setting) -> Any:
    """The order of the values of a grade."""
    return inf if value is None else value

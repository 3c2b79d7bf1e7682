"""What all machines of a grid of prices charge: few numbers each depend on few variables, and are broadcast."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..ir import InternalError, Setting, Variable

BLOCK = 1 << 14
"""Machines that are made at a time."""

_SAMPLES = 4
"""Machines of a grid whose broadcast numbers are compared with those that they charge by themselves."""

Numbers = NDArray[np.float64]
Charges = Callable[[tuple[Setting, ...]], Numbers]
"""The numbers that the machine with these values of all variables charges [fields]."""

Together = Callable[[int], Iterable[int]]
"""The variables that act together on a field, if any does."""


@dataclass(frozen=True)
class Patch:
    """Machines of a grid that stand next to each other: a range of every variable's values."""

    ranges: tuple[slice, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """How many values of each variable."""
        return tuple(item.stop - item.start for item in self.ranges)

    @property
    def size(self) -> int:
        """How many machines."""
        return prod(self.shape)

    def spread(self, numbers: Any) -> NDArray[Any]:
        """A number for every machine, in their order, from what broadcasts to the shape."""
        return np.broadcast_to(numbers, self.shape).reshape(-1)

    def of_variable(self, number: int, values: NDArray[Any]) -> NDArray[Any]:
        """For every machine what `values` has for the value of a variable."""
        return self.spread(values[self.ranges[number]].reshape(_along_axis(number, len(self.ranges))))


@dataclass(frozen=True)
class PriceGrid:
    """The machines of one structure: every value of every variable, the last variable changing fastest."""

    variables: tuple[Variable, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """How many values each variable has."""
        return tuple(len(variable.values) for variable in self.variables)

    @property
    def size(self) -> int:
        """How many machines there are."""
        return prod(self.shape)

    def patches(self, rows: int = BLOCK) -> Iterator[Patch]:
        """All machines in their order, up to `rows` at a time."""
        inner, cut = 1, len(self.shape)
        while cut and inner * self.shape[cut - 1] <= rows:
            cut -= 1
            inner *= self.shape[cut]
        whole = tuple(slice(0, size) for size in self.shape[cut:])
        if not cut:
            yield Patch(whole)
            return
        step, size = max(1, rows // inner), self.shape[cut - 1]
        for outer in product(*map(range, self.shape[: cut - 1])):
            fixed = tuple(slice(number, number + 1) for number in outer)
            for start in range(0, size, step):
                yield Patch((*fixed, slice(start, min(start + step, size)), *whole))


@dataclass(frozen=True)
class Column:
    """A number that depends on some of the variables: its values over the grid, of one length along all others."""

    values: Numbers

    def at(self, patch: Patch) -> Numbers:
        """The numbers of some machines, which broadcast to the shape of the patch."""
        ranges = zip(patch.ranges, self.values.shape, strict=True)
        return self.values[tuple(item if size > 1 else slice(None) for item, size in ranges)]


def columns(grid: PriceGrid, charges: Charges, together: Together = lambda field: ()) -> tuple[Column, ...]:
    """Every number that machines of the grid charge, as a column over the variables that it depends on.

    A number depends on the variables with which it changes alone, from the first machine on, and if one of them is
    among those that act `together` on it, on all of these: one of them may hide another, as the larger of two widths
    does. Some machines are compared with what they charge by themselves: InternalError if a number depends on more.
    """
    first = tuple(variable.values[0] for variable in grid.variables)
    base = charges(first)
    single = [_along(number, grid, charges, first, base) for number in range(len(grid.variables))]
    depends = []
    for field in range(len(base)):
        alone = {number for number, along in enumerate(single) if (along[:, field] != base[field]).any()}
        others = {number for number in together(field) if len(grid.variables[number].values) > 1}
        depends.append(tuple(sorted(alone | others if alone & others else alone)))
    joint = {names: _over(names, grid, charges, first) for names in dict.fromkeys(depends) if len(names) > 1}
    found = []
    for field, names in enumerate(depends):
        table = joint[names] if len(names) > 1 else single[names[0]] if names else base
        shape = tuple(size if number in names else 1 for number, size in enumerate(grid.shape))
        found.append(Column(np.ascontiguousarray(table[..., field]).reshape(shape)))
    _compare(grid, charges, found)
    return tuple(found)


def _along_axis(number: int, axes: int) -> tuple[int, ...]:
    """The shape of numbers along one of some axes."""
    return tuple(-1 if axis == number else 1 for axis in range(axes))


def _along(number: int, grid: PriceGrid, charges: Charges, first: tuple[Setting, ...], base: Numbers) -> Numbers:
    """The numbers of the machines that differ from the first one in one variable [values, fields]."""
    values = grid.variables[number].values
    others = [charges((*first[:number], value, *first[number + 1 :])) for value in values[1:]]
    return np.array([base, *others])


def _over(names: tuple[int, ...], grid: PriceGrid, charges: Charges, first: tuple[Setting, ...]) -> Numbers:
    """The numbers of all machines that differ from the first one in some variables [values, …, fields]."""
    found = []
    for chosen in product(*(grid.variables[number].values for number in names)):
        values = list(first)
        for number, value in zip(names, chosen, strict=True):
            values[number] = value
        found.append(charges(tuple(values)))
    return np.array(found).reshape(*(grid.shape[number] for number in names), -1)


def _compare(grid: PriceGrid, charges: Charges, found: Sequence[Column]) -> None:
    random = Random(grid.size)
    for _ in range(_SAMPLES if len(grid.variables) > 1 else 0):
        digits = [random.randrange(size) for size in grid.shape]
        values = tuple(variable.values[digit] for variable, digit in zip(grid.variables, digits, strict=True))
        patch = Patch(tuple(slice(digit, digit + 1) for digit in digits))
        broadcast = np.array([column.at(patch).item() for column in found])
        if not np.array_equal(broadcast, charges(values)):
            raise InternalError(f"the prices of {values} are none of their grid: a number depends on more variables")

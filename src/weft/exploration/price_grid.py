"""What all machines of a grid of prices charge: few numbers each depend on few variables, and are broadcast."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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

    def blocks(self, rows: int = BLOCK) -> Iterator[tuple[Any, ...]]:
        """Machines in their order, up to `rows` at a time: the number of every variable's value, one or an array.

        All arrays of a block have one length, and of all blocks but the last of a variable the same.
        """
        inner, cut = 1, len(self.shape)
        while cut and inner * self.shape[cut - 1] <= rows:
            cut -= 1
            inner *= self.shape[cut]
        tail = [digits.reshape(-1) for digits in np.indices(self.shape[cut:])]
        if not cut:
            yield tuple(tail)
            return
        step = max(1, rows // inner)
        for outer in product(*map(range, self.shape[: cut - 1])):
            for start in range(0, self.shape[cut - 1], step):
                own = np.arange(start, min(start + step, self.shape[cut - 1]))
                repeated = [np.tile(digits, len(own)) for digits in tail]
                yield (*outer, np.repeat(own, inner), *repeated)


@dataclass(frozen=True)
class Column:
    """A number that depends on some of the variables: its values over their grid."""

    variables: tuple[int, ...]
    values: Numbers
    """As many dimensions as variables."""

    def at(self, digits: Sequence[Any]) -> Any:
        """The numbers of a block of machines, or the one number of all."""
        return self.values[tuple(digits[number] for number in self.variables)] if self.variables else self.values[()]


class RowMaker:
    """Makes the rows of blocks of machines from columns, the last block's again where only few numbers change."""

    def __init__(self, made: Sequence[Column], kind: np.dtype[np.void]) -> None:
        self._columns, self._kind = made, kind
        self._table = np.empty((0, len(made)))

    def rows(self, digits: Sequence[Any], rows: int) -> NDArray[np.void]:
        """The rows of a block, which are good until the next one is made."""
        fresh = len(self._table) != rows
        if fresh:
            self._table = np.empty((rows, len(self._columns)))
        for number, column in enumerate(self._columns):
            if fresh or column.variables:
                self._table[:, number] = column.at(digits)
        return self._table.view(self._kind).reshape(-1)


def columns(grid: PriceGrid, charges: Charges) -> tuple[Column, ...]:
    """Every number that machines of the grid charge, as a column over the variables that it depends on.

    A number depends on the variables with which it changes alone, from the first machine on: widths, rooms and clocks
    are each a field of the machine, energies those of a memory's size, and what leaks a sum. Some machines are
    compared with what they charge by themselves: InternalError if a number depends on more.
    """
    first = tuple(variable.values[0] for variable in grid.variables)
    base = charges(first)
    single = [_along(number, grid, charges, first, base) for number in range(len(grid.variables))]
    depends = [
        tuple(number for number, along in enumerate(single) if (along[:, field] != base[field]).any())
        for field in range(len(base))
    ]
    joint = {names: _over(names, grid, charges, first) for names in dict.fromkeys(depends) if len(names) > 1}
    found = []
    for field, names in enumerate(depends):
        if len(names) > 1:
            found.append(Column(names, joint[names][..., field]))
        else:
            found.append(Column(names, single[names[0]][:, field] if names else base[field, ...]))
    _compare(grid, charges, found)
    return tuple(found)


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
        broadcast = np.array([column.at(digits) for column in found])
        if not np.array_equal(broadcast, charges(values)):
            raise InternalError(f"the prices of {values} are none of their grid: a number depends on more variables")

"""The machines of a space by structure: those that differ in prices alone stand side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from math import prod

import numpy as np

from ..ir import Accelerator, MachineSpace, Variable, is_machine, with_values
from ..ir.machine_space import Setting
from ..search.structure.plan import Flags, Floats, Ints


@dataclass(frozen=True)
class Row:
    """A machine of a structure. `number` is its place in the order of the space; it may keep no rule of machines."""

    number: int
    settings: tuple[tuple[str, Setting], ...]
    accelerator: Accelerator
    possible: bool


@dataclass(frozen=True)
class Structure:
    """Machines on which all programs count the same. Memories that are as large as needed have no limit here."""

    rows: tuple[Row, ...]

    @property
    def accelerator(self) -> Accelerator:
        """One of the machines that keep all rules, or the first."""
        return next((row.accelerator for row in self.rows if row.possible), self.rows[0].accelerator)

    @cached_property
    def hertz(self) -> Floats:
        """[P] the clocks of the machines."""
        return np.array([row.accelerator.clock_mhz * 1e6 for row in self.rows])

    @property
    def numbers(self) -> Ints:
        """[P] the places of the machines in the order of the space."""
        return np.array([row.number for row in self.rows], np.int64)

    @property
    def possible(self) -> Flags:
        """[P] which of them keep all rules of machines."""
        return np.array([row.possible for row in self.rows], np.bool_)


def structures(space: MachineSpace) -> Iterator[Structure]:
    """All machines, structure by structure, in the order of the space as far as that goes."""
    base = without_limits(space.base, space.needed)
    sizes = [len(variable.values) for variable in space.variables]
    strides = [prod(sizes[place + 1 :]) for place in range(len(sizes))]
    prices = [place for place, variable in enumerate(space.variables) if variable.priced]
    others = [place for place, variable in enumerate(space.variables) if not variable.priced]
    for fixed in product(*(range(sizes[place]) for place in others)):
        rows = []
        for free in product(*(range(sizes[place]) for place in prices)):
            chosen = dict(zip(others, fixed, strict=True)) | dict(zip(prices, free, strict=True))
            rows.append(_row(base, space.variables, strides, chosen))
        yield Structure(tuple(rows))


def _row(base: Accelerator, variables: Sequence[Variable], strides: Sequence[int], chosen: dict[int, int]) -> Row:
    number = sum(strides[place] * at for place, at in chosen.items())
    pairs = [(variable, variable.values[chosen[place]]) for place, variable in enumerate(variables)]
    machine = with_values(base, pairs)
    settings = tuple((variable.key, value) for variable, value in pairs)
    return Row(number, settings, machine, is_machine(machine))


def without_limits(machine: Accelerator, names: Sequence[str]) -> Accelerator:
    """The machine with memories as large as anything needs; the outermost is then refilled from outside."""
    memories = tuple(
        replace(item, capacity_bytes=None, refilled=not number) if item.name in names else item
        for number, item in enumerate(machine.memories)
    )
    return replace(machine, memories=memories)


def with_capacities(machine: Accelerator, capacities: dict[str, int]) -> Accelerator:
    """The machine with memories of so many bytes."""
    memories = tuple(
        replace(item, capacity_bytes=capacities[item.name]) if item.name in capacities else item
        for item in machine.memories
    )
    return replace(machine, memories=memories)

"""Machines as unknowns: a machine whose fields have several values each (design: machines as unknowns)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod
from typing import Any, TypeAlias

from .accelerator import Accelerator
from .machine_rules import Location, machine_problems

Setting: TypeAlias = Any
"""A number, a flag, a name, a tuple such as a shape, or None for what has no limit."""

PRICED = frozenset(
    {
        "bandwidth",
        "shared_bandwidth",
        "read_bandwidth",
        "write_bandwidth",
        "channels",
        "capacity_bytes",
        "clock_mhz",
        "leakage_mw",
        "pe_leakage_mw",
        "pe_idle_pj",
        "energy_table",
        "area_table",
        "technology_nm",
    }
)
"""Fields on which no count depends: machines that differ in these alone have one structure."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A field of a machine with its values, in their order; `key` is its name, `places` where it stands.

    A key such as `bandwidth` may stand for several places, which then have the same value.
    """

    key: str
    places: tuple[Location, ...]
    values: tuple[Setting, ...]

    def text(self, value: Setting) -> str:
        """One of the values as it is written."""
        per_pe = value is None and any(place[-1] == "instances" for place in self.places)
        return "per_pe" if per_pe else setting_text(value)

    @property
    def priced(self) -> bool:
        """Whether no count depends on it."""
        return all(any(part in PRICED for part in place) for place in self.places)


def setting_text(value: Setting) -> str:
    """A setting as it is written in files and on the command line; None is `unlimited`."""
    if isinstance(value, tuple):
        return "x".join(map(str, value))
    return "unlimited" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def capacity_key(memory: str) -> str:
    """The name that the capacity of a memory has among the settings of a machine."""
    return f"{memory}.capacity_bytes"


@dataclass(frozen=True, slots=True)
class MachineSpace:
    """All machines that `base` becomes by one value for every variable.

    `needed` names memories whose capacity is what the programs require. A machine that breaks a rule of machines, such
    as more instances than elements, is a design that is counted and never valid.
    """

    base: Accelerator
    variables: tuple[Variable, ...] = ()
    needed: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """How many machines there are."""
        return prod(len(variable.values) for variable in self.variables)

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of all settings of a machine: those of the variables, then of the capacities that are needed."""
        return (*(variable.key for variable in self.variables), *map(capacity_key, self.needed))

    @property
    def structures(self) -> tuple[Variable, ...]:
        """The variables on which counts depend."""
        return tuple(variable for variable in self.variables if not variable.priced)

    def machine(self, values: Sequence[Setting]) -> Accelerator:
        """The machine with one value for every variable, unchecked."""
        return with_values(self.base, zip(self.variables, values, strict=True))

    def settings(self, number: int) -> tuple[tuple[str, Setting], ...]:
        """The values of the variables of a machine by its number in the order of `machines`."""
        found = []
        for variable in reversed(self.variables):
            number, place = divmod(number, len(variable.values))
            found.append((variable.key, variable.values[place]))
        return tuple(reversed(found))

    def machines(self) -> Iterator[tuple[tuple[Setting, ...], Accelerator]]:
        """Every machine with its values, the last variable changing fastest."""
        for values in product(*(variable.values for variable in self.variables)):
            yield values, self.machine(values)


def with_values(machine: Accelerator, values: Iterable[tuple[Variable, Setting]]) -> Accelerator:
    """A machine with values for some of its fields.

    Where the number of elements or of a memory's instances changes and no shape is given, the machine has none; where a
    shape is given and no number of elements, they are those of the shape.
    """
    pairs, before = list(values), _counts(machine)
    chosen = {variable.key: value for variable, value in pairs}
    for variable, value in pairs:
        for place in variable.places:
            machine = _with(machine, place, value)
    if "shape" in chosen and "pes" not in chosen:
        return replace(machine, pes=prod(chosen["shape"]) * machine.arrays)
    return machine if "shape" in chosen or _counts(machine) == before else replace(machine, shape=())


def _counts(machine: Accelerator) -> tuple[int | None, ...]:
    return machine.pes, *(memory.instances for memory in machine.memories)


def is_machine(machine: Accelerator) -> bool:
    """Whether it keeps the rules of machines."""
    return next(machine_problems(machine), None) is None


def _with(item: Any, place: Sequence[int | str], value: Setting) -> Any:
    """A part of a machine with another value at a place in the layout of the YAML files."""
    if not place:
        return value
    first, rest = place[0], place[1:]
    if isinstance(first, int):
        return (*item[:first], _with(item[first], rest, value), *item[first + 1 :])
    if isinstance(item, tuple):  # a table by tensor
        table = dict(item) | {first: _with(dict(item).get(first), rest, value)}
        return tuple(table.items())
    return replace(item, **{first: _with(getattr(item, first), rest, value)})

"""What an area and a power are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import fsum
from operator import attrgetter
from typing import Any

UM2 = 1e6
"""Square micrometres of a square millimetre."""


def added_up(first: Any, parts: Iterable[Any]) -> Any:
    """The sum of numbers or arrays, one after the other and each rounded, unlike `sum` of Python 3.12 and later."""
    for part in parts:
        first = first + part
    return first


@dataclass(frozen=True, slots=True)
class AreaTerm:
    """All copies of one kind of block, `each_um2` a copy; `source` says where its area comes from.

    `leakage_mw` is 0 where the machine says itself what leaks. `power_mw` is the power of the block, whatever runs, in
    tables that have one.
    """

    name: str
    count: int
    each_um2: float
    area_um2: float
    leakage_mw: float
    power_mw: float
    source: str


@dataclass(frozen=True, slots=True)
class Area:
    """What stands on a chip: memories, outermost first, and everything else, which no capacity changes.

    `own_power` says that the table gives the machine's power, whatever runs.
    """

    memories: tuple[AreaTerm, ...]
    others: tuple[AreaTerm, ...]
    own_power: bool

    @property
    def terms(self) -> tuple[AreaTerm, ...]:
        """All terms."""
        return self.memories + self.others

    def _sum(self, of: Callable[[AreaTerm], float]) -> float:
        return float(added_up(fsum(map(of, self.others)), map(of, self.memories)))

    @property
    def area_um2(self) -> float:
        """Square micrometres: those of everything else, and then of one memory after the other."""
        return self._sum(attrgetter("area_um2"))

    @property
    def leakage_mw(self) -> float:
        """Milliwatts of all blocks whose leakage the machine does not give, in the same order."""
        return self._sum(attrgetter("leakage_mw"))

    @property
    def power_mw(self) -> float:
        """Milliwatts of the table's own, in the same order; 0 if it has none."""
        return self._sum(attrgetter("power_mw"))


@dataclass(frozen=True, slots=True)
class PowerTerm:
    """A part of a machine's power; `source` says how it comes about."""

    name: str
    power_mw: float
    source: str


@dataclass(frozen=True, slots=True)
class Power:
    """The average power of a machine that runs a program; `own_mw` is that of a table with a power of its own."""

    terms: tuple[PowerTerm, ...]
    own_mw: float | None = None

    @property
    def power_mw(self) -> float:
        """Milliwatts: all terms together, those of a table's own power in the order of `Area`."""
        return fsum(term.power_mw for term in self.terms) if self.own_mw is None else self.own_mw

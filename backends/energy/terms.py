"""What an energy is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import fsum


@dataclass(frozen=True, slots=True)
class EnergyTerm:
    """The energy of one kind of action, on one tensor.

    `component` is a memory, `network`, `MAC`, `leakage` or `idle`; `tensor` is empty where none is meant. `accesses`
    counts actions: accesses of a block, links crossed, MACs, or cycles times instances. `source` is where
    `picojoules_each` comes from: the entry, the points between which it lies, the technology, and how it was scaled.
    """

    name: str
    component: str
    tensor: str
    accesses: int
    picojoules_each: float
    picojoules: float
    source: str


def total(terms: Iterable[EnergyTerm]) -> float:
    """The picojoules of all terms together."""
    return fsum(term.picojoules for term in terms)

"""Energies per access by least squares: the residual vanishes only if the counts are those that were charged."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .rules import Priced

CHARGES = ("MAC with its register read", "register write", "scratchpad word", "accumulator word", "DRAM word")
"""What is charged. Every MAC reads a register, so the two have one price; scratchpad and DRAM charge whole blocks."""


class Fit(NamedTuple):
    """Picojoules per charge of one machine, and how far the energies of its rows are from them, relatively."""

    prices: tuple[float, ...]
    errors: NDArray[np.float64]


def charged(priced: Priced, rules: Collection[str]) -> tuple[int, ...]:
    """What a row is charged for, by those rules, in the order of `CHARGES`."""
    accesses = priced.accesses(rules)
    memories = priced.cost.schedule.mapping.accelerator.memories
    blocks = {memory.name: memory.block_size for memory in memories}

    def words(memory: str) -> int:
        size, used = blocks[memory], priced.used[memory]
        own = [count for (name, _), counts in accesses.items() if name == memory for count in counts]
        return sum(used * size * -(-count // (used * size)) for count in own)

    writes = accesses["Registers", "Weights"][1]
    return priced.cost.counts.points, writes, *(words(name) for name in ("Scratchpad", "Accumulator", "DRAM"))


def fit(charges: Sequence[tuple[int, ...]], energies_uj: Sequence[float]) -> Fit:
    """The prices by which the relative errors of the energies have the least squares."""
    picojoules = np.array(energies_uj) * 1e6
    relative = np.array(charges, float) / picojoules[:, None]
    prices, *_ = np.linalg.lstsq(relative, np.ones(len(picojoules)), rcond=None)
    return Fit(tuple(float(price) for price in prices), np.abs(relative @ prices - 1))

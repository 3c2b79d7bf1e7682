"""Expected energy: the dense terms with the accesses that zeros leave (S14)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from ...analysis.counts import values_of
from ...ir import ARITHMETIC
from ..cost import Cost
from ..energy import EnergyTerm, charges
from .words import Words


@dataclass(frozen=True, slots=True)
class SparseEnergyTerm:
    """A term of the energy with expected accesses: values, and metadata as parts of a word of the tensor's bits."""

    name: str
    component: str
    tensor: str
    accesses: float
    picojoules_each: float
    picojoules: float


def sparse_energy(cost: Cost, words: Words, macs: float) -> tuple[SparseEnergyTerm, ...]:
    """The terms of the dense energy with what is expected to happen; `macs` are those that are executed.

    Terms that no access to a tensor causes, such as leakage, stay as they are.
    """
    dense = values_of(cost.counts)
    shares = {(ARITHMETIC, ""): macs / cost.counts.points}
    for charge in charges(cost.schedule):
        use = charge.use
        if use.tensor and (plain := use.amount.total(dense.__getitem__)):
            shares[charge.name, use.tensor] = float(use.amount.total(partial(words.moved, use))) / float(plain)
    return tuple(_term(term, shares.get((term.name, term.tensor), 1.0)) for term in cost.energy)


def _term(term: EnergyTerm, share: float) -> SparseEnergyTerm:
    """A dense term with its share of words: blocks and links shrink with what they carry."""
    accesses, each = term.accesses * share, term.picojoules_each
    return SparseEnergyTerm(term.name, term.component, term.tensor, accesses, each, accesses * each)

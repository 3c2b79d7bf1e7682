"""Expected energy: the dense terms with the accesses that zeros leave (S14)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ...ir import ARITHMETIC, Schedule
from ..energy import EnergyTerm
from .traffic import SparseInterface, SparseTraffic


@dataclass(frozen=True, slots=True)
class SparseEnergyTerm:
    """A term of the energy with expected accesses: values, and metadata as parts of a word of the tensor's bits."""

    name: str
    component: str
    tensor: str
    accesses: float
    picojoules_each: float
    picojoules: float


def sparse_energy(
    schedule: Schedule, dense: tuple[EnergyTerm, ...], interfaces: tuple[SparseInterface, ...], macs: float
) -> tuple[SparseEnergyTerm, ...]:
    """The terms of the dense energy with what is expected to happen; `macs` are those that are executed.

    Terms that no access to a tensor causes, such as leakage, stay as they are.
    """
    words = {(ARITHMETIC, ""): macs}
    plain = {(ARITHMETIC, ""): schedule.mapping.workload.macs}
    for interface in interfaces:
        for tensor, traffic in interface.tensors:
            for name, count, dense_count in _uses(schedule, interface, tensor, traffic):
                words[name, tensor] = words.get((name, tensor), 0.0) + count
                plain[name, tensor] = plain.get((name, tensor), 0) + dense_count
    return tuple(_term(term, words, plain) for term in dense)


def _term(term: EnergyTerm, words: Mapping[_Key, float], plain: Mapping[_Key, int]) -> SparseEnergyTerm:
    """A dense term with its share of words: blocks and links shrink with what they carry."""
    key = term.name, term.tensor
    accesses = term.accesses * words[key] / plain[key] if plain.get(key) else float(term.accesses)
    each = term.picojoules_each
    return SparseEnergyTerm(term.name, term.component, term.tensor, accesses, each, accesses * each)


_Key = tuple[str, str]


def _uses(
    schedule: Schedule, interface: SparseInterface, tensor: str, traffic: SparseTraffic
) -> Iterator[tuple[str, float, int]]:
    """What a tensor's traffic accesses, in words and without zeros, by the dense terms' names (A22, A23)."""
    parent, child = interface.parent, interface.child
    bits = schedule.mapping.accelerator.bits(tensor)
    count = {name: moved.words(bits) for name, moved in traffic.counts}
    plain = dict(traffic.dense)
    output = "updates" in count
    taken = "readbacks" if output else "reads"
    yield f"{parent} read", count[taken], plain[taken]
    yield f"{parent} write", count.get("updates", 0.0), plain.get("updates", 0)
    if child != ARITHMETIC:
        back = _child_readbacks(traffic, bits) if output else count["fills"]
        yield f"{child} write", back, plain["readbacks" if output else "fills"]
        yield f"{child} read", count["fills"] if output else 0.0, plain["fills"] if output else 0
        yield f"{child} forward", count.get("forwards", 0.0), plain.get("forwards", 0)
    up = "updates" if child == ARITHMETIC else "fills"
    carried = plain["readbacks"] + plain[up] if output else plain["fills"]
    yield f"{parent} to {child} transfer", _carried(traffic, child, bits), carried


def _child_readbacks(traffic: SparseTraffic, bits: int) -> float:
    """Partial sums that come back, as the child stores them."""
    return _as(traffic, "readbacks", bits, child=True)


def _carried(traffic: SparseTraffic, child: str, bits: int) -> float:
    """What crosses the network, as the parent stores it."""
    if "updates" in dict(traffic.counts):
        up = "updates" if child == ARITHMETIC else "fills"
        return _as(traffic, "readbacks", bits) + _as(traffic, up, bits)
    return _as(traffic, "fills", bits)


def _as(traffic: SparseTraffic, count: str, bits: int, *, child: bool = False) -> float:
    """A count's words if its elements were stored as on the parent's or on the child's side."""
    side = traffic.child_side if child else traffic.parent_side
    return traffic.elements(count) * (side.values + side.metadata_bits / bits)

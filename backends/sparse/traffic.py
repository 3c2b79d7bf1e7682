"""Expected traffic at every interface: values and metadata (S8 to S12)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from math import prod

from ...analysis.nest import Nest
from ...analysis.sharing import sharing_levels
from ...ir import ARITHMETIC, InputTraffic, Interface, Measured, OutputTraffic, Schedule, Site, Tensor, Term, Traffic
from .formats import UNCOMPRESSED, Stored, stored
from .machine import Sparsity
from .needed import ALL, Following, Share, even
from .steps import chunk_steps
from .tiles import window_multiplicity


@dataclass(frozen=True, slots=True)
class Moved:
    """Expected values, and metadata bits that go with them."""

    values: float
    metadata_bits: float

    def words(self, bits: int) -> float:
        """Both together in words of so many bits."""
        return self.values + self.metadata_bits / bits


@dataclass(frozen=True, slots=True)
class SparseTraffic:
    """A tensor's expected traffic at an interface, by the counts of the dense one (`reads`, `fills`, …).

    `dense` are the elements that would cross without zeros, `crossing` those that are needed, zero or not, and `counts`
    what is moved for them.
    `needed` is the share of what crosses that its leaders let pass, `timed` the share that takes time: what is gated
    does, what is skipped does not. Both are (parent's side, each child's side). `parent_side` and `child_side` say
    what is stored per element. `exact` tells expectations from estimates (S12).
    """

    dense: tuple[tuple[str, int], ...]
    counts: tuple[tuple[str, Moved], ...]
    crossing: tuple[tuple[str, float], ...]
    needed: tuple[Share, Share]
    timed: tuple[Share, Share]
    parent_side: Stored
    child_side: Stored
    exact: bool

    def stored(self, count: str) -> Stored:
        """What is stored per element on the side of a count."""
        return self.child_side if count in CHILD_SIDE else self.parent_side

    def elements(self, count: str) -> float:
        """Elements of a count that are needed, zero or not."""
        return dict(self.crossing)[count]

    def moved(self, count: str) -> Moved:
        """The expectation of one count; KeyError if the tensor has no such count."""
        return dict(self.counts)[count]


@dataclass(frozen=True, slots=True)
class SparseInterface:
    """The expected traffic between two memories, or a memory and `MAC`."""

    parent: str
    child: str
    tensors: tuple[tuple[str, SparseTraffic], ...]


CHILD_SIDE = ("fills", "forwards")
"""Counts on the child's side of an interface; all others are on the parent's."""


def sparse_interfaces(nest: Nest, sparsity: Sparsity, interfaces: tuple[Interface, ...]) -> tuple[SparseInterface, ...]:
    """The expected traffic of all interfaces, from the dense counts."""
    return tuple(
        SparseInterface(
            item.parent,
            item.child,
            tuple((name, _traffic(nest, sparsity, item, name, traffic)) for name, traffic in item.tensors),
        )
        for item in interfaces
    )


def _traffic(nest: Nest, sparsity: Sparsity, interface: Interface, name: str, dense: Traffic) -> SparseTraffic:
    schedule, tensor = nest.schedule, nest.workload.tensor(name)
    parent = _site(schedule, interface.parent)
    child = None if interface.child == ARITHMETIC else _site(schedule, interface.child)
    above = stored_at(nest, sparsity, parent, tensor)
    below = above if child is None else stored_at(nest, sparsity, child, tensor)
    needed = _shares(schedule, sparsity, tensor, parent, child, ("gate", "skip"))
    timed = _shares(schedule, sparsity, tensor, parent, child, ("skip",))
    counts = ("fills", "reads", "forwards") if isinstance(dense, InputTraffic) else ("fills", "updates", "readbacks")
    crossing, moved = [], []
    for count in counts:
        side, stores = (1, below) if count in CHILD_SIDE else (0, above)
        elements = getattr(dense, count) * needed[side].value
        if isinstance(dense, OutputTraffic) and count == "readbacks":
            elements = _readbacks(schedule, sparsity, tensor, parent, dense, needed[0].value)
        crossing.append((count, elements))
        moved.append((count, Moved(elements * stores.values, elements * stores.metadata_bits)))
    exact = all(share.exact for share in (*needed, *timed)) and _evenly(schedule, sparsity, tensor, parent, child)
    plain = tuple((count, int(getattr(dense, count))) for count in counts)
    return SparseTraffic(plain, tuple(moved), tuple(crossing), needed, timed, above, below, exact)


def _evenly(schedule: Schedule, sparsity: Sparsity, tensor: Tensor, parent: Site, child: Site | None) -> bool:
    """Whether what crosses has the density of the whole tensor: measured elements may cross unequally often."""
    if not isinstance(sparsity.density(tensor.name), Measured):
        return True
    if not any(site and sparsity.format(site, tensor.name) for site in (parent, child)):
        return True
    leaders = sparsity.leaders(parent.memory.name, tensor.name, ("gate", "skip"))
    windowed = any(len(subscript.terms) == 2 for subscript in tensor.subscripts)
    boundary = child.boundary if child else len(schedule.levels)
    return not (
        windowed or any(isinstance(density, Measured) for _, density in leaders) or not even(schedule, tensor, boundary)
    )


def _readbacks(
    schedule: Schedule, sparsity: Sparsity, tensor: Tensor, parent: Site, dense: OutputTraffic, needed: float
) -> float:
    """Needed entries, but for the first of each element that a parent ever needs (A13)."""
    leaders = sparsity.leaders(parent.memory.name, tensor.name, ("gate", "skip"))
    if not leaders:
        return dense.readbacks
    first = (dense.updates - dense.readbacks) * Following(schedule, tensor, leaders).ever(parent.boundary).value
    return max(0.0, dense.updates * needed - first)


def _shares(
    schedule: Schedule, sparsity: Sparsity, tensor: Tensor, parent: Site, child: Site | None, kinds: tuple[str, ...]
) -> tuple[Share, Share]:
    """What is needed of a tensor on the parent's side, where units share it, and in each child."""
    leaders = sparsity.leaders(parent.memory.name, tensor.name, kinds)
    if not leaders:
        return ALL, ALL
    following = Following(schedule, tensor, leaders)
    if child is None:
        shared = sharing_levels(schedule, tensor, parent.boundary, len(schedule.levels))
        return following.operands(shared), Share(sparsity.share(leaders))
    shared = sharing_levels(schedule, tensor, parent.boundary, child.boundary)
    return following.between(child.boundary, shared), following.between(child.boundary, frozenset())


def stored_at(nest: Nest, sparsity: Sparsity, site: Site, tensor: Tensor) -> Stored:
    """What a memory stores per element of a tensor: tile by tile, as the memory below takes them (S7)."""
    form = sparsity.format(site, tensor.name)
    if form is None:
        return UNCOMPRESSED
    chain = nest.schedule.holders(tensor.name)
    place = chain.index(site)
    boundary = chain[min(place + 1, len(chain) - 1)].boundary
    return stored(form, sparsity.stored_density(tensor.name, form), tensor, tile_sides(nest, tensor, boundary))


def tile_sides(nest: Nest, tensor: Tensor, boundary: int) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """The chunks of a tensor at a boundary: how many have which sides."""
    lengths: dict[str, Counter[int]] = {}
    for name in nest.chains:
        if name in tensor.dimensions:
            lengths[name] = Counter()
            for count, held in chunk_steps(nest.chains[name].above(boundary), 1):
                for _, length in held:
                    lengths[name][length] += count * bool(length)
    axes = [_axis(subscript.terms, lengths) for subscript in tensor.subscripts]
    found: Counter[tuple[int, ...]] = Counter()
    for cell in product(*(axis.items() for axis in axes)):
        found[tuple(side for side, _ in cell)] += prod(times for _, times in cell)
    return tuple((times, sides) for sides, times in found.items() if times)


def _axis(terms: tuple[Term, ...], lengths: Mapping[str, Counter[int]]) -> Counter[int]:
    if len(terms) == 1:
        return lengths[terms[0].dimension]
    y, r = terms
    found: Counter[int] = Counter()
    for (outputs, times), (taps, count) in product(lengths[y.dimension].items(), lengths[r.dimension].items()):
        if outputs and taps:
            side = sum(window_multiplicity(outputs, y.coefficient, taps, r.coefficient).values())
            found[side] += times * count
    return found


def _site(schedule: Schedule, name: str) -> Site:
    return next(site for site in schedule.sites if site.memory.name == name)

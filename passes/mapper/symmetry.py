"""Structures that are the same after an exchange of dimensions: only one of them has to be searched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations

from ...ir import Accelerator, Tensor, Workload
from .space import LevelSpace, MapSpace, Structure

Renaming = dict[str, str]


def renamings(space: MapSpace) -> list[Renaming]:
    """Exchanges of dimensions that turn the workload, the machine and the space into themselves, but for names."""
    if space.symbols or space.bound or space.chunks or space.tiles is not None or space.accelerator.vector_width > 1:
        return []
    return [names for names in _exchanges(space.workload) if _keeps(space, names)]


def is_first(structure: Structure, exchanges: list[Renaming]) -> bool:
    """Whether no exchange gives a structure that comes before this one."""
    spatial = [name or "" for name in structure.spatial]
    return all([names.get(name, "") for name in spatial] >= spatial for names in exchanges)


def _exchanges(workload: Workload) -> Iterator[Renaming]:
    """Every permutation of dimensions of equal extents but the identity."""
    names = [name for name, extent in workload.dimensions if extent > 1]
    if len(names) > 7:
        return
    for order in permutations(names):
        if list(order) != names and all(
            workload.extents[a] == workload.extents[b] for a, b in zip(names, order, strict=True)
        ):
            yield dict(zip(names, order, strict=True))


def _keeps(space: MapSpace, names: Renaming) -> bool:
    tensors = _tensors(space.workload, names)
    if tensors is None or not all(_alike(space.accelerator, a, b) for a, b in tensors.items()):
        return False
    if any(_levels(level, names) != _levels(level, {}) for level in space.levels):
        return False
    return all(
        {frozenset(tensors[name] for name in held) for held in sets} == {frozenset(held) for held in sets}
        for _, sets in space.holds
    )


def _tensors(workload: Workload, names: Renaming) -> Renaming | None:
    """Which tensor each one turns into; None if one turns into none."""
    axes = {tensor.name: _axes(tensor, {}) for tensor in workload.tensors}
    found: Renaming = {}
    for tensor in workload.tensors:
        image = _axes(tensor, names)
        same = [name for name, other in axes.items() if other == image and name not in found.values()]
        output = workload.output.name
        same = [name for name in same if (name == output) == (tensor.name == output)]
        if not same:
            return None
        found[tensor.name] = same[0]
    return found


def _axes(tensor: Tensor, names: Renaming) -> frozenset[frozenset[tuple[str, int]]]:
    return frozenset(
        frozenset((names.get(term.dimension, term.dimension), term.coefficient) for term in subscript.terms)
        for subscript in tensor.subscripts
    )


def _alike(machine: Accelerator, one: str, other: str) -> bool:
    """Whether the machine treats two tensors in the same way."""
    if one == other:
        return True
    tables: list[tuple[tuple[str, int | None], ...]] = [machine.word_bits]
    for memory in machine.memories:
        if memory.holds is not None and (one in memory.holds) != (other in memory.holds):
            return False
        tables += [memory.capacities, *(network.channels for network in memory.networks)]
        tables += [network.store_and_forward for network in memory.networks]
    return all(dict(table).get(one) == dict(table).get(other) for table in tables) and not any(
        memory.formats for memory in machine.memories
    )


def _levels(level: LevelSpace, names: Renaming) -> LevelSpace:
    """A level with other names, in an order that does not depend on them."""

    def new(name: str | None) -> str:
        return names.get(name, name) if name else ""

    return replace(
        level,
        temporal=tuple(sorted(new(name) for name in level.temporal)),
        spatial=tuple(sorted(new(name) for name in level.spatial)),
        outside=tuple(sorted((new(a), new(b)) for a, b in level.outside)),
        sizes=tuple(sorted((new(name), sizes) for name, sizes in level.sizes)),
        orders=tuple(sorted(tuple(new(name) for name in order) for order in level.orders)),
    )

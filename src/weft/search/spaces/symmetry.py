"""Structures that are the same after an exchange of dimensions: only one of them has to be searched.

An exchange that turns the workload, the machine and the space into themselves turns each program into another one of
the space that does the same on tensors of other names, and costs the same. It turns the programs of a structure into
those of exactly one structure. So the first of the structures that exchanges make of each other has the best of all.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

from ...ir import Tensor, Workload
from .point import Structure
from .renaming import renamed
from .sides import signature
from .space import MapSpace

Renaming = dict[str, str]


def renamings(space: MapSpace) -> list[Renaming]:
    """Exchanges of dimensions that turn the workload, the machine and the space into themselves, but for names."""
    tied = space.symbols or space.bound or space.chunks or space.tiles is not None
    # Vectors lie along one dimension; masks of zeros have axes in an order.
    if tied or space.accelerator.vector_width > 1 or space.workload.densities:
        return []
    return [names for names in _exchanges(space.workload) if _keeps(space, names)]


def is_first(space: MapSpace, structure: Structure, exchanges: list[Renaming]) -> bool:
    """Whether no exchange gives a structure that comes before this one."""
    own = signature(space.levels, structure)
    return all(signature(space.levels, structure, names) >= own for names in exchanges)


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
    """Whether the space is the same with other names of dimensions, and of the tensors and indices that follow."""
    tensors = _tensors(space.workload, names)
    if tensors is None:
        return False
    image = renamed(space, {**names, **tensors, **_indices(space.workload, names)})
    return bool(image == renamed(space, {}))


def _tensors(workload: Workload, names: Renaming) -> Renaming | None:
    """Which tensor each one turns into; None if one turns into none."""
    found: Renaming = {}
    for tensor in workload.tensors:
        image = _nameless(tensor, names)
        same = [other.name for other in workload.tensors if _nameless(other, {}) == image]
        free = [name for name in same if name not in found.values()]
        if not free:
            return None
        # Of tensors that are accessed alike, each stays itself if it can.
        found[tensor.name] = tensor.name if tensor.name in free else free[0]
    return found


def _nameless(tensor: Tensor, names: Renaming) -> object:
    return renamed(tensor, {**names, tensor.name: ""})


def _indices(workload: Workload, names: Renaming) -> Renaming:
    """Which index each one turns into: the one over the dimensions that its own turn into."""
    known = {(index.output, index.window): index.name for index in workload.indices}
    pairs = {index.name: (names.get(index.output), names.get(index.window)) for index in workload.indices}
    return {
        name: known[output, window]
        for name, (output, window) in pairs.items()
        if output is not None and window is not None and (output, window) in known
    }

"""How large a memory can be of use: what the largest programs need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from math import prod

from ..ir import Accelerator, MachineSpace, Tensor, Workload, axis_elements, with_values

SIZES = frozenset({"default_word_bits", "word_bits", "banks", "capacities"})
"""Fields that say how large a memory must be, beside what it has to hold."""


def kinds(space: MachineSpace) -> Iterator[Accelerator]:
    """The machines of a space that differ in what sizes of memories depend on; one for each of these choices."""
    chosen = [item for item in space.variables if any(SIZES & {*map(str, place)} for place in item.places)]
    for values in product(*(item.values for item in chosen)):
        yield with_values(space.base, zip(chosen, values, strict=True))


def most_useful(space: MachineSpace, name: str, workloads: Sequence[Workload]) -> int:
    """Bytes of a memory that no program of the workloads needs more than on any machine of a space."""
    return max(useful_bytes(machine, name, workloads) for machine in kinds(space))


def useful_bytes(machine: Accelerator, name: str, workloads: Iterable[Workload]) -> int:
    """Bytes of a memory that no program of the workloads needs more than: all tensors whole, twice."""
    memory = next(item for item in machine.memories if item.name == name)
    most = max((_bytes(machine, workload) for workload in workloads), default=0)
    return max(2 * most + sum(size for _, size in memory.capacities), memory.least_bytes)


def _bytes(machine: Accelerator, workload: Workload) -> int:
    return sum(-(-_elements(tensor, workload) * machine.bits(tensor.name) // 8) for tensor in workload.tensors)


def _elements(tensor: Tensor, workload: Workload) -> int:
    extents = workload.extents
    return prod(
        axis_elements(tuple((extents[term.dimension], term.coefficient) for term in subscript.terms))
        for subscript in tensor.subscripts
    )

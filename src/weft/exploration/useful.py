"""How large a memory can be of use: what the largest programs need."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

from ..ir import Accelerator, Tensor, Workload, axis_elements


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

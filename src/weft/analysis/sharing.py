"""Who shares what between two boundaries of a schedule: multicast, reduction, forwarding, memories at the PEs."""

from __future__ import annotations

from fractions import Fraction

from ..ir import Schedule, Tensor


def held_at_pe(schedule: Schedule, tensor: Tensor) -> bool:
    """Whether a memory at the processing elements holds the tensor."""
    return schedule.holders(tensor.name)[-1].boundary == len(schedule.levels)


def sharing_levels(schedule: Schedule, tensor: Tensor, parent: int, child: int) -> frozenset[int]:
    """Levels between two boundaries whose networks multicast an input, or reduce the output."""
    is_output = tensor == schedule.mapping.workload.output
    return frozenset(
        level
        for level in range(parent, child)
        if (schedule.levels[level].network.reduction if is_output else schedule.levels[level].network.multicast)
    )


def forward_level(schedule: Schedule, parent: int, child: int) -> int:
    """The innermost level between two boundaries whose network forwards, or -1."""
    return max((level for level in range(parent, child) if schedule.levels[level].network.forwarding), default=-1)


def links(schedule: Schedule, tensor: str, parent: int, child: int) -> Fraction:
    """Links from the parent to a unit of the child, on average.

    One, and what the average way in each level's network has more; a tensor that walks from unit to unit enters at the
    first one.
    """
    extra = Fraction(1)
    for level in schedule.levels[parent:child]:
        if tensor not in dict(level.network.store_and_forward):
            extra += Fraction(level.network.average(level.units)) - 1
    return extra

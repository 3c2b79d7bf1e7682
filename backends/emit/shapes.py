"""Extents of flat arrays whose declaration leaves them open: what the nest reaches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import islpy as isl

from ...ir import Access, Affine, Array, Choice, Compute, LoopNest, NestLoop, Statement, Value
from .isl_text import isl_text, loop_bounds

UNKNOWN = "declare it with a number for the extent of each of its axes"
"""What to do about an array whose shape is not known, whatever the language that declares it."""


@dataclass(frozen=True, slots=True)
class _Use:
    """An element that a statement touches in the iterations of its loops in which none of `conditions` is negative."""

    access: Access
    loops: tuple[NestLoop, ...]
    conditions: tuple[Affine, ...] = ()


def with_reached_extents(nest: LoopNest) -> LoopNest:
    """The nest with an extent for every array of one axis whose shape is open: one more than its largest subscript.

    The extent of a single axis says nothing of where elements stand. Arrays of more axes, local ones and those that
    are read in front of their first element stay as they are.
    """
    is_open = {array.name for array in nest.arrays if array.shape is None and not array.local}
    reached: dict[str, list[tuple[int, int] | None]] = {}
    for use in _uses(nest):
        if use.access.array in is_open and len(use.access.subscripts) == 1:
            reached.setdefault(use.access.array, []).append(_reach(use))
    return replace(nest, arrays=tuple(_extended(array, reached.get(array.name, [])) for array in nest.arrays))


def _extended(array: Array, reached: list[tuple[int, int] | None]) -> Array:
    ends = [item for item in reached if item is not None]
    if not ends or min(low for low, _ in ends) < 0:
        return array
    return replace(array, shape=(1 + max(high for _, high in ends),))


def _reach(use: _Use) -> tuple[int, int] | None:
    """The least and the greatest subscript; None where there is no iteration."""
    names = {loop.iterator: f"i{number}" for number, loop in enumerate(use.loops)}
    bounds = [text for loop in use.loops for text in loop_bounds(loop, names, names[loop.iterator])]
    bounds += [f"{isl_text(condition, names)} >= 0" for condition in use.conditions]
    found = " and ".join(["true", *bounds])
    inside = isl.Map(f"{{ [{', '.join(names.values())}] -> [{isl_text(use.access.subscripts[0], names)}] : {found} }}")
    elements = inside.range()
    if elements.is_empty():
        return None
    return elements.dim_min_val(0).to_python(), elements.dim_max_val(0).to_python()


def _uses(nest: LoopNest) -> Iterator[_Use]:
    for loops, statement in nest.statements():
        if isinstance(statement, Statement):
            yield _Use(statement.target, loops)
            yield from _read(statement.value, loops, ())


def _read(value: Value, loops: tuple[NestLoop, ...], conditions: tuple[Affine, ...]) -> Iterator[_Use]:
    if isinstance(value, Access):
        yield _Use(value, loops, conditions)
    elif isinstance(value, Compute):
        for operand in value.operands:
            yield from _read(operand, loops, conditions)
    elif isinstance(value, Choice):
        yield from _read(value.value, loops, (*conditions, *value.conditions))
        yield from _read(value.otherwise, loops, conditions)

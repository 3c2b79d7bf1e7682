"""The values that iterators and expressions can take, as intervals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from ...ir import Affine, LoopNest, NestLoop, Node, Statement

Ranges: TypeAlias = Mapping[str, tuple[int, int]]
"""The least and the greatest value of every iterator around."""


def inside(loop: NestLoop, ranges: Ranges) -> Ranges:
    """The ranges in a loop's body; those of a loop that never runs are of no account."""
    lower = [item.bounds(ranges) for item in loop.lower]
    upper = [item.bounds(ranges) for item in loop.upper]
    if loop.step > 0:
        low, high = max(item[0] for item in lower), min(item[1] for item in upper) - 1
    else:
        low, high = max(item[0] for item in upper) + 1, min(item[1] for item in lower)
    return {**ranges, loop.iterator: (min(low, high), max(low, high))}


def shift(numerator: Affine, divisor: int, ranges: Ranges) -> int:
    """How often the divisor has to be added to a numerator so that it is never negative."""
    return max(0, -(numerator.bounds(ranges)[0] // divisor))


def magnitude(nest: LoopNest) -> int:
    """No number that comes up in the nest's bounds and subscripts is larger, whatever its sign."""
    return max((_size(*item) for node in nest.body for item in _expressions(node, {})), default=0)


def _size(expression: Affine, ranges: Ranges, beyond: int) -> int:
    size = abs(expression.constant) + beyond
    for atom, factor in expression.terms:
        if isinstance(atom, str):
            largest = max(abs(end) for end in ranges[atom])
        else:
            largest = _size(atom.numerator, ranges, atom.divisor * (1 + shift(atom.numerator, atom.divisor, ranges)))
        size += abs(factor) * largest
    return size


def _expressions(node: Node, ranges: Ranges) -> Iterator[tuple[Affine, Ranges, int]]:
    """Every expression with its ranges, and how far the computation goes beyond it."""
    if isinstance(node, NestLoop):
        for bound in (*node.lower, *node.upper):
            yield bound, ranges, abs(node.step)
        for inner in node.body:
            yield from _expressions(inner, inside(node, ranges))
    elif isinstance(node, Statement):
        for access in (node.target, *node.reads):
            for subscript in access.subscripts:
                yield subscript, ranges, 0

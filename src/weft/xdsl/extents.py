"""Affine expressions over loops as numbers where they are known, else as values in a block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from xdsl.dialects import affine, arith
from xdsl.dialects.builtin import AffineMapAttr, IndexType, IntegerAttr
from xdsl.ir import Block, Operation, SSAValue
from xdsl.ir.affine import AffineExpr, AffineMap

from ..backends.emit.mlir import affine_expression
from ..ir import Affine
from .forall import Extent


@dataclass
class Extents:
    """Writes into `block`, which changes with the loop; `iterators` are the loops around by name."""

    block: Block
    iterators: dict[str, SSAValue] = field(default_factory=dict)
    constants: dict[int, arith.ConstantOp] = field(default_factory=dict)
    """Those that were needed; they belong before everything else."""

    def add(self, op: Operation) -> None:
        """Put an operation at the end of the block."""
        self.block.add_op(op)

    def least(self, expressions: Sequence[Affine]) -> Extent:
        """The least of some expressions."""
        expressions = _without_larger(expressions)
        if len(expressions) == 1 and expressions[0].is_constant:
            return expressions[0].constant
        if len(expressions) == 1 and str(expressions[0]) in self.iterators:
            return self.iterators[str(expressions[0])]
        names = list(dict.fromkeys(name for item in expressions for name in sorted(item.names)))
        dims = {name: AffineExpr.dimension(number) for number, name in enumerate(names)}
        found = AffineMap(len(names), 0, tuple(affine_expression(item, dims) for item in expressions))
        return self._apply(found, [self.iterators[name] for name in names])

    def total(self, known: int, parts: Sequence[tuple[int, Extent]]) -> Extent:
        """A number and the sum of factors times extents."""
        known += sum(factor * extent for factor, extent in parts if isinstance(extent, int))
        moving = [(factor, extent) for factor, extent in parts if not isinstance(extent, int)]
        if not moving:
            return known
        if known == 0 and [factor for factor, _ in moving] == [1]:
            return moving[0][1]
        total = AffineExpr.constant(known)
        for place, (factor, _) in enumerate(moving):
            total = AffineExpr.dimension(place) * factor + total
        return self._apply(AffineMap(len(moving), 0, (total,)), [value for _, value in moving])

    def value(self, extent: Extent) -> SSAValue:
        """An extent as a value."""
        if not isinstance(extent, int):
            return extent
        return self.constants.setdefault(extent, arith.ConstantOp(IntegerAttr(extent, IndexType()))).result

    def _apply(self, found: AffineMap, operands: Sequence[SSAValue]) -> SSAValue:
        map_ = AffineMapAttr(found)
        if len(found.results) == 1:
            made: affine.ApplyOp | affine.MinOp = affine.ApplyOp(operands, map_)
        else:
            made = affine.MinOp.create(operands=operands, properties={"map": map_}, result_types=[IndexType()])
        self.add(made)
        return made.result


@dataclass(frozen=True, slots=True)
class Range:
    """The neighbours from `first` to before the least of `ends` that an iterator runs through."""

    first: Affine
    ends: tuple[Affine, ...]

    @property
    def longest(self) -> int | None:
        """The greatest length that is known."""
        lengths = [(end - self.first).constant for end in self.ends if (end - self.first).is_constant]
        return min(lengths, default=None)

    @property
    def lengths(self) -> tuple[Affine, ...]:
        """What its length is the least of."""
        return tuple(end - self.first for end in self.ends)


@dataclass(frozen=True, slots=True)
class Box:
    """A slice of a tensor: where it begins along every axis, and how long it is there: a number and factors times
    lengths of ranges.
    """

    offsets: tuple[Affine, ...]
    sizes: tuple[tuple[int, tuple[tuple[int, Range], ...]], ...]

    def moves_past_itself(self, iterator: str, step: int) -> bool:
        """Whether the boxes of different iterations of a loop have nothing in common."""
        return any(
            reach is not None and offset.coefficient(iterator) * step >= reach
            for offset, reach in zip(self.offsets, map(_longest, self.sizes), strict=True)
        )


def box(subscripts: Sequence[Affine], ranges: Mapping[str, Range]) -> Box | str:
    """What linear subscripts reach while some iterators run through ranges; the subscript that is no slice if one is.

    What is not moved by the operation's own loops is a part of the slice: `i + 3` begins at the first `i`.
    """
    first = {name: item.first for name, item in ranges.items()}
    offsets, sizes = [], []
    for subscript in subscripts:
        moving = [(factor, ranges[str(atom)]) for atom, factor in subscript.terms if str(atom) in ranges]
        linear = subscript.is_linear and subscript.constant >= 0
        if not linear or any(factor < 0 for _, factor in subscript.terms):
            return str(subscript)
        offsets.append((subscript - subscript.constant).substitute(first))
        sizes.append((1 + subscript.constant - sum(factor for factor, _ in moving), tuple(moving)))
    return Box(tuple(offsets), tuple(sizes))


def _longest(size: tuple[int, tuple[tuple[int, Range], ...]]) -> int | None:
    known, parts = size
    for factor, item in parts:
        if item.longest is None:
            return None
        known += factor * item.longest
    return known


def _without_larger(expressions: Sequence[Affine]) -> list[Affine]:
    """The expressions without those that another one is never above."""
    kept: list[Affine] = []
    for item in expressions:
        if any((item - other).is_constant and (item - other).constant >= 0 for other in kept):
            continue
        kept = [other for other in kept if not (other - item).is_constant or (other - item).constant < 0]
        kept.append(item)
    return kept

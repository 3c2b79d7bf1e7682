"""Loops around a `linalg` operation on tensors: each iteration works on slices and puts its result back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from xdsl.dialects import affine, arith, scf, tensor
from xdsl.dialects.builtin import (
    DYNAMIC_INDEX,
    AffineMapAttr,
    IndexType,
    IntegerAttr,
    TensorType,
    UnitAttr,
)
from xdsl.ir import Block, Operation, Region, SSAValue
from xdsl.ir.affine import AffineExpr, AffineMap

from ..backends.emit.mlir import affine_expression
from ..frontends.mlir.operations import name_of
from ..ir import Access, Affine, Diagnostic, LoopKind, LoopNest, NestLoop, Statement, WeftError, accesses
from .links import OURS
from .reading import Source

Extent = int | SSAValue
"""A length that is known, or a value."""


def tiled(source: Source, nest: LoopNest) -> tuple[list[Operation], SSAValue]:
    """The operations that compute the result of an operation on tensors by the loops of a nest, and their result.

    `nest` is the operation's own nest under its program. What a unit does in a step is the operation itself, on slices
    of its operands; loops over units are marked `weft.parallel`. Raises WeftError (W411) for what slices do not say.
    """
    for value in source.op.operands:
        if isinstance(value.type, TensorType) and not value.type.has_static_shape():
            raise _refused(f"works on {value.type}, and loops over slices need all extents in the type")
    loops, statement = _chain(nest)
    outer = [loop for loop in loops if loop.kind is not LoopKind.CHUNK]
    chunks = {loop.iterator: loop for loop in loops if loop.kind is LoopKind.CHUNK}
    if any(name_of(op) == "linalg.index" for op in source.op.walk()):
        raise _refused("uses 'linalg.index', which counts from the beginning of a slice")
    block = Block()
    writer = _Writer(source, statement, chunks, block)
    result = writer.loops(outer, source.values[statement.target.array])
    return [block.detach_op(op) for op in block.ops], result


def _chain(nest: LoopNest) -> tuple[list[NestLoop], Statement]:
    """The loops of a nest of one statement, outermost first."""
    loops: list[NestLoop] = []
    nodes = nest.body
    while len(nodes) == 1 and isinstance(nodes[0], NestLoop):
        loops.append(nodes[0])
        nodes = nodes[0].body
    if len(nodes) != 1 or not isinstance(nodes[0], Statement):
        raise _refused("is several statements, of which each would need loops of its own on tensors")
    return loops, nodes[0]


@dataclass
class _Writer:
    """Writes into `block`, which changes with the loop; `iterators` are the loops around by name."""

    source: Source
    statement: Statement
    chunks: dict[str, NestLoop]
    block: Block
    iterators: dict[str, SSAValue] = field(default_factory=dict)

    def loops(self, loops: Sequence[NestLoop], carried: SSAValue) -> SSAValue:
        """The loops, each carrying the tensor that is computed; its last value."""
        if not loops:
            return self._slice(carried)
        loop, around = loops[0], self.block
        if loop.step < 0:
            raise _refused(f"counts down in '{loop.iterator}'")
        lower, upper, step = self._highest(loop.lower), self._lowest(loop.upper), self._constant(loop.step)
        self.block = Block(arg_types=[IndexType(), carried.type])
        self.block.args[0].name_hint = loop.iterator
        self.iterators[loop.iterator] = self.block.args[0]
        self._add(scf.YieldOp(self.loops(loops[1:], self.block.args[1])))
        made = scf.ForOp(lower, upper, step, [carried], Region(self.block))
        if loop.kind is LoopKind.PARALLEL:
            made.attributes["weft.parallel"] = UnitAttr()
        self.block = around
        self._add(made)
        return made.results[0]

    def _slice(self, carried: SSAValue) -> SSAValue:
        """The operation on the slices of one step, and the tensor with its result."""
        lengths = {name: self._length(loop) for name, loop in self.chunks.items()}
        target = self.source.values[self.statement.target.array]
        values: dict[SSAValue, SSAValue] = {}
        for value in dict.fromkeys(self.source.op.operands):
            if isinstance(value.type, TensorType):
                values[value] = self._extract(value, carried if value is target else value, lengths)
        old = self.source.op
        operands = [values.get(value, value) for value in old.operands]
        attributes = {name: item for name, item in old.attributes.items() if not name.startswith(OURS)}
        step = type(old).create(
            operands=operands,
            result_types=[values[target].type],
            properties=dict(old.properties),
            attributes=attributes,
            regions=[region.clone() for region in old.regions],
        )
        self._add(step)
        offsets, sizes = self._place(self.statement.target, lengths)
        static, dynamic = _split(sizes)
        starts, moving = _split(offsets)
        put = tensor.InsertSliceOp.get(
            step.results[0], carried, static, starts, [1] * len(static), offsets=moving, sizes=dynamic
        )
        self._add(put)
        return put.result

    def _extract(self, value: SSAValue, of: SSAValue, lengths: dict[str, Extent]) -> SSAValue:
        """The slice of a tensor that a step works on."""
        found = {item for item in (self.statement.target, *accesses(self.statement.value)) if self._is(item, value)}
        if not found:
            raise _refused("has an operand of which only the shape counts, such as the window of a pooling")
        if len(found) > 1:
            raise _refused("reads a tensor at several places, so that no slice of it is what a step needs")
        offsets, sizes = self._place(found.pop(), lengths)
        assert isinstance(of.type, TensorType)
        shape = [size if isinstance(size, int) else DYNAMIC_INDEX for size in sizes]
        made = tensor.ExtractSliceOp(of, offsets, sizes, [1] * len(sizes), TensorType(of.type.element_type, shape))
        self._add(made)
        return made.result

    def _is(self, access: Access, value: SSAValue) -> bool:
        return self.source.values.get(access.array) is value

    def _place(self, access: Access, lengths: dict[str, Extent]) -> tuple[list[Extent], list[Extent]]:
        """Where the slice of an access begins in every axis, and how long it is."""
        first = {name: loop.lower[0] for name, loop in self.chunks.items()}
        offsets = [self._value([item.substitute(first)]) for item in access.subscripts]
        return offsets, [self._reach(item, lengths) for item in access.subscripts]

    def _reach(self, subscript: Affine, lengths: dict[str, Extent]) -> Extent:
        """How far a subscript reaches within a chunk: 1 + Σ coefficient · (length − 1)."""
        if not subscript.is_linear or any(factor < 0 for atom, factor in subscript.terms if atom in self.chunks):
            raise _refused(f"reads '{subscript}', which is no slice")
        known, moving = 1, list[tuple[int, SSAValue]]()
        for atom, factor in subscript.terms:
            length = lengths.get(str(atom), 1)
            if isinstance(length, int):
                known += factor * (length - 1)
            else:
                known -= factor
                moving.append((factor, length))
        if not moving:
            return known
        total = AffineExpr.constant(known)
        for place, (factor, _) in enumerate(moving):
            total = AffineExpr.dimension(place) * factor + total
        return self._apply(AffineMap(len(moving), 0, (total,)), [value for _, value in moving])

    def _length(self, loop: NestLoop) -> Extent:
        """How many iterations a chunk has."""
        if len(loop.lower) != 1 or loop.step != 1:
            raise _refused(f"has chunks in '{loop.iterator}' that are no range of neighbours")
        return self._value([upper - loop.lower[0] for upper in loop.upper])

    def _lowest(self, expressions: Sequence[Affine]) -> SSAValue:
        found = self._value(expressions)
        return self._constant(found) if isinstance(found, int) else found

    def _highest(self, expressions: Sequence[Affine]) -> SSAValue:
        found = [self._lowest([item]) for item in expressions]
        while len(found) > 1:
            larger = arith.MaxSIOp(found.pop(), found.pop())
            self._add(larger)
            found.append(larger.result)
        return found[0]

    def _value(self, expressions: Sequence[Affine]) -> Extent:
        """The least of some expressions over the loops around."""
        if len(expressions) == 1 and expressions[0].is_constant:
            return expressions[0].constant
        if len(expressions) == 1 and str(expressions[0]) in self.iterators:
            return self.iterators[str(expressions[0])]
        names = list(dict.fromkeys(name for item in expressions for name in sorted(item.names)))
        dims = {name: AffineExpr.dimension(number) for number, name in enumerate(names)}
        found = AffineMap(len(names), 0, tuple(affine_expression(item, dims) for item in expressions))
        return self._apply(found, [self.iterators[name] for name in names])

    def _apply(self, found: AffineMap, operands: Sequence[SSAValue]) -> SSAValue:
        map_ = AffineMapAttr(found)
        if len(found.results) == 1:
            made: affine.ApplyOp | affine.MinOp = affine.ApplyOp(operands, map_)
        else:
            made = affine.MinOp.create(operands=operands, properties={"map": map_}, result_types=[IndexType()])
        self._add(made)
        return made.result

    def _constant(self, number: int) -> SSAValue:
        made = arith.ConstantOp(IntegerAttr(number, IndexType()))
        self._add(made)
        return made.result

    def _add(self, op: Operation) -> None:
        self.block.add_op(op)


def _split(extents: Sequence[Extent]) -> tuple[list[int], list[SSAValue]]:
    """What is known of extents, and the values of the others."""
    static = [item if isinstance(item, int) else DYNAMIC_INDEX for item in extents]
    return static, [item for item in extents if not isinstance(item, int)]


def _refused(message: str) -> WeftError:
    return WeftError(Diagnostic("W411", message))

"""Loops around a `linalg` operation on tensors: each iteration works on slices and puts its result back.

Units that write slices apart are the iterations of an `scf.forall`; those that add into the same elements, and all
iterations in time, are an `scf.for`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from xdsl.dialects import arith, scf, tensor
from xdsl.dialects.builtin import DYNAMIC_INDEX, IndexType, TensorType, UnitAttr
from xdsl.ir import Block, Operation, Region, SSAValue

from ..frontends.mlir.operations import attribute, name_of, numbers
from ..ir import Affine, LoopKind, NestLoop, Schedule
from .extents import Box, Extents
from .forall import Extent, ForallOp, InParallelOp, ParallelInsertSliceOp, split
from .links import OURS
from .plan import Plan, plan, refused
from .reading import Source


def tiled(source: Source, schedule: Schedule, forall: bool) -> tuple[list[Operation], SSAValue]:
    """The operations that compute the result of an operation on tensors by the loops of a schedule, and their result.

    What a unit does in a step is the operation itself, on slices of its operands. Loops over units that are no
    `scf.forall`, as none is without `forall`, are marked `weft.parallel`. Raises WeftError (W411) for what slices do
    not say.
    """
    for value in source.op.operands:
        if isinstance(value.type, TensorType) and not value.type.has_static_shape():
            raise refused(f"works on {value.type}, and loops over slices need all extents in the type")
    found = plan(source, schedule)
    extents = Extents(Block())
    whole = _Carried(source.op.operands[-1], tuple(Affine.of(0) for _ in found.output))
    result = _Writer(source.op, found, extents, forall).loops(found.loops, whole)
    block = extents.block
    return [*extents.constants.values(), *(block.detach_op(op) for op in block.ops)], result


@dataclass(frozen=True, slots=True)
class _Carried:
    """The tensor that a loop carries, and where in the output it begins; `exact` if it is what a step computes."""

    value: SSAValue
    origin: tuple[Affine, ...]
    exact: bool = False


@dataclass
class _Writer:
    """Writes the loops."""

    op: Operation
    plan: Plan
    extents: Extents
    forall: bool

    def loops(self, loops: Sequence[NestLoop], carried: _Carried) -> SSAValue:
        """The loops, each with the tensor that is computed; its last value."""
        if not loops:
            return self._step(carried.value) if carried.exact else self._slice(carried)
        loop, rest = loops[0], loops[1:]
        written = self.plan.written_apart(loop, rest) if self.forall else None
        if written is not None:
            return self._at_once(loop, rest, carried, written)
        return self._in_turn(loop, rest, carried)

    def _in_turn(self, loop: NestLoop, rest: Sequence[NestLoop], carried: _Carried) -> SSAValue:
        """An `scf.for`, which carries the tensor."""
        ends = self.extents.least(loop.lower), self.extents.least(loop.upper), loop.step
        lower, upper, step = (self.extents.value(item) for item in ends)
        around, body = self._enter(loop, carried)
        last = self.loops(rest, replace(carried, value=body.args[1]))
        self.extents.add(scf.YieldOp(last))
        made = scf.ForOp(lower, upper, step, [carried.value], Region(body))
        if loop.kind is LoopKind.PARALLEL:
            made.attributes["weft.parallel"] = UnitAttr()
        return self._leave(around, made)

    def _at_once(self, loop: NestLoop, rest: Sequence[NestLoop], carried: _Carried, written: Box) -> SSAValue:
        """An `scf.forall`, of which each iteration works on its slice of the tensor."""
        lower, upper = self.extents.least(loop.lower), self.extents.least(loop.upper)
        around, body = self._enter(loop, carried)
        offsets, sizes = self._place(written, carried.origin)
        part = self._extract(body.args[1], offsets, sizes)
        result = self.loops(rest, _Carried(part, written.offsets, exact=not rest))
        self.extents.add(InParallelOp([ParallelInsertSliceOp(result, body.args[1], offsets, sizes)]))
        return self._leave(around, ForallOp(lower, upper, loop.step, carried.value, body))

    def _enter(self, loop: NestLoop, carried: _Carried) -> tuple[Block, Block]:
        """Begin the body of a loop; the block around and the body."""
        around = self.extents.block
        body = self.extents.block = Block(arg_types=[IndexType(), carried.value.type])
        body.args[0].name_hint = loop.iterator
        self.extents.iterators[loop.iterator] = body.args[0]
        return around, body

    def _leave(self, around: Block, made: Operation) -> SSAValue:
        self.extents.block = around
        self.extents.add(made)
        return made.results[0]

    def _slice(self, carried: _Carried) -> SSAValue:
        """One step, and the tensor with its result."""
        offsets, sizes = self._place(self.plan.slice_of(self.plan.output), carried.origin)
        part = self._extract(carried.value, offsets, sizes)
        result = self._step(part)
        if part is carried.value:
            return result
        static, dynamic = split(sizes)
        starts, moving = split(offsets)
        put = tensor.InsertSliceOp.get(
            result, carried.value, static, starts, [1] * len(static), offsets=moving, sizes=dynamic
        )
        self.extents.add(put)
        return put.result

    def _step(self, part: SSAValue) -> SSAValue:
        """The operation itself on slices of its inputs, and on the slice of its output."""
        # The operation may have been read before its operands were replaced by those of loops.
        inputs = zip(self.op.operands[:-1], self.plan.inputs, strict=True)
        step = type(self.op).create(
            operands=[*(value if axes is None else self._input(value, axes) for value, axes in inputs), part],
            result_types=[part.type],
            properties=dict(self.op.properties),
            attributes={name: item for name, item in self.op.attributes.items() if not name.startswith(OURS)},
            regions=[region.clone() for region in self.op.regions],
        )
        self._shift_indices(step)
        self.extents.add(step)
        return step.results[0]

    def _input(self, value: SSAValue, subscripts: tuple[Affine, ...]) -> SSAValue:
        offsets, sizes = self._place(self.plan.slice_of(subscripts))
        return self._extract(value, offsets, sizes)

    def _shift_indices(self, step: Operation) -> None:
        """Let `linalg.index` count from the beginning of the whole operation, as it did."""
        first = {name: item.first for name, item in self.plan.step.items()}
        for op in [item for item in step.walk() if name_of(item) == "linalg.index"]:
            (number,) = numbers(attribute(op, "dim")) or (0,)
            start = self.extents.value(self.extents.least([self.plan.iterators[number].substitute(first)]))
            moved = arith.AddiOp(op.results[0], start)
            for use in [item for item in op.results[0].uses if item.operation is not moved]:
                use.operation.operands[use.index] = moved.result
            assert op.parent is not None
            op.parent.insert_op_after(moved, op)

    def _extract(self, of: SSAValue, offsets: Sequence[Extent], sizes: Sequence[Extent]) -> SSAValue:
        """A slice of a tensor, or the tensor itself if that is all of it."""
        assert isinstance(of.type, TensorType)
        shape = [size if isinstance(size, int) else DYNAMIC_INDEX for size in sizes]
        if all(offset == 0 for offset in offsets) and shape == list(of.type.get_shape()) and DYNAMIC_INDEX not in shape:
            return of
        kind = TensorType(of.type.element_type, shape, of.type.encoding)
        made = tensor.ExtractSliceOp(of, offsets, sizes, [1] * len(sizes), kind)
        self.extents.add(made)
        return made.result

    def _place(self, found: Box, origin: Sequence[Affine] = ()) -> tuple[list[Extent], list[Extent]]:
        """Where a box begins in every axis, counted from an origin, and how long it is."""
        starts = zip(found.offsets, origin, strict=True) if origin else ((item, Affine.of(0)) for item in found.offsets)
        offsets = [self.extents.least([offset - start]) for offset, start in starts]
        sizes = [
            self.extents.total(known, [(factor, self.extents.least(item.lengths)) for factor, item in parts])
            for known, parts in found.sizes
        ]
        return offsets, sizes

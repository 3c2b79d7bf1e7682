"""Loops around a `linalg` operation on tensors: each iteration works on slices and puts its result back.

Units that write slices apart are the iterations of an `scf.forall`; those that add into the same elements, and all
iterations in time, are an `scf.for`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from xdsl.dialects import arith, scf, tensor
from xdsl.dialects.builtin import DYNAMIC_INDEX, IndexType, TensorType, UnitAttr
from xdsl.ir import Block, Operation, Region, SSAValue

from ..frontends.mlir.affine import NotAffineError, single
from ..frontends.mlir.operations import attribute, name_of, numbers
from ..frontends.mlir.structured import Operand, Structured
from ..ir import Affine, Diagnostic, LoopKind, NestLoop, Node, Schedule, WeftError
from ..passes import schedule_iterators
from .extents import Box, Extents, Range, box
from .forall import Extent, ForallOp, InParallelOp, ParallelInsertSliceOp, split
from .links import OURS
from .reading import Source


def tiled(source: Source, schedule: Schedule, forall: bool) -> tuple[list[Operation], SSAValue]:
    """The operations that compute the result of an operation on tensors by the loops of a schedule, and their result.

    What a unit does in a step is the operation itself, on slices of its operands. Loops over units that are no
    `scf.forall`, as none is without `forall`, are marked `weft.parallel`. Raises WeftError (W411) for what slices do
    not say.
    """
    for value in source.op.operands:
        if isinstance(value.type, TensorType) and not value.type.has_static_shape():
            raise _refused(f"works on {value.type}, and loops over slices need all extents in the type")
    assert source.form is not None
    # A tensor is a value: what its array would be copied for needs no loops.
    (nest,) = source.nest.body[-1:]
    loops, known = schedule_iterators(replace(source.nest, body=(nest,)), schedule)
    for loop in loops:
        if len(loop.lower) != 1 or loop.step < 1:
            raise _refused(f"counts down in '{loop.iterator}', or from the greatest of several bounds")
    # An iterator of one iteration is a place.
    places = {loop.iterator: loop.lower[0] for loop in loops if _is_single(loop)}
    for name, place in places.items():
        places[name] = place.substitute(places)
    own = [_own(loop, known, {item.iterator for item in loops}).substitute(places) for loop in _loops(nest)]
    loops = tuple(_substituted(loop, places) for loop in loops if loop.iterator not in places)
    form = _over(source.form, dict(zip(source.form.loops, own, strict=True)))
    extents = Extents(Block())
    writer = _Writer(source.op, form, _ranges([loop for loop in loops if _is_chunk(loop)], {}), extents, forall)
    whole = _Carried(source.op.operands[-1], tuple(Affine.of(0) for _ in form.output))
    result = writer.loops([loop for loop in loops if not _is_chunk(loop)], whole)
    block = extents.block
    return [*extents.constants.values(), *(block.detach_op(op) for op in block.ops)], result


def _loops(node: Node) -> Iterator[NestLoop]:
    """The loops around the statement of an operation; those that raising leaves out have one iteration."""
    while isinstance(node, NestLoop):
        yield node
        node = node.body[0]


def _own(loop: NestLoop, known: dict[str, Affine], iterators: set[str]) -> Affine:
    """What the iterator of an operation's loop is in other loops."""
    if loop.iterator not in known and loop.upper == (Affine.of(1),):
        return Affine.of(0)
    found = known.get(loop.iterator, Affine.of(loop.iterator))
    if not found.names <= iterators:
        raise _refused(f"takes '{loop.iterator}' apart in its subscripts, so that no slice is what a step needs")
    return found


def _is_chunk(loop: NestLoop) -> bool:
    return loop.kind is LoopKind.CHUNK


def _is_single(loop: NestLoop) -> bool:
    lengths = [upper - loop.lower[0] for upper in loop.upper]
    return not _is_chunk(loop) and any(item.is_constant and item.constant <= loop.step for item in lengths)


def _substituted(loop: NestLoop, places: dict[str, Affine]) -> NestLoop:
    lower, upper = (tuple(item.substitute(places) for item in side) for side in (loop.lower, loop.upper))
    return replace(loop, lower=lower, upper=upper)


@dataclass(frozen=True, slots=True)
class _Form:
    """The subscripts of the operands of an operation over other loops, none for scalars, and what its iterators are
    there.
    """

    inputs: tuple[tuple[Affine, ...] | None, ...]
    output: tuple[Affine, ...]
    iterators: tuple[Affine, ...]


def _over(form: Structured, iterators: dict[str, Affine]) -> _Form:
    def subscripts(operand: Operand) -> tuple[Affine, ...]:
        return tuple(single(axis).substitute(iterators) for axis in operand.subscripts)

    try:
        inputs = [subscripts(item) if isinstance(item.value.type, TensorType) else None for item in form.inputs]
        (output,) = map(subscripts, form.outputs)
    except NotAffineError as error:
        raise _refused(f"has a subscript that {error.reason.why}") from error
    return _Form(tuple(inputs), output, tuple(iterators.values()))


def _ranges(loops: Sequence[NestLoop], inner: dict[str, Range]) -> dict[str, Range]:
    """What iterators run through within some loops, outermost first; chunks of chunks are tiles of the outermost."""
    found: dict[str, Range] = {}
    for loop in loops:
        found[loop.iterator] = found.get(str(loop.lower[0])) or Range(loop.lower[0], loop.upper)
    return found | {name: found.get(str(item.first), item) for name, item in inner.items()}


@dataclass(frozen=True, slots=True)
class _Carried:
    """The tensor that a loop carries, and where in the output it begins; `exact` if it is what a step computes."""

    value: SSAValue
    origin: tuple[Affine, ...]
    exact: bool = False


@dataclass
class _Writer:
    """Writes the loops; `chunks` is what a step runs through."""

    op: Operation
    form: _Form
    chunks: dict[str, Range]
    extents: Extents
    forall: bool

    def loops(self, loops: Sequence[NestLoop], carried: _Carried) -> SSAValue:
        """The loops, each with the tensor that is computed; its last value."""
        if not loops:
            return self._step(carried.value) if carried.exact else self._slice(carried)
        loop, rest = loops[0], loops[1:]
        if self.forall and loop.kind is LoopKind.PARALLEL:
            written = self._box(self.form.output, _ranges(rest, self.chunks))
            if written.moves_past_itself(loop.iterator, loop.step):
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
        offsets, sizes = self._place(self._box(self.form.output, self.chunks), carried.origin)
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
        inputs = zip(self.op.operands[:-1], self.form.inputs, strict=True)
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
        offsets, sizes = self._place(self._box(subscripts, self.chunks))
        return self._extract(value, offsets, sizes)

    def _shift_indices(self, step: Operation) -> None:
        """Let `linalg.index` count from the beginning of the whole operation, as it did."""
        first = {name: item.first for name, item in self.chunks.items()}
        for op in [item for item in step.walk() if name_of(item) == "linalg.index"]:
            (number,) = numbers(attribute(op, "dim")) or (0,)
            start = self.extents.value(self.extents.least([self.form.iterators[number].substitute(first)]))
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

    def _box(self, subscripts: tuple[Affine, ...], ranges: dict[str, Range]) -> Box:
        found = box(subscripts, ranges)
        if isinstance(found, str):
            raise _refused(f"reads '{found}', which is no slice")
        return found

    def _place(self, found: Box, origin: Sequence[Affine] = ()) -> tuple[list[Extent], list[Extent]]:
        """Where a box begins in every axis, counted from an origin, and how long it is."""
        starts = zip(found.offsets, origin, strict=True) if origin else ((item, Affine.of(0)) for item in found.offsets)
        offsets = [self.extents.least([offset - start]) for offset, start in starts]
        sizes = [
            self.extents.total(known, [(factor, self.extents.least(item.lengths)) for factor, item in parts])
            for known, parts in found.sizes
        ]
        return offsets, sizes


def _refused(message: str) -> WeftError:
    return WeftError(Diagnostic("W411", message))

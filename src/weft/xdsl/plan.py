"""An operation of `linalg` in the loops of a program: which loops there are, and what of each operand they reach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..frontends.mlir.affine import NotAffineError, single
from ..frontends.mlir.operations import is_shaped
from ..frontends.mlir.structured import Operand, Structured
from ..ir import Affine, Diagnostic, LoopKind, NestLoop, Node, Schedule, WeftError
from ..passes import schedule_iterators
from .extents import Box, Range, box
from .reading import Source


@dataclass(frozen=True, slots=True)
class Plan:
    """The loops around the steps of an operation, and what one step runs through.

    `inputs` and `output` are the subscripts of the operands over the loops, None for scalars; `iterators` are the
    operation's own iterators there, in its order.
    """

    loops: tuple[NestLoop, ...]
    step: dict[str, Range]
    inputs: tuple[tuple[Affine, ...] | None, ...]
    output: tuple[Affine, ...]
    iterators: tuple[Affine, ...]

    def slice_of(self, subscripts: tuple[Affine, ...], inside: Sequence[NestLoop] = ()) -> Box:
        """What a step reaches of an operand, or all steps of the loops `inside`. WeftError if that is no slice."""
        found = box(subscripts, _ranges(inside, self.step))
        if isinstance(found, str):
            raise refused(f"reads '{found}', which is no slice")
        return found

    def written_apart(self, loop: NestLoop, inside: Sequence[NestLoop]) -> Box | None:
        """What an iteration of a loop over units writes of the output, if no other one writes any of it."""
        if loop.kind is not LoopKind.PARALLEL:
            return None
        found = self.slice_of(self.output, inside)
        return found if found.moves_past_itself(loop.iterator, loop.step) else None


def plan(source: Source, schedule: Schedule) -> Plan:
    """An operation of `linalg` in the loops of a schedule. Raises WeftError (W411) for what slices do not say."""
    assert source.form is not None
    # A tensor is a value: what its array would be copied for needs no loops.
    (nest,) = source.nest.body[-1:]
    loops, known = schedule_iterators(replace(source.nest, body=(nest,)), schedule)
    for loop in loops:
        if len(loop.lower) != 1 or loop.step < 1:
            raise refused(f"counts down in '{loop.iterator}', or from the greatest of several bounds")
    # An iterator of one iteration is a place.
    places = {loop.iterator: loop.lower[0] for loop in loops if _is_single(loop)}
    for name, place in places.items():
        places[name] = place.substitute(places)
    own = [_own(loop, known).substitute(places) for loop in _loops(nest)]
    kept = [_substituted(loop, places) for loop in loops if loop.iterator not in places]
    step = _ranges([loop for loop in kept if _is_chunk(loop)], {})
    outer = tuple(loop for loop in kept if not _is_chunk(loop))
    inputs, output = _over(source.form, dict(zip(source.form.loops, own, strict=True)))
    return Plan(outer, step, inputs, output, tuple(own))


def _loops(node: Node) -> Iterator[NestLoop]:
    """The loops around the statement of an operation; those that raising leaves out have one iteration."""
    while isinstance(node, NestLoop):
        yield node
        node = node.body[0]


def _own(loop: NestLoop, known: dict[str, Affine]) -> Affine:
    """What the iterator of an operation's loop is in other loops."""
    if loop.iterator in known:
        return known[loop.iterator]
    if loop.upper == (Affine.of(1),):
        return Affine.of(0)
    raise refused(f"takes '{loop.iterator}' apart in its subscripts, so that no slice is what a step needs")


def _is_chunk(loop: NestLoop) -> bool:
    return loop.kind is LoopKind.CHUNK


def _is_single(loop: NestLoop) -> bool:
    lengths = [upper - loop.lower[0] for upper in loop.upper]
    return not _is_chunk(loop) and any(item.is_constant and item.constant <= loop.step for item in lengths)


def _substituted(loop: NestLoop, places: dict[str, Affine]) -> NestLoop:
    lower, upper = (tuple(item.substitute(places) for item in side) for side in (loop.lower, loop.upper))
    return replace(loop, lower=lower, upper=upper)


def _over(
    form: Structured, iterators: dict[str, Affine]
) -> tuple[tuple[tuple[Affine, ...] | None, ...], tuple[Affine, ...]]:
    """The subscripts of the inputs and of the output."""

    def subscripts(operand: Operand) -> tuple[Affine, ...]:
        return tuple(single(axis).substitute(iterators) for axis in operand.subscripts)

    try:
        inputs = [subscripts(item) if is_shaped(item.value) else None for item in form.inputs]
        (output,) = map(subscripts, form.outputs)
    except NotAffineError as error:
        raise refused(f"has a subscript that {error.reason.why}") from error
    return tuple(inputs), output


def _ranges(loops: Sequence[NestLoop], inner: dict[str, Range]) -> dict[str, Range]:
    """What iterators run through within some loops, outermost first; chunks of chunks are tiles of the outermost."""
    found: dict[str, Range] = {}
    for loop in loops:
        found[loop.iterator] = found.get(str(loop.lower[0])) or Range(loop.lower[0], loop.upper)
    return found | {name: found.get(str(item.first), item) for name, item in inner.items()}


def refused(message: str, hint: str = "") -> WeftError:
    """Why an operation stays as it is."""
    return WeftError(Diagnostic("W411", message, hint=hint))

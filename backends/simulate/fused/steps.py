"""What every stage executes in an outer step, found from the elements that its consumers touch."""

from __future__ import annotations

from functools import cache, cached_property
from itertools import product
from math import prod
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ....ir import Edge, FusedProgram, InternalError, Tensor, Workload

Integers: TypeAlias = NDArray[np.int64]
Box: TypeAlias = tuple[tuple[str, int, int], ...]
"""Dimension, first value and the one behind the last."""
Step: TypeAlias = tuple[int, ...]
Span: TypeAlias = tuple[int, int]


def elements(workload: Workload, tensor: Tensor, box: Box) -> Integers:
    """The coordinates that each point of a box touches, padding counted as coordinates: points by axes."""
    grid = np.indices([high - low for _, low, high in box]).reshape(len(box), -1)
    values = {name: grid[number] + low for number, (name, low, _) in enumerate(box)}
    axes = [sum(t.coefficient * values[t.dimension] for t in item.terms) for item in tensor.subscripts]
    return np.stack(axes, axis=1) if axes else np.zeros((grid.shape[1], 0), dtype=np.int64)


def shifts(workload: Workload, tensor: Tensor) -> Integers:
    """The padding in front of the stored elements, per axis."""
    front = {workload.index_by_name[name].subscript: before for name, before, _ in workload.padding}
    return np.array([front.get(item, 0) for item in tensor.subscripts], dtype=np.int64)


def stored_coordinates(workload: Workload, name: str, box: Box) -> Integers:
    """The coordinates of an input that each point of a box touches, counted from the first stored element."""
    tensor = workload.tensor(name)
    return elements(workload, tensor, box) - shifts(workload, tensor)


def shape(workload: Workload, name: str) -> list[int]:
    """The stored elements of a tensor, axis by axis."""
    tensor = workload.tensor(name)
    last = [sum(t.coefficient * (workload.extents[t.dimension] - 1) for t in s.terms) for s in tensor.subscripts]
    behind = {workload.index_by_name[index].subscript: after for index, _, after in workload.padding}
    front = shifts(workload, tensor)
    return [
        int(size + 1 - before - behind.get(s, 0))
        for size, before, s in zip(last, front, tensor.subscripts, strict=True)
    ]


def made_coordinates(program: FusedProgram, edge: Edge, read: Integers) -> Integers:
    """Coordinates of an input as those of what its producer makes; axes of extent 1 that only one of them has are 0."""
    axes = program.axes(edge)
    if axes is None:
        raise InternalError("shapes that do not agree")
    columns = [read[:, at] if at >= 0 else np.zeros(len(read), dtype=np.int64) for at in axes]
    return np.stack(columns, axis=1)


class Unrolled:
    """A fused program step by step."""

    def __init__(self, program: FusedProgram) -> None:
        self.program = program
        # Asked again and again, and remembered as long as this is.
        self.executed = cache(self._executed)
        self.once = cache(self._once)
        self.needed = cache(self._needed)
        self.moves = cache(self._moves)
        self.cover = cache(self._cover)

    def workload(self, stage: int) -> Workload:
        """The whole workload of a stage."""
        found = self.program.stages[stage].layer.workload
        assert found is not None
        return found

    @cached_property
    def counts(self) -> tuple[int, ...]:
        """Positions of every outer loop."""
        extents = self.workload(len(self.program.stages) - 1).extents
        return tuple(-(-extents[item.dimension] // int(item.size)) for item in self.program.loops)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """All outer steps in order."""
        return tuple(product(*map(range, self.counts)))

    def shape(self, stage: int) -> tuple[int, ...]:
        """Extents of what a stage makes."""
        workload = self.workload(stage)
        return tuple(workload.extents[item.dimensions[0]] for item in workload.output.subscripts)

    def box(self, stage: int, step: Step) -> Box | None:
        """The points that a stage executes in a step, None if there are none."""
        spans = self.executed(stage, step)
        if spans is None:
            return None
        workload = self.workload(stage)
        made = {item.dimensions[0]: span for item, span in zip(workload.output.subscripts, spans, strict=True)}
        return tuple((name, *made.get(name, (0, extent))) for name, extent in workload.dimensions)

    def _executed(self, stage: int, step: Step) -> tuple[Span, ...] | None:
        """What a stage makes in a step, axis by axis of its output."""
        if stage == len(self.program.stages) - 1:
            return self._tile(step)
        if not self.is_needed(stage, step):
            return None
        made = self._mask(stage, step)
        for loop, item in enumerate(self.program.loops):
            if item.dimension not in self.program.stages[stage].recomputed:
                for earlier in range(step[loop]):
                    before = (*step[:loop], earlier, *step[loop + 1 :])
                    if self.is_needed(stage, before):
                        made &= ~self._mask(stage, before)
        return _as_box(made)

    def _tile(self, step: Step) -> tuple[Span, ...]:
        workload = self.workload(len(self.program.stages) - 1)
        spans = dict.fromkeys(workload.extents, (0, 0)) | {name: (0, size) for name, size in workload.dimensions}
        for at, item in zip(step, self.program.loops, strict=True):
            size = int(item.size)
            spans[item.dimension] = at * size, min((at + 1) * size, workload.extents[item.dimension])
        return tuple(spans[item.dimensions[0]] for item in workload.output.subscripts)

    def _once(self, stage: int) -> frozenset[int]:
        """The loops in whose first position alone a stage runs: those over which it is kept and that move nothing of
        it, and those of all its consumers."""
        edges = [edge for edge in self.program.edges if edge.producer == stage]
        if not edges:
            return frozenset()
        again, axes = self.program.stages[stage].recomputed, range(len(self.shape(stage)))
        still = frozenset(
            loop
            for loop, item in enumerate(self.program.loops)
            if item.dimension not in again and not any(self.moves(stage, axis, loop) for axis in axes)
        )
        return still | frozenset.intersection(*(self.once(edge.consumer) for edge in edges))

    def is_needed(self, stage: int, step: Step) -> bool:
        """Whether consumers still run at these positions of the loops in whose first position alone they do."""
        edges = [edge for edge in self.program.edges if edge.producer == stage]
        idle = frozenset.intersection(*(self.once(edge.consumer) for edge in edges))
        return not any(step[loop] for loop in idle)

    def _needed(self, stage: int, axis: int, step: Step) -> Span | None:
        """From the first to the last element of an axis of what a stage makes that consumers touch in a step.

        A consumer that runs in the first position of a loop alone counts as it was there, and one that does not run
        because another of its axes is empty as if it did.
        """
        found: list[Span] = []
        for edge in self.program.edges:
            if edge.producer == stage:
                once = self.once(edge.consumer)
                place = (self.program.axes(edge) or ())[axis]
                at = tuple(0 if loop in once else position for loop, position in enumerate(step))
                span = self._touched(edge, place, at) if place >= 0 else (0, 1)
                found += [span] if span is not None else []
        return (min(low for low, _ in found), max(high for _, high in found)) if found else None

    def _touched(self, edge: Edge, place: int, step: Step) -> Span | None:
        """From the first to the last stored element of an axis of its input that a consumer touches in a step."""
        workload = self.workload(edge.consumer)
        tensor = workload.tensor(edge.tensor)
        made = [subscript.dimensions[0] for subscript in workload.output.subscripts]
        low = high = -int(shifts(workload, tensor)[place])
        for term in tensor.subscripts[place].terms:
            span: Span | None = (0, workload.extents[term.dimension])
            if term.dimension in made:
                span = self._new(edge.consumer, made.index(term.dimension), step)
            if span is None:
                return None
            low, high = low + term.coefficient * span[0], high + term.coefficient * (span[1] - 1)
        low, high = max(low, 0), min(high + 1, shape(workload, edge.tensor)[place])
        return (low, high) if low < high else None

    def _new(self, stage: int, axis: int, step: Step) -> Span | None:
        """What a stage executes along an axis of what it makes in a step, whatever its other axes are."""
        if stage == len(self.program.stages) - 1:
            return self._tile(step)[axis]
        cover = self.cover(stage, axis)
        places = set(range(*cover[step]))
        for loop, item in enumerate(self.program.loops):
            if item.dimension not in self.program.stages[stage].recomputed and self.moves(stage, axis, loop):
                for earlier in range(step[loop]):
                    places -= set(range(*cover[(*step[:loop], earlier, *step[loop + 1 :])]))
        return (min(places), max(places) + 1) if places else None

    def _moves(self, stage: int, axis: int, loop: int) -> bool:
        """Whether a loop moves an axis of what a stage makes."""
        return len({*self._spans(stage, axis, loop).values()}) > 1

    def _mask(self, stage: int, step: Step) -> NDArray[np.bool_]:
        """The box around what is needed in a step, with what lies between it and what came before it."""
        mask = np.zeros(self.shape(stage), dtype=np.bool_)
        mask[tuple(slice(*self.cover(stage, axis)[step]) for axis in range(mask.ndim))] = True
        return mask

    def _cover(self, stage: int, axis: int) -> dict[Step, Span]:
        """The interval of an axis in every step."""
        moving = [loop for loop in range(len(self.counts)) if self.moves(stage, axis, loop)]
        extent = self.shape(stage)[axis]
        if len(moving) > 1:
            raise InternalError(f"axis {axis} of stage {stage} is moved by several loops")
        if not moving:
            return dict.fromkeys(self.steps, (0, extent))
        along = _filled(self._spans(stage, axis, moving[0]), extent)
        return {step: along[step[moving[0]]] for step in self.steps}

    def _spans(self, stage: int, axis: int, loop: int) -> dict[int, Span | None]:
        """What is needed along an axis at each position of a loop, the other loops at their first; never going back."""
        loops = range(len(self.counts))
        steps = [tuple(at if number == loop else 0 for number in loops) for at in range(self.counts[loop])]
        found = [self.needed(stage, axis, step) for step in steps]
        return {
            position: (min(s[0] for s in found[position:] if s), max(s[1] for s in found[: position + 1] if s))
            if span is not None
            else None
            for position, span in enumerate(found)
        }


def _filled(spans: dict[int, Span | None], extent: int) -> dict[int, Span]:
    """Intervals that leave nothing out, from the first element to the last one."""
    present = {position: span for position, span in spans.items() if span is not None}
    found: dict[int, Span] = dict.fromkeys(spans, (0, 0))
    reached = 0
    for position, (low, high) in present.items():
        found[position] = min(low, reached), extent if position == max(present) else high
        reached = found[position][1]
    return found


def _as_box(mask: NDArray[np.bool_]) -> tuple[Span, ...] | None:
    """The box that a mask is; None if it is empty."""
    if not mask.any():
        return None
    spans = tuple((int(axis.min()), int(axis.max()) + 1) for axis in np.nonzero(mask))
    if mask.sum() != prod(high - low for low, high in spans):
        raise InternalError("what is new in a step is no box")
    return spans

"""What every stage executes in an outer step, found from the elements that its consumers touch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
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


@dataclass(frozen=True, eq=False)
class Unrolled:
    """A fused program step by step."""

    program: FusedProgram

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

    @lru_cache(maxsize=None)  # noqa: B019  (it lives as long as one simulation)
    def executed(self, stage: int, step: Step) -> tuple[Span, ...] | None:
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

    @lru_cache(maxsize=None)  # noqa: B019
    def once(self, stage: int) -> frozenset[int]:
        """The loops after whose first position a stage never runs."""
        return frozenset(
            loop
            for loop, count in enumerate(self.counts)
            if count > 1 and all(self.executed(stage, step) is None for step in self.steps if step[loop])
        )

    def is_needed(self, stage: int, step: Step) -> bool:
        """Whether consumers that still run touch anything of its output in a step."""
        still = [edge for edge in self.program.edges if edge.producer == stage]
        idle = frozenset.intersection(*(self.once(edge.consumer) for edge in still))
        return not any(step[loop] for loop in idle) and all(span is not None for span in self.needed(stage, step))

    @lru_cache(maxsize=None)  # noqa: B019
    def needed(self, stage: int, step: Step) -> tuple[Span | None, ...]:
        """From the first to the last element that consumers touch in a step, axis by axis of what a stage makes.

        A consumer that runs in the first position of a loop alone counts as it was there.
        """
        found: list[list[Span]] = [[] for _ in self.shape(stage)]
        for edge in self.program.edges:
            if edge.producer != stage:
                continue
            once = self.once(edge.consumer)
            box = self.box(edge.consumer, tuple(0 if loop in once else at for loop, at in enumerate(step)))
            if box is not None:
                workload = self.workload(edge.consumer)
                touched = made_coordinates(self.program, edge, stored_coordinates(workload, edge.tensor, box))
                for axis, values in enumerate(touched.T):
                    low = max(int(values.min()), 0)
                    high = min(int(values.max()) + 1, self._read(edge, axis))
                    found[axis] += [(low, high)] if low < high else []
        return tuple((min(spans)[0], max(high for _, high in spans)) if spans else None for spans in found)

    def _read(self, edge: Edge, axis: int) -> int:
        """How many elements of an axis of what a stage makes the consumer's input has."""
        place = (self.program.axes(edge) or ())[axis]
        return shape(self.workload(edge.consumer), edge.tensor)[place] if place >= 0 else 1

    def _mask(self, stage: int, step: Step) -> NDArray[np.bool_]:
        """The box around what is needed in a step, with what lies between it and what came before it."""
        mask = np.zeros(self.shape(stage), dtype=np.bool_)
        mask[tuple(slice(*self._cover(stage, axis)[step]) for axis in range(mask.ndim))] = True
        return mask

    @lru_cache(maxsize=None)  # noqa: B019
    def _cover(self, stage: int, axis: int) -> dict[Step, Span]:
        """The interval of an axis in every step."""
        start = tuple(0 for _ in self.counts)
        moving = [
            loop for loop in range(len(start)) if len({*self._spans(stage, axis, loop).values()} - {None}) > 1
        ]
        extent = self.shape(stage)[axis]
        if len(moving) > 1:
            raise InternalError(f"axis {axis} of stage {stage} is moved by several loops")
        if not moving:
            return dict.fromkeys(self.steps, (0, extent))
        along = _filled(self._spans(stage, axis, moving[0]), extent)
        return {step: along[step[moving[0]]] for step in self.steps}

    def _spans(self, stage: int, axis: int, loop: int) -> dict[int, Span | None]:
        """What is needed along an axis at each position of a loop, the other loops at their first."""
        found: dict[int, Span | None] = {}
        for position in range(self.counts[loop]):
            step = tuple(position if number == loop else 0 for number in range(len(self.counts)))
            found[position] = self.needed(stage, step)[axis]
        return found


def _filled(spans: dict[int, Span | None], extent: int) -> dict[int, Span]:
    """Intervals that leave nothing out and never go back: from the first element to the last one."""
    present = [position for position, span in spans.items() if span is not None]
    found: dict[int, Span] = dict.fromkeys(spans, (0, 0))
    reached = 0
    for number, position in enumerate(present):
        low = min(spans[later][0] for later in present[number:])  # type: ignore[index]
        high = max(reached, *(spans[earlier][1] for earlier in present[: number + 1]))  # type: ignore[index]
        found[position] = min(low, reached), extent if position == present[-1] else high
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

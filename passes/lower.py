"""Lower a program to the loop nest that runs the same points in the same order on the same units.

Before:  TemporalMap(4,4) K; SpatialMap(1,1) C;           (K = 10, C = 3, on 4 units)
After:   for k_0 in range(0, 10, 4):
             for c_0 in parallel(3, units=4):
                 for k in chunk(k_0, min(k_0 + 4, 10)):
                     output[k] += input[c_0] * filter[k, c_0]
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import ClassVar

from ..ir import (
    Access,
    Affine,
    Array,
    Compute,
    Loop,
    LoopKind,
    LoopNest,
    NestLoop,
    Node,
    Schedule,
    Span,
    Statement,
    Tensor,
    Value,
    Workload,
    mapped,
)
from .program import Fact, Program
from .validate import ValidatePass


@dataclass(frozen=True, slots=True)
class LowerPass:
    """The loop nest of a legal program: sequential loops for time, parallel loops for units, chunk loops."""

    name: ClassVar[str] = "lower"
    needs: ClassVar[Fact] = "schedule"

    def apply(self, program: Program) -> Program:
        """Fill in `program.nest`."""
        checked = ValidatePass("warning").apply(program)
        if checked.schedule is None or checked.has_errors:
            return replace(program, schedule=checked.schedule, diagnostics=checked.diagnostics)
        return replace(program, nest=lower(checked.schedule))


def lower(schedule: Schedule, name: str = "") -> LoopNest:
    """The loop nest of a schedule; `name` is that of the function, by default the mapping's.

    Every level runs its sequential loops, then its units in a parallel loop; a chunk loop for each dimension stands
    innermost. Units fold over a spatial map that has more positions by a sequential loop at the map's place.
    """
    workload, dataflow = schedule.mapping.workload, schedule.mapping.dataflow
    chunks = _Chunks(workload)
    headers: list[NestLoop] = []
    for number, level in enumerate(schedule.levels):
        memory = dataflow.clusters[number].memory if number < len(dataflow.clusters) else None
        headers += _level(chunks, number, level.loops, level.units, memory, single=len(schedule.levels) == 1)
    headers += chunks.innermost()
    body: tuple[Node, ...] = (_statement(workload, chunks),)
    for header in reversed(headers):
        body = (replace(header, body=body),)
    arrays = (
        *(Array(tensor.name, _shape(workload, tensor)) for tensor in workload.tensors),
        *(Array(scalar, ()) for scalar in _scalars(workload)),
    )
    function = identifier(name or schedule.mapping.name or workload.operator.lower())
    return LoopNest(function, arrays, body, dataflow.placements, schedule.mapping.span)


def _scalars(workload: Workload) -> tuple[str, ...]:
    """What a statement reads that is no tensor."""
    tensors = {tensor.name for tensor in workload.tensors}
    reads = workload.statement.reads if workload.statement else ()
    return tuple(dict.fromkeys(item.array for item in reads if item.array not in tensors))


def identifier(name: str) -> str:
    """A name as an identifier of Python and C."""
    word = re.sub(r"\W", "_", name, flags=re.ASCII)
    return f"_{word}" if word[:1].isdigit() else word or "nest"


def _level(
    chunks: _Chunks, number: int, loops: tuple[Loop, ...], units: int, memory: str | None, single: bool
) -> list[NestLoop]:
    """The loops of one level: time, then units."""
    headers: list[NestLoop] = []
    across: NestLoop | None = None
    for loop in loops:
        span = loop.source.span if loop.source else None
        if not loop.spatial:
            headers.append(chunks.advance(loop.dimension, loop.size, f"_{number}", span))
            continue
        busy = min(units, chunks.positions(loop.dimension, loop.size))
        # A fold loop that takes one step only says where the map stands.
        if chunks.positions(loop.dimension, loop.size) > units or loop != loops[-1]:
            headers.append(chunks.advance(loop.dimension, loop.size * busy, f"_{number}f", span))
        all_busy = chunks.always_takes(loop.dimension, loop.size, units)
        across = chunks.advance(loop.dimension, loop.size, f"_{number}", span)
        across = replace(across, kind=LoopKind.PARALLEL, units=None if all_busy else units, memory=memory)
    if across is None and not single:
        # A level that spreads nothing works on unit 0 alone.
        across = NestLoop(f"unit_{number}", (Affine.of(0),), (Affine.of(1),), (), 1, LoopKind.PARALLEL)
        across = replace(across, units=None if units == 1 else units, memory=memory)
    return headers if across is None else [*headers, across]


class _Chunks:
    """Where the chunk of each dimension starts and ends, as loops are put around each other."""

    def __init__(self, workload: Workload) -> None:
        self._workload = workload
        self._names = iterator_names(workload)
        self._start = {name: Affine.of(0) for name in workload.extents}
        self._ends = {name: (Affine.of(extent),) for name, extent in workload.dimensions}
        self._lengths = {name: frozenset({extent}) for name, extent in workload.dimensions}

    def positions(self, dimension: str, size: int) -> int:
        """The largest number of chunks of `size` in the current chunk."""
        return -(-max(self._lengths[dimension]) // size)

    def always_takes(self, dimension: str, size: int, positions: int) -> bool:
        """Whether every current chunk has that many chunks of `size`."""
        return {-(-length // size) for length in self._lengths[dimension]} == {positions}

    def advance(self, dimension: str, size: int, suffix: str, span: Span | None = None) -> NestLoop:
        """A loop over the current chunk in pieces of `size`, which become the current chunk."""
        iterator = self._names[dimension] + suffix
        loop = NestLoop(iterator, (self._start[dimension],), self._ends[dimension], (), size, span=span)
        lengths = self._lengths[dimension]
        ragged = any(length % size for length in lengths)
        self._start[dimension] = Affine.of(iterator)
        self._ends[dimension] = (Affine.of(iterator) + size, *(self._ends[dimension] if ragged else ()))
        pieces = {min(size, length) for length in lengths} | {length % size for length in lengths} - {0}
        self._lengths[dimension] = frozenset(pieces)
        return loop

    def innermost(self) -> list[NestLoop]:
        """A chunk loop per dimension, in the workload's order (A14).

        One that takes a single point of a dimension with other loops is left out, unless only the chunk loops tell the
        order of the dimensions, as in a general workload.
        """
        found = []
        for name in self._workload.extents:
            moved = self._start[name] != Affine.of(0)
            if self._lengths[name] == {1} and moved and self._workload.operator != "AFFINE":
                continue
            found.append(replace(self.advance(name, 1, ""), kind=LoopKind.CHUNK))
        return found

    def point(self, dimension: str) -> Affine:
        """The coordinate of a dimension inside of all loops."""
        return self._start[dimension]


def iterator_names(workload: Workload) -> dict[str, str]:
    """A stem for the iterators of each dimension: `K` gives `k`, `Y'` gives `y` unless `Y` is a dimension too."""
    names: dict[str, str] = {}
    taken = {tensor.name for tensor in workload.tensors} | {"unit"}
    for dimension in workload.extents:
        stem = identifier(dimension.replace("'", "").lower())
        while stem in taken:
            stem += "_"
        taken.add(stem)
        names[dimension] = stem
    return names


def _statement(workload: Workload, chunks: _Chunks) -> Statement:
    if workload.statement is not None:
        own = {tensor.name: _access(tensor, chunks) for tensor in workload.tensors}
        found = mapped(workload.statement.value, lambda item: own.get(item.array, item))
        return replace(workload.statement, target=own[workload.output.name], value=found)
    inputs = tuple(_access(tensor, chunks) for tensor in workload.inputs)
    value: Value = inputs[0]
    for factor in inputs[1:]:
        value = Compute("*", (value, factor))
    return Statement(_access(workload.output, chunks), value, "+")


def _access(tensor: Tensor, chunks: _Chunks) -> Access:
    subscripts = []
    for axis in tensor.subscripts:
        expression = Affine.of(0)
        for term in axis.terms:
            expression = expression + chunks.point(term.dimension) * term.coefficient
        subscripts.append(expression)
    return Access(tensor.name, tuple(subscripts))


def _shape(workload: Workload, tensor: Tensor) -> tuple[int, ...]:
    """The extents of an array that holds every coordinate of the tensor, holes between windows included."""
    return tuple(
        1 + sum(term.coefficient * (workload.extents[term.dimension] - 1) for term in axis.terms)
        for axis in tensor.subscripts
    )

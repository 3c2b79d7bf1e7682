"""From programs of the IR to the operations of the `weft` dialect, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from xdsl.ir import Operation, Region

from ...ir import Dataflow, Span, Workload
from .directives import MAP_OPS, ClusterOp, HoldOp, MapOp
from .structure import DataflowOp, LevelOp, ProgramOp
from .workload_op import WorkloadOp

Part = TypeVar("Part", bound=Operation)


def workload_of(op: ProgramOp) -> Workload:
    """What a program computes."""
    return _parts(op.body, WorkloadOp)[0].workload


def dataflow_of(op: ProgramOp) -> Dataflow:
    """The directives of a program."""
    body = _parts(op.body, DataflowOp)[0].body
    levels = [tuple(item.directive for item in _parts(level.body, MapOp)) for level in levels_of(op)]
    clusters = tuple(item.cluster for item in _parts(body, ClusterOp))
    return Dataflow(tuple(levels), clusters, tuple(item.placement for item in _parts(body, HoldOp)))


def levels_of(op: ProgramOp) -> tuple[LevelOp, ...]:
    """The levels of a program, outermost first."""
    return tuple(_parts(_parts(op.body, DataflowOp)[0].body, LevelOp))


def program_op(
    name: str,
    workload: Workload,
    dataflow: Dataflow,
    units: Sequence[int | None] = (),
    span: Span | None = None,
) -> ProgramOp:
    """The program as an operation; `units` are those of each level, if they are known."""
    return ProgramOp(name, [WorkloadOp(workload), dataflow_op(dataflow, units)]).at(span)


def dataflow_op(dataflow: Dataflow, units: Sequence[int | None] = ()) -> DataflowOp:
    """The directives as an operation."""
    known = [*units, *[None] * (len(dataflow.levels) - len(units))]
    parts: list[Operation] = []
    for number, (level, width) in enumerate(zip(dataflow.levels, known, strict=True)):
        if number:
            parts.append(ClusterOp(dataflow.clusters[number - 1]))
        maps = [MAP_OPS[type(item)](item) for item in level]
        parts.append(LevelOp(maps, width))
    return DataflowOp([*parts, *(HoldOp(item) for item in dataflow.placements)])


def replace_dataflow(op: ProgramOp, dataflow: Dataflow) -> None:
    """Give a program other directives."""
    old, new = _parts(op.body, DataflowOp)[0], dataflow_op(dataflow)
    new.attributes, new.location = old.attributes, old.location
    op.body.block.insert_op_before(new, old)
    op.body.block.erase_op(old)


def _parts(region: Region, kind: type[Part]) -> list[Part]:
    return [op for op in region.block.ops if isinstance(op, kind)]

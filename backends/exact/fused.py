"""Oracle 1 for fused programs: runs, points and what passes the outermost memory, from isl relations (A34, A36)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import islpy as isl

from ...ir import Counts, FusedSchedule, InputTraffic, Interface, OutputTraffic, Schedule, Tensor, Traffic, Workload
from .counts import exact_counts
from .fused_boxes import StageBoxes, stage_boxes
from .relations import OUT, keep, points, size

Box = tuple[tuple[int, ...], tuple[tuple[str, int, int], ...]]
"""Extents of a run's points, and the padding that it touches: index, before, behind."""


@dataclass(frozen=True)
class ExactStage:
    """A stage over all its runs: executed points, those done again counted again; the boxes of the runs, each with the
    number of runs that have it; elements of outside inputs that come in, and of the output that go out; a point that
    is never executed, if there is one.
    """

    points: int
    runs: int
    boxes: dict[Box, int]
    fills: dict[str, int]
    out: int
    missed: tuple[int, ...] | None


def exact_fused(schedule: FusedSchedule) -> tuple[ExactStage, ...]:
    """What the stages of a fused program execute and move outside. Meant for small programs."""
    return tuple(_stage(schedule, number, boxes) for number, boxes in enumerate(stage_boxes(schedule.program)))


def _stage(schedule: FusedSchedule, number: int, boxes: StageBoxes) -> ExactStage:
    workload, runs, program = boxes.workload, boxes.runs, schedule.program
    missed = (_whole(workload) - runs.range()).lexmin()
    outside = [tensor for tensor in workload.inputs if tensor.name not in program.fed(number)]
    return ExactStage(
        size(runs),
        size(runs.domain()),
        _boxes(workload, runs),
        {tensor.name: _fills(runs, _access(workload, tensor)) for tensor in outside},
        size(runs.range().apply(_access(workload, workload.output))) if program.goes_out(number) else 0,
        next(iter(points(missed)), None),
    )


def exact_fused_counts(schedule: FusedSchedule, stages: Sequence[ExactStage]) -> tuple[Counts, ...]:
    """All counts of the stages that `exact_fused` found: with `exact_counts` of each box for each run that has it."""
    known: dict[Schedule, Counts] = {}
    found = []
    for item, stage in zip(schedule.stages, stages, strict=True):
        parts = {box_of(part.mapping.workload): part for _, part in item.parts}
        runs = []
        for box, times in stage.boxes.items():
            if (part := parts[box]) not in known:
                known[part] = exact_counts(part)
            runs.append((times, known[part]))
        output = item.whole.mapping.workload.output.name
        tensors: list[tuple[str, Traffic]] = [(name, InputTraffic(new, new, 0)) for name, new in stage.fills.items()]
        tensors += [(output, OutputTraffic(stage.out, stage.out, 0))] if stage.out else []
        outside = Interface(schedule.outside.name, schedule.boundary.name, 1, tuple(tensors))
        found.append(_sum(runs, (outside,) if tensors else ()))
    return tuple(found)


def box_of(workload: Workload) -> Box:
    """The box of a workload as `ExactStage.boxes` has it."""
    return tuple(workload.extents.values()), workload.padding


def _sum(runs: list[tuple[int, Counts]], outside: tuple[Interface, ...]) -> Counts:
    inside: dict[tuple[str, str, int], dict[str, list[Traffic]]] = defaultdict(lambda: defaultdict(list))
    for times, counts in runs:
        for item in counts.interfaces:
            for name, traffic in item.tensors:
                inside[item.parent, item.child, item.units][name] += [traffic] * times
    sums = [(ends, tuple((name, _total(items)) for name, items in found.items())) for ends, found in inside.items()]
    return Counts(
        sum(times * counts.points for times, counts in runs),
        sum(times * counts.steps for times, counts in runs),
        max(counts.active_peak for _, counts in runs),
        sum(times * counts.active_total for times, counts in runs),
        (*outside, *(Interface(*ends, tensors) for ends, tensors in sums)),
    )


def _total(items: list[Traffic]) -> Traffic:
    kind = type(items[0])
    return kind(*(sum(getattr(item, name) for item in items) for name in kind.__slots__))


def _whole(workload: Workload) -> isl.Set:
    names = [f"x{axis}" for axis in range(len(workload.extents))]
    inside = (f"0 <= {name} < {extent}" for name, extent in zip(names, workload.extents.values(), strict=True))
    return isl.Set(f"{{ [{', '.join(names)}] : {' and '.join(inside)} }}")


def _access(workload: Workload, tensor: Tensor) -> isl.Map:
    """From points to elements, padding included."""
    names = {name: f"x{axis}" for axis, name in enumerate(workload.extents)}
    places = (" + ".join(f"{t.coefficient}*{names[t.dimension]}" for t in item.terms) for item in tensor.subscripts)
    return isl.Map(f"{{ [{', '.join(names.values())}] -> [{', '.join(places)}] }}")


def _fills(runs: isl.Map, access: isl.Map) -> int:
    """Elements that a run touches and the one before did not, over all runs."""
    active = runs.domain()
    previous = isl.Map.lex_gt(active.get_space()).intersect_domain(active).intersect_range(active).lexmax()
    held = runs.apply_range(access)
    return size(held.subtract(previous.apply_range(held)))


def _boxes(workload: Workload, runs: isl.Map) -> dict[Box, int]:
    """The boxes of the runs, each with the number of its runs."""
    spans = [_spans(keep(runs, OUT, [axis])) for axis in range(len(workload.extents))]
    touched = {name: _spans(runs.apply_range(_index(workload, name))) for name, *_ in workload.padding}
    found: Counter[Box] = Counter()
    for run in spans[0]:
        padding = []
        for name, _, _ in workload.padding:
            coordinates, stored = touched[name][run], workload.stored[name]
            ends = sum(at < stored.start for at in coordinates), sum(at >= stored.stop for at in coordinates)
            padding += [(name, *ends)] if any(ends) else []
        found[tuple(len(axis[run]) for axis in spans), tuple(padding)] += 1
    return dict(found)


def _index(workload: Workload, name: str) -> isl.Map:
    return _access(workload, Tensor(name, (workload.index_by_name[name].subscript,)))


def _spans(places: isl.Map) -> dict[tuple[int, ...], range]:
    """For each run the coordinates from the first to the last of its places on a line."""
    first, last = ({tuple(run): at for *run, at in points(ends.wrap())} for ends in (places.lexmin(), places.lexmax()))
    return {run: range(low, last[run] + 1) for run, low in first.items()}

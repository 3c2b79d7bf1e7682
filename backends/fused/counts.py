"""What a stage of a fused program does: what comes from outside, and the sum of its runs."""

from __future__ import annotations

from collections.abc import Iterable

from ...analysis.fused.boxes import Boxes
from ...analysis.fused.nest import fills
from ...ir import Counts, FusedSchedule, InputTraffic, Interface, OutputTraffic, Traffic


def stage_counts(schedule: FusedSchedule, number: int, boxes: Boxes, runs: Iterable[tuple[int, Counts]]) -> Counts:
    """The counts of a stage: between the outermost memory and the boundary, and those of all its runs together."""
    outside = Interface(schedule.outside.name, schedule.boundary.name, 1, outside_traffic(schedule, number, boxes))
    inside: dict[tuple[str, str, int], dict[str, Traffic]] = {}
    points = steps = active = peak = 0
    for times, counts in runs:
        points += times * counts.points
        steps += times * counts.steps
        active += times * counts.active_total
        peak = max(peak, counts.active_peak)
        for item in counts.interfaces:
            sums = inside.setdefault((item.parent, item.child, item.units), {})
            for name, traffic in item.tensors:
                sums[name] = _plus(sums.get(name), traffic, times)
    found = (Interface(*ends, tuple(sums.items())) for ends, sums in inside.items())
    return Counts(points, steps, peak, active, (*([outside] if outside.tensors else []), *found))


def outside_traffic(schedule: FusedSchedule, number: int, boxes: Boxes) -> tuple[tuple[str, Traffic], ...]:
    """What passes between the outermost memory and the boundary: inputs that no stage makes, outputs that go out.

    What is new in a step of the stage comes in; each element of an output goes out once.
    """
    program, workload = schedule.program, boxes.workload
    fed = program.fed(number)
    found: list[tuple[str, Traffic]] = []
    for tensor in workload.inputs:
        if tensor.name not in fed:
            new = fills(boxes, boxes.axes(tensor))
            found.append((tensor.name, InputTraffic(new, new, 0)))
    if program.goes_out(number):
        size = workload.footprint(workload.output)
        found.append((workload.output.name, OutputTraffic(size, size, 0)))
    return tuple(found)


def _plus(before: Traffic | None, more: Traffic, times: int) -> Traffic:
    """Traffic and so many times more of it."""
    kind = type(more)
    names = kind.__slots__
    return kind(*(times * getattr(more, name) + (getattr(before, name) if before else 0) for name in names))

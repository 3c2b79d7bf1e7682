"""Stepwise time of a fused program (docs/model.md, A37): the runs of all stages one after another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ...analysis.fused.boxes import Boxes
from ...analysis.fused.nest import fills_per_step, first_made
from ...analysis.fused.tracks import Integers
from ...analysis.resources import Port, ports_of
from ...ir import FusedSchedule, Schedule


class Runs(NamedTuple):
    """All runs in the order of time: cycles of their work, and what comes in for each and goes out after it.

    `into` and `out` are cycles of the transfer, `filled` and `drained` its elements.
    """

    work: Integers
    into: Integers
    out: Integers
    filled: Integers
    drained: Integers


def stepwise_terms(
    schedule: FusedSchedule, boxes: Sequence[Boxes], cycles: Sequence[dict[Schedule, int]]
) -> tuple[tuple[str, int], ...]:
    """The parts of the time: the first fill, the runs, the last drain.

    While a run works, what is new for the next one comes in, and what the one before made goes out; ports that reads
    and writes share serve both. With a `single` buffer nothing moves beside the work. `cycles` has those of each part.
    """
    runs = _all_runs(schedule, boxes, cycles)
    if schedule.boundary.buffering == "single":
        return (("runs, nothing beside them", int((runs.into + runs.work + runs.out).sum())),)
    zero = np.zeros(1, dtype=np.int64)
    into, filled = np.concatenate([runs.into[1:], zero]), np.concatenate([runs.filled[1:], zero])
    out, drained = np.concatenate([zero, runs.out[:-1]]), np.concatenate([zero, runs.drained[:-1]])
    busy = np.maximum(np.maximum(runs.work, into), out)
    for port in _shared(schedule):
        busy = np.maximum(busy, _cycles(filled, port.width) + _cycles(drained, port.width))
    first, last = int(runs.into[0]), int(runs.out[-1])
    return ("first fill", first), ("runs", int(busy.sum())), ("last drain", last)


def _all_runs(schedule: FusedSchedule, boxes: Sequence[Boxes], cycles: Sequence[dict[Schedule, int]]) -> Runs:
    outer = len(schedule.program.loops)
    shape = boxes[-1].positions[:outer]
    columns = [
        [part.reshape((int(np.prod(shape)), -1)) for part in _runs(schedule, number, own, cycles[number])]
        for number, own in enumerate(boxes)
    ]
    work, into, out, filled, drained = (np.concatenate(parts, axis=1).ravel() for parts in zip(*columns, strict=True))
    busy = work >= 0
    return Runs(work[busy], into[busy], out[busy], filled[busy], drained[busy])


def _runs(schedule: FusedSchedule, number: int, boxes: Boxes, cycles: dict[Schedule, int]) -> tuple[Integers, ...]:
    """One stage's work (-1 where it does not run), transfer in and out, and their elements, step by step."""
    program, workload = schedule.program, boxes.workload
    work, empty = np.full(boxes.positions, -1, dtype=np.int64), np.zeros(boxes.positions, dtype=np.int64)
    known = {part.mapping.workload: part for _, part in schedule.stages[number].parts}
    for part, places in boxes.places:
        work[np.ix_(*places)] = cycles[known[part]]
    fed = program.fed(number)
    new = {item.name: fills_per_step(boxes, boxes.axes(item)) for item in workload.inputs if item.name not in fed}
    made = {workload.output.name: first_made(boxes)} if program.goes_out(number) else {}
    filled, drained = sum(new.values(), start=empty), sum(made.values(), start=empty)
    return work, _transfers(schedule, new, True, empty), _transfers(schedule, made, False, empty), filled, drained


def _transfers(schedule: FusedSchedule, moved: dict[str, Integers], into: bool, empty: Integers) -> Integers:
    """Cycles of the transfers of all steps: the network and the ports at both ends, like steps once."""
    if not moved:
        return empty
    rows = np.stack([values.ravel() for values in moved.values()])
    kinds, which = np.unique(rows, axis=1, return_inverse=True)
    cycles = [_transfer(schedule, dict(zip(moved, map(int, kind), strict=True)), into) for kind in kinds.T]
    return np.array(cycles, dtype=np.int64)[which.ravel()].reshape(empty.shape)


def _transfer(schedule: FusedSchedule, counts: dict[str, int], into: bool) -> int:
    wires = schedule.outside.network(0).transfer_cycles(counts, 1, set(counts))
    total, ends = sum(counts.values()), ((schedule.outside, into), (schedule.boundary, not into))
    met = [port.cycles(*((total, 0) if reads else (0, total))) for end, reads in ends for port in ports_of(end)]
    return max(wires, *met, 0)


def _shared(schedule: FusedSchedule) -> list[Port]:
    """The ports of both memories that reads and writes share."""
    ends = (schedule.outside, schedule.boundary)
    return [port for end in ends for port in ports_of(end) if port.reads and port.writes]


def _cycles(elements: Integers, width: int) -> Integers:
    return -(-elements // width)

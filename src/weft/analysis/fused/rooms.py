"""What the boundary memory of a fused program holds (docs/model.md, A35)."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

from ...ir import FusedProgram, Memory, Tensor
from .boxes import Boxes
from .tracks import NO_LOOP, Track, touched


def held_outside(boxes: Boxes, tensor: Tensor, memory: Memory) -> int:
    """Places for a tensor that comes from outside, or goes there: its largest chunk.

    Twice that in a memory that buffers doubly, if the chunk ever changes.
    """
    axes = boxes.axes(tensor)
    chunk = prod(int(touched((axis,), boxes.at_work(axis.loop)).each.max()) for axis in axes)
    changes = any(axis.loop != NO_LOOP and len(boxes.active[axis.loop]) > 1 for axis in axes)
    return chunk * (2 if changes and memory.buffering == "double" else 1)


def held_between(program: FusedProgram, stage: int, boxes: tuple[Boxes, ...]) -> tuple[int, int]:
    """Places for what a stage makes for others: those that are taken all the time, and those of what a step makes.

    A loop that moves the output and over which it is kept leaves, for the whole range of the loops inside of it, what
    two of its steps share; one that does not move it leaves all that the loops inside make.
    """
    own = boxes[stage]
    tracks = [own.outer[subscript.dimensions[0]] for subscript in own.workload.output.subscripts]
    pairs = list(zip(own.needed, tracks, strict=True))
    chunk = [max(needed.longest, made.longest) for needed, made in pairs]
    ranges = [max(needed.stretch, made.stretch) for needed, made in pairs]
    kept, new = 0, prod(track.longest for track in tracks)
    for loop in reversed(range(len(program.loops))):
        if program.loops[loop].dimension in program.stages[stage].recomputed or own.positions[loop] == 1:
            continue
        held = [
            span if track.loop > loop else length for track, span, length in zip(own.needed, ranges, chunk, strict=True)
        ]
        moved = [axis for axis, track in enumerate(own.needed) if track.loop == loop]
        if moved:
            held[moved[0]] = largest_overlap(own.needed[moved[0]])
            kept += prod(held)
        elif any(loop not in boxes[edge.consumer].once for edge in program.consumers(stage)):
            kept, new, chunk = prod(held), 0, held
    return kept, new


def largest_overlap(track: Track) -> int:
    """The most that two neighbouring intervals of a track share."""
    pairs = zip(track.intervals, track.intervals[1:], strict=False)
    return max((max(0, before[1] - now[0]) for before, now in pairs), default=0)


def between(program: FusedProgram, boxes: tuple[Boxes, ...], size: Callable[[str], int]) -> tuple[dict[int, int], int]:
    """Places that are kept all the time, per stage that makes something for others, and the most that what is made in a
    step takes on top, each place with the `size` of its tensor.

    What a stage makes in a step is there from its turn to that of its last consumer.
    """
    kept: dict[int, int] = {}
    turns = [0] * len(boxes)
    for number, own in enumerate(boxes):
        if edges := program.consumers(number):
            each = size(own.workload.output.name)
            lines, new = held_between(program, number, boxes)
            kept[number] = lines * each
            for turn in range(number, max(edge.consumer for edge in edges) + 1):
                turns[turn] += new * each
    return kept, max(turns)


def places(
    program: FusedProgram, boxes: tuple[Boxes, ...], memory: Memory, size: Callable[[str], int] = lambda name: 1
) -> tuple[dict[tuple[int, str], int], int]:
    """Places per stage and tensor that are taken all the time, and the most that what is made in a step takes on top.

    Each place has the `size` of its tensor.
    """
    kept, made = between(program, boxes, size)
    found: dict[tuple[int, str], int] = {}
    for number, own in enumerate(boxes):
        fed, output = program.fed(number), own.workload.output
        for tensor in own.workload.inputs:
            if tensor.name not in fed:
                found[number, tensor.name] = held_outside(own, tensor, memory) * size(tensor.name)
        name = output.name
        found[number, name] = kept[number] if number in kept else held_outside(own, output, memory) * size(name)
    return found, made

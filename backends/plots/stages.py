"""The schedule of a fused program: which stage makes which part of its output in which step of the outer loops."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, product
from math import prod
from typing import TYPE_CHECKING

from ...analysis.fused.boxes import Boxes
from ...analysis.fused.tracks import NO_LOOP, Track
from ...ir import FusedProgram
from .figure import Figure, Row
from .theme import PALETTE

if TYPE_CHECKING:
    from .figure import Layered

STEPS = 24
"""How many steps are shown if nothing else is asked for."""

_STATES = ("new", "beside what is kept", "partly again", "idle")
_COLOURS = (PALETTE[0], PALETTE[2], PALETTE[1], "#c4c9cf")
_LETTER, _LEAST = 7, 26


def stages(
    program: FusedProgram, boxes: Sequence[Boxes], machine: str, first: int = 0, steps: int | None = None
) -> Figure:
    """The steps from number `first` on of the outer loops, all stages of each.

    ValueError for a first step that there is not, and for no steps.
    """
    counts = [len(range(0, _extent(program, loop.dimension), int(loop.size))) for loop in program.loops]
    every = prod(counts)
    if not 0 <= first < every or (steps is not None and steps < 1):
        raise ValueError(f"{steps} steps from step {first} on cannot be shown: there are {every}")
    shown = islice(enumerate(product(*map(range, counts))), first, first + (steps or STEPS))
    rows = [row for step, position in shown for row in _rows(program, boxes, step, position)]
    there = len({row["step"] for row in rows})
    part = "all steps" if there == every else f"{there} of {every:,} steps, from step {first} on,"
    loops = ", ".join(f"{loop.dimension} by {loop.size}" for loop in program.loops) or "none"
    title = f"Schedule of {program.name} on {machine}"
    described = (
        f"{title}: {part} of the outer loops ({loops}), {len(boxes)} stages. A cell has the part of its output that a "
        f"stage makes in a step: new, beside what {program.memory} kept from the step before, or partly made again."
    )
    return Figure("schedule", title, described, rows, lambda rows: _draw(rows), wide=False)


def _extent(program: FusedProgram, dimension: str) -> int:
    workload = program.stages[-1].layer.workload
    assert workload is not None
    return workload.extents[dimension]


def _rows(program: FusedProgram, boxes: Sequence[Boxes], step: int, position: tuple[int, ...]) -> Iterator[Row]:
    for number, own in enumerate(boxes):
        # A stage may have loops of its own inside of the outer ones.
        outer = own.active[: len(position)]
        works = all(at in active for at, active in zip(position, outer, strict=True))
        axes = [subscript.dimensions[0] for subscript in own.workload.output.subscripts]
        made = [own.outer[name].at(_at(own.outer[name], position)) for name in axes]
        kept, again = _overlaps(program, number, own, position) if works else ({}, {})
        yield {
            "step": step,
            "position": ".".join(map(str, position)),
            "stage": program.stages[number].name,
            "state": "idle" if not works else "partly again" if again else "beside what is kept" if kept else "new",
            "makes": ", ".join(f"{n} {low}–{high - 1}" for n, (low, high) in zip(axes, made, strict=True)) * works,
            "moved": " ".join(_interval(own, name, position) for name in axes if own.outer[name].loop != NO_LOOP)
            * works,
            "kept": ", ".join(f"{count} of {name}" for name, count in kept.items()),
            "again": ", ".join(f"{count} of {name}" for name, count in again.items()),
        }


def _interval(own: Boxes, name: str, position: tuple[int, ...]) -> str:
    low, high = own.outer[name].at(_at(own.outer[name], position))
    return f"{low}–{high - 1}" if high > low + 1 else str(low) if high > low else "none"


def _at(track: Track, position: tuple[int, ...]) -> int:
    return position[track.loop] if track.loop != NO_LOOP else 0


def _overlaps(
    program: FusedProgram, number: int, own: Boxes, position: tuple[int, ...]
) -> tuple[dict[str, int], dict[str, int]]:
    """Of each axis what a step needs that was there the step before of its loop: kept, and made again."""
    found: tuple[dict[str, int], dict[str, int]] = {}, {}
    if number == len(program.stages) - 1:
        return found
    for subscript, needed in zip(own.workload.output.subscripts, own.needed, strict=True):
        if needed.loop == NO_LOOP or position[needed.loop] == 0:
            continue
        now, before = needed.at(position[needed.loop]), needed.at(position[needed.loop] - 1)
        shared = min(now[1], before[1]) - max(now[0], before[0])
        if shared > 0:
            again = program.loops[needed.loop].dimension in program.stages[number].recomputed
            found[again][subscript.dimensions[0]] = shared
    return found


def _draw(rows: Sequence[Row]) -> Layered:
    import altair as alt

    names = list(dict.fromkeys(row["stage"] for row in rows))
    room = max(max(_LETTER * len(row["moved"]), 6 * len(f"kept {row['kept']}") * bool(row["kept"])) for row in rows) + 8
    base = alt.Chart(alt.Data(values=list(rows))).encode(
        x=alt.X("step:O", title="step of the outer loops", axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        y=alt.Y("stage:N", sort=names, title=None),
    )
    tips = ("stage", "step", "position", "state", "makes", "kept", "again")
    cells = base.mark_rect(stroke="#888888", strokeWidth=0.5).encode(
        color=alt.Color(
            "state:N",
            scale=alt.Scale(domain=list(_STATES), range=list(_COLOURS)),
            legend=alt.Legend(columns=4),
        ),
        tooltip=[alt.Tooltip(f"{name}:N") for name in tips],
    )
    texts = base.mark_text(fontSize=11, dy=-3).encode(
        text="moved:N", color=alt.condition("datum.state == 'new'", alt.value("#ffffff"), alt.value("#111111"))
    )
    lines = (
        base.transform_filter("datum.kept != ''")
        .transform_calculate(line="'kept ' + datum.kept")
        .mark_text(fontSize=9, dy=11, color="#111111")
        .encode(text="line:N")
    )
    return alt.layer(cells, texts, lines).properties(width=alt.Step(max(room, _LEAST)), height=alt.Step(34))

"""The time line of a layer: what moves and what works in which cycles, level by level, as the simulator plays it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING

from ...ir import Diagnostic, Schedule, WeftError
from ..simulate import Span, play
from .axes import NUMBERS
from .figure import TRACE, Figure, Row
from .words import counted

if TYPE_CHECKING:
    import altair as alt

UNITS = 8
"""How many units of every level are shown if nothing else is asked for."""

LIMIT = 1_000_000
"""Iteration points of the largest layer that is played."""

_SPANS = 4000
_ENGINES = {
    "fill": "first fill",
    "fetch": "fetch",
    "expose": "transfer between steps",
    "work": "work",
    "drain": "drain",
    "stacked": "between stacked memories",
    "port": "busiest port",
}


def timeline(schedule: Schedule, machine: str, units: int = UNITS) -> Figure:
    """All cycles of the stepwise time, with the first `units` units of every level; of long ones the first cycles.

    Also written as a trace that Perfetto and Chrome read (`.trace.json`, all units and cycles; a microsecond there is
    a cycle). WeftError (W302) for a layer of more than `LIMIT` iteration points, ValueError for no units.
    """
    if units < 1:
        raise ValueError("a time line of no units shows nothing")
    mapping = schedule.mapping
    name = mapping.name or "layer"
    if mapping.workload.points > LIMIT:
        message = f"'{name}' has {mapping.workload.points} iteration points, the limit of a time line is {LIMIT}"
        hint = "a time line plays every step: draw that of a smaller layer, or a space-time picture"
        raise WeftError(Diagnostic("W302", message, hint=hint))
    spans = play(schedule)
    rows = list(islice((_row(span) for span in spans if _number(span, schedule) < units), _SPANS))
    cycles = max(span.end for span in spans)
    title = f"Time line of {name} on {machine}"
    shown = max(row["end"] for row in rows)
    part = "all" if shown == cycles else f"the first {shown:,} of {cycles:,}"
    busy = {text: sum(row["end"] - row["begin"] for row in rows if row["engine"] == text) for text in _ENGINES.values()}
    told = ", ".join(f"{text} {value:,}" for text, value in busy.items() if value)
    described = f"{title}: {part} cycles, {counted(units, 'unit')} of each level at most; cycles by engine: {told}."
    forms = {TRACE: lambda: _trace(spans, title)}
    return Figure("time-line", title, described, rows, lambda rows: _draw(rows), forms=forms)


def _number(span: Span, schedule: Schedule) -> int:
    """The number of a unit among those of its level."""
    found = 0
    for level, index in zip(schedule.levels, span.doing.unit, strict=False):
        found = found * level.units + index
    return found


def _row(span: Span) -> Row:
    begin, end, doing = span
    return {
        "track": _track(span),
        "engine": _ENGINES[doing.engine],
        "level": f"L{doing.level}",
        "unit": ".".join(map(str, doing.unit)),
        "step": ".".join(map(str, doing.time)),
        "begin": begin,
        "end": end,
    }


def _track(span: Span) -> str:
    """The line on which a span lies."""
    _, _, (engine, level, unit, _) = span
    where = f" {'.'.join(map(str, unit))}" if unit else ""
    if engine == "work":
        return f"work{where}"
    if engine in ("stacked", "port"):
        return _ENGINES[engine]
    return f"L{level} {'out' if engine == 'drain' else 'in'}{where}"


def _order(rows: Sequence[Row]) -> list[str]:
    """Tracks by level, transfers before the work."""
    places = {
        row["track"]: (row["engine"] == "work", row["level"], *_indices(row["unit"]), row["track"]) for row in rows
    }
    return sorted(places, key=lambda track: tuple(map(str, places[track][:2])) + places[track][2:])


def _indices(unit: str) -> tuple[str, ...]:
    return tuple(f"{int(index):08}" for index in unit.split(".") if index)


def _draw(rows: Sequence[Row]) -> alt.Chart:
    import altair as alt

    tracks = _order(rows)
    engines = [text for text in _ENGINES.values() if any(row["engine"] == text for row in rows)]
    tips = ("engine", "level", "unit", "step", "begin", "end", "length")
    end = max(row["end"] for row in rows)
    first = alt.param(name="first", value=0, bind=alt.binding_range(min=0, max=end - 1, step=1, name="from cycle "))
    shown = alt.param(name="shown", value=end, bind=alt.binding_range(min=1, max=end, step=1, name="cycles shown "))
    window = alt.Scale(domain=[{"expr": "first"}, {"expr": "first + shown"}], nice=False)
    found: alt.Chart = (
        alt.Chart(alt.Data(values=list(rows)))
        .transform_calculate(length="datum.end - datum.begin")
        .mark_bar(stroke="#888888", strokeWidth=0.3, clip=True)
        .encode(
            x=alt.X("begin:Q", title="cycle", scale=window, axis=alt.Axis(format=NUMBERS, tickCount=8)),
            x2="end:Q",
            y=alt.Y("track:N", sort=tracks, title=None, axis=alt.Axis(labelOverlap=False, grid=True)),
            color=alt.Color("engine:N", sort=engines),
            tooltip=[alt.Tooltip(f"{name}:N") for name in tips],
        )
        .add_params(first, shown)
        .properties(width=680, height=20 * len(tracks))
    )
    return found


def _trace(spans: Sequence[Span], title: str) -> str:
    """The trace-event format: a process per level, a thread per track."""
    tracks = list(dict.fromkeys((span.doing.level, _track(span)) for span in spans))
    numbers = {track: number for number, track in enumerate(tracks)}
    events: list[Row] = []
    for level in dict.fromkeys(level for level, _ in tracks):
        events.append({"ph": "M", "name": "process_name", "pid": level, "args": {"name": f"L{level}"}})
    for (level, track), number in numbers.items():
        events.append({"ph": "M", "name": "thread_name", "pid": level, "tid": number, "args": {"name": track}})
    for span in spans:
        row, level = _row(span), span.doing.level
        place = {"pid": level, "tid": numbers[level, row["track"]]}
        when = {"ts": span.begin, "dur": span.end - span.begin, "args": {"step": row["step"], "unit": row["unit"]}}
        events.append({"ph": "X", "name": row["engine"], "cat": row["level"], **place, **when})
    other = {"title": title, "unit": "a microsecond is a cycle"}
    return json.dumps({"traceEvents": events, "displayTimeUnit": "ms", "otherData": other})

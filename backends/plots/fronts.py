"""Fronts of programs and of machines, and clouds of designs with their limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .axes import is_wide, number_axis
from .figure import Figure, Row
from .theme import PALETTE, RAMP
from .words import counted

if TYPE_CHECKING:
    import altair as alt

    from .figure import Layered

METRICS = {
    "cycles": "cycles",
    "seconds": "seconds",
    "energy_pj": "energy, pJ",
    "area_mm2": "area, mm²",
    "power_mw": "power, mW",
    "edp": "energy times cycles, pJ",
}
"""What designs are compared by, and the titles of its axes."""

AXES = METRICS | {"ed2p": "energy times cycles², pJ"}
"""What fronts may be of."""

_BINS = 70
_TIPS = ("group", "point", *AXES, "settings", "program")


def front(points: Sequence[Row], x: str, y: str, title: str, limits: Mapping[str, float]) -> Figure:
    """Points that none beats in both `x` and `y`, and others that are named; hovering shows settings and programs.

    Each has a `group` (points of a group are one front), what `point` it is, and metrics.
    """
    on = [row for row in points if row["point"] == "front"]
    groups = len({row["group"] for row in points})
    several = f" in {counted(groups, 'front')}" if groups > 1 else ""
    described = f"{title}: {counted(len(on), 'point')}{several}, {AXES[y]} over {AXES[x]}."
    return Figure("front", title, described, points, lambda rows: _draw_front(rows, x, y, limits))


def _draw_front(rows: Sequence[Row], x: str, y: str, limits: Mapping[str, float]) -> Layered:
    import altair as alt

    base = _base(rows, x, y, limits)
    steps = (
        base.transform_filter("datum.point == 'front'")
        .mark_line(interpolate="step-after", strokeWidth=1.5)
        .encode(color=alt.Color("group:N"), order=alt.Order(f"{x}:Q"))
    )
    present = [name for name in _TIPS if any(name in row for row in rows)]
    points = base.mark_point(filled=True, size=70, opacity=0.9).encode(
        color=alt.Color("group:N"), shape=alt.Shape("point:N"), tooltip=[alt.Tooltip(f"{name}:N") for name in present]
    )
    return alt.layer(steps, points, *_limits(x, y, limits)).properties(width=620, height=380)


def _base(rows: Sequence[Row], x: str, y: str, limits: Mapping[str, float]) -> alt.Chart:
    """Both axes, wide enough for the limits."""
    import altair as alt

    def axis(kind: Any, metric: str) -> Any:
        ends = [row[name] for name in (metric, f"{metric}_to") for row in rows if name in row]
        return number_axis(kind, metric, AXES[metric], [*ends, *([limits[metric]] if metric in limits else [])])

    return alt.Chart(alt.Data(values=list(rows))).encode(x=axis(alt.X, x), y=axis(alt.Y, y))


def _limits(x: str, y: str, limits: Mapping[str, float]) -> list[alt.Chart]:
    """A line for the limit of each of both metrics that has one."""
    import altair as alt

    found = []
    for channel, metric in (("x", x), ("y", y)):
        if metric in limits:
            at = alt.Chart(alt.Data(values=[{metric: limits[metric], "limit": f"limit {limits[metric]:g}"}]))
            place: dict[str, Any] = {channel: alt.X(f"{metric}:Q") if channel == "x" else alt.Y(f"{metric}:Q")}
            found.append(
                at.mark_rule(strokeDash=[5, 4], strokeWidth=2, color=PALETTE[5]).encode(tooltip="limit:N", **place)
            )
    return found


def cloud(columns: Mapping[str, Any], x: str, y: str, title: str, limits: Mapping[str, float]) -> Figure:
    """All designs as numbers in the fields of a grid, however many they are, and the front of the two metrics."""
    xs, ys = (np.asarray(columns[name], dtype=np.float64) for name in (x, y))
    rows = [*_fields(xs, ys, x, y), *_front_rows(xs, ys, x, y)]
    described = f"{title}: {counted(len(xs), 'design')}, {METRICS[y]} over {METRICS[x]}; the line is their front."
    return Figure("cloud", title, described, rows, lambda rows: _draw_cloud(rows, x, y, limits))


def _fields(xs: Any, ys: Any, x: str, y: str) -> list[Row]:
    """The fields of a grid that have designs."""
    edges = [_edges(values) for values in (xs, ys)]
    counts, _, _ = np.histogram2d(xs, ys, bins=edges)
    found = []
    for i, j in zip(*np.nonzero(counts), strict=True):
        low, high = (edges[0][i], edges[1][j]), (edges[0][i + 1], edges[1][j + 1])
        row = {"kind": "designs", "designs": int(counts[i, j]), x: float(low[0]), f"{x}_to": float(high[0])}
        found.append(row | {y: float(low[1]), f"{y}_to": float(high[1])})
    return found


def _edges(values: Any) -> Any:
    low, high = values.min() * (1 - 1e-9), values.max() * (1 + 1e-9)
    space = np.geomspace if is_wide([low, high]) else np.linspace
    return space(low, max(high, low * 1.001), _BINS + 1)


def _front_rows(xs: Any, ys: Any, x: str, y: str) -> list[Row]:
    """Designs that none beats in both."""
    order = np.lexsort((ys, xs))
    least = np.minimum.accumulate(ys[order])
    kept = order[np.concatenate(([True], ys[order][1:] < least[:-1]))]
    return [{"kind": "front", x: float(xs[n]), y: float(ys[n])} for n in kept]


def _draw_cloud(rows: Sequence[Row], x: str, y: str, limits: Mapping[str, float]) -> Layered:
    import altair as alt

    data = _base(rows, x, y, limits)
    fields = (
        data.transform_filter("datum.kind == 'designs'")
        .mark_rect()
        .encode(
            x2=f"{x}_to:Q",
            y2=f"{y}_to:Q",
            color=alt.Color(
                "designs:Q",
                scale=alt.Scale(type="log", scheme=RAMP, reverse=True),  # type: ignore[arg-type]
                legend=alt.Legend(title="designs"),
            ),
            tooltip=["designs:Q", f"{x}:Q", f"{y}:Q"],
        )
    )
    line = (
        data.transform_filter("datum.kind == 'front'")
        .mark_line(interpolate="step-after", strokeWidth=2, color=PALETTE[5], point={"color": PALETTE[5]})
        .encode(order=alt.Order(f"{x}:Q"), tooltip=[f"{x}:Q", f"{y}:Q"])
    )
    return alt.layer(fields, line, *_limits(x, y, limits)).properties(width=620, height=400)

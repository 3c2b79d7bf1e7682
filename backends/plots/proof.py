"""Proofs over time: the best program that a search knew, and what no program is below, until they meet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .axes import NUMBERS, is_wide, log_axis
from .figure import Figure, Row
from .theme import PALETTE
from .words import counted

if TYPE_CHECKING:
    from .figure import Layered

OVER = ("seconds", "boxes", "programs")
"""What can run to the right: time, sets of programs that were looked at, programs that were evaluated."""

_LINES = ("best program", "lower bound")
_UNITS = {"energy": "pJ", "cycles": "cycles", "edp": "pJ × cycles", "ed2p": "pJ × cycles²"}


def proof(
    rows: Sequence[Row], objective: str, machine: str, missing: Sequence[str] = (), over: str = OVER[0]
) -> Figure:
    """The moments of the searches of some layers: `layer`, `boxes`, `programs`, `seconds`, `value` and `lower_bound`.

    One layer is shown at a time, first the one with the most moments; `missing` names layers without any. ValueError
    for another `over` than those of `OVER`.
    """
    if over not in OVER:
        raise ValueError(f"a proof is shown over {', '.join(OVER)}, not over {over!r:.60}")
    found = [row | {"gap": _gap(row)} for row in rows]
    layers = list(dict.fromkeys(row["layer"] for row in found))
    counts = {layer: sum(row["layer"] == layer for row in found) for layer in layers}
    first = max(layers, key=lambda layer: counts[layer])
    end = [row for row in found if row["layer"] == first][-1]
    title = f"Proof of the least {objective} of {first if len(layers) == 1 else f'{len(layers)} layers'} on {machine}"
    gap = "unknown" if end["gap"] is None else f"{end['gap']:.2%}"
    others = f" of {first}, the others by the menu of a page," if len(layers) > 1 else ""
    told = (
        f"{title}: {counted(counts[first], 'moment')}{others} in {end['seconds']:.3g} s and "
        f"{end['boxes']:,} sets of programs; the gap at the end is {gap}."
    )
    if missing:
        told += f" Kept answers have no history: {', '.join(missing[:5])}{', …' if len(missing) > 5 else ''}."
    unit = _UNITS.get(objective, "")
    axis = ", ".join(filter(None, (objective, unit)))
    return Figure("proof", title, told, found, lambda rows: _draw(rows, layers, first, axis, over))


def _gap(row: Row) -> float | None:
    """How far the best program is above the bound; None if there is none, or no bound."""
    return row["value"] / row["lower_bound"] - 1 if row["value"] is not None and row["lower_bound"] else None


def _draw(rows: Sequence[Row], layers: Sequence[str], first: str, axis: str, over: str) -> Layered:
    import altair as alt

    menu = alt.binding_select(options=list(layers), name="layer ") if len(layers) > 1 else alt.Undefined
    layer = alt.param(name="of", value=first, bind=menu)
    values = [value for row in rows for value in (row["value"], row["lower_bound"]) if value]
    wide = bool(values) and is_wide(values) and all(row["lower_bound"] for row in rows)
    scale = alt.Scale(type="log", nice=False, padding=8) if wide else alt.Scale(zero=False, padding=8)
    axes = log_axis(axis) if wide else alt.Axis(title=axis, format="~s")
    base = (
        alt.Chart(alt.Data(values=list(rows)))
        .transform_filter(f"datum.layer == {layer.name}")
        .encode(x=alt.X(f"{over}:Q", title=over, axis=alt.Axis(format=NUMBERS, tickCount=8)))
    )
    shade = (
        base.transform_filter("isValid(datum.value)")
        .mark_area(interpolate="step-after", opacity=0.25, color=PALETTE[4])
        .encode(y=alt.Y("lower_bound:Q", scale=scale, axis=axes), y2="value:Q")
    )
    lines = (
        base.transform_calculate(**{_LINES[0]: "datum.value", _LINES[1]: "datum.lower_bound"})
        .transform_fold(list(_LINES), as_=["line", "amount"])
        .transform_filter("isValid(datum.amount)")
        .mark_line(interpolate="step-after", strokeWidth=2, point={"size": 40, "filled": True})
        .encode(
            y=alt.Y("amount:Q", scale=scale, axis=axes),
            color=alt.Color("line:N", sort=list(_LINES)),
            strokeDash=alt.StrokeDash("line:N", sort=list(_LINES), legend=None),
            tooltip=[
                alt.Tooltip("layer:N"),
                alt.Tooltip("seconds:Q", format=".4g"),
                *(alt.Tooltip(f"{name}:Q", format=",") for name in ("boxes", "programs")),
                *(alt.Tooltip(f"{name}:Q", format=",.6g") for name in ("value", "lower_bound")),
                alt.Tooltip("gap:Q", format=".2%"),
            ],
        )
    )
    return alt.layer(shade, lines).add_params(layer).properties(width=620, height=320)

"""Two results side by side: bars of both on one scale, layer by layer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .axes import NUMBERS, layer_axis
from .figure import Figure, Row
from .theme import PALETTE
from .words import COUNTS, ENERGIES, in_words, unit_of

if TYPE_CHECKING:
    from .figure import Layered

SIDES = ("A", "B")
_STEP = 34


def sides(rows: Sequence[Row], metric: str, what: str) -> Figure:
    """What both results have of a metric: rows with `layer`, `side` (A or B), `part` (empty, or a memory) and `value`.

    `what` names the metric in the title; picojoules are shown in a unit that suits them.
    """
    sums = {side: sum(row["value"] for row in rows if row["side"] == side) for side in SIDES}
    title = f"{what}, side by side"
    units = ENERGIES if metric == "energy" else COUNTS
    a, b = (in_words(sums[side], units) for side in SIDES)
    ratio = f", {sums['B'] / sums['A']:.3f} times A" if sums["A"] else ""
    described = f"{title}: A has {a} in all, B {b}{ratio}. Both bars of a layer have one scale."
    return Figure(metric, title, described, rows, lambda rows: _draw(rows, metric, what))


def _draw(rows: Sequence[Row], metric: str, what: str) -> Layered:
    import altair as alt

    layers = list(dict.fromkeys(row["layer"] for row in rows))
    parts = list(dict.fromkeys(row["part"] for row in rows))
    totals: dict[tuple[str, str], float] = {}
    for row in rows:
        totals[row["layer"], row["side"]] = totals.get((row["layer"], row["side"]), 0.0) + row["value"]
    unit = unit_of(max(totals.values(), default=0.0), ENERGIES if metric == "energy" else COUNTS)
    base = alt.Chart(alt.Data(values=list(rows))).transform_calculate(amount=f"datum.value / {unit.of}")
    colour = (
        alt.Color("part:N", sort=parts)
        if len(parts) > 1
        else alt.Color("side:N", sort=list(SIDES), scale=alt.Scale(range=list(PALETTE[:2])))
    )
    place = {"y": layer_axis(layers), "yOffset": alt.YOffset("side:N", sort=list(SIDES))}
    axis = ", ".join(filter(None, (what, unit.name)))
    ranked = base.transform_calculate(rank=f"indexof({json.dumps(parts)}, datum.part)")
    bars = ranked.mark_bar().encode(
        **place,
        x=alt.X("amount:Q", title=axis, stack=True, axis=alt.Axis(format=NUMBERS, tickCount=6)),
        color=colour,
        order=alt.Order("rank:Q"),
        tooltip=[
            *(alt.Tooltip(f"{name}:N") for name in ("layer", "side", "part")),
            alt.Tooltip("amount:Q", title=axis, format=",.5g"),
        ],
    )
    names = (
        base.transform_aggregate(end="sum(amount)", groupby=["layer", "side"])
        .mark_text(align="left", dx=4, fontSize=10)
        .encode(**place, x="end:Q", text="side:N")
    )
    return alt.layer(bars, names).properties(width=620, height=_STEP * len(layers))

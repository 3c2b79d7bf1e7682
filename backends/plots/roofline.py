"""The roofline of every memory: what layers reach, and what the machine's elements and the memory's ways allow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ...ir import Diagnostic, WeftError
from .axes import chosen_memory, log_axis
from .figure import Figure, Row
from .results import Data, Results
from .words import counted

if TYPE_CHECKING:
    from .figure import Layered


def roofline(results: Results, memory: str = "") -> Figure:
    """Operations per cycle over operations per element that goes over a memory's busiest network or port.

    `memory` is shown first, by default the one whose ways bind most. In the model's own unit, elements, a bandwidth is
    one line for all layers, whatever the widths of their tensors are. WeftError (W001) for layers of documents that do
    not say what their resources serve.
    """
    if any("roofline" not in layer for layer in results.good):
        hint = "write it again with this version: weft evaluate … --json"
        raise WeftError(Diagnostic("W001", "the document does not say what bounds its layers", hint=hint))
    rows = [row for name, layer in results.named for row in _rows(name, layer, results.time)]
    memories = list(dict.fromkeys(row["memory"] for row in rows))
    first = chosen_memory(memory, memories) or max(memories, key=lambda name: _bound(rows, name), default="")
    bound = _bound(rows, first)
    title = f"Roofline of {results.subject} on {results.machine}"
    of_all = f"{counted(bound, 'layer')} of {len(results.good)}" if bound < len(results.good) else "all layers"
    rest = ", the others below the flat roof" if bound < len(results.good) else ""
    described = f"{title}, {results.time} time: {of_all} below the slope of {first}{rest}."
    return Figure("roofline", title, described, rows, lambda rows: _draw(rows, memories, first))


def _bound(rows: Sequence[Row], memory: str) -> int:
    """The layers that the ways of a memory allow less than the arithmetic."""
    return sum(row["attainable"] < row["peak"] for row in rows if row["memory"] == memory)


def _rows(name: str, layer: Data, time: str) -> Iterator[Row]:
    """A row per memory that something goes over."""
    roof, cycles = layer["roofline"], layer["cycles"][time]
    for memory in dict.fromkeys(item["memory"] for item in roof["resources"]):
        own = [item for item in roof["resources"] if item["memory"] == memory and item["elements"]]
        if not own or not roof["points"]:
            continue
        way = max(
            own, key=lambda item: (item["elements"] / (item["elements_per_cycle"] or float("inf")), item["elements"])
        )
        intensity = roof["points"] / way["elements"]
        peak, width = roof["points_per_cycle"], way["elements_per_cycle"]
        yield {
            "layer": name,
            "memory": memory,
            "way": way["name"],
            "elements": way["elements"],
            "elements_per_cycle": width or "unlimited",
            "intensity": intensity,
            "reached": roof["points"] / cycles,
            "attainable": min(peak, intensity * width) if width else peak,
            "peak": peak,
        }


def _roofs(rows: Sequence[Row]) -> Iterator[Row]:
    """The corners of every roof: a slope per bandwidth of a memory, and the flat part of every peak."""
    for memory, width, peak in dict.fromkeys((row["memory"], row["elements_per_cycle"], row["peak"]) for row in rows):
        limited = width != "unlimited"
        own = [row["intensity"] for row in rows if row["memory"] == memory]
        turns = [peak / width] if limited else []
        least, most = min(own + turns) / 2, max(own + turns) * 2
        turn = min(max(peak / width, least), most) if limited else least
        corners = dict.fromkeys((least, turn, most))
        for x in corners:
            y = min(peak, x * width) if limited else peak
            label = f"{width:,} elements a cycle" if limited else "unlimited"
            yield {"memory": memory, "roof": f"{label}, peak {peak:g}", "intensity": x, "operations": y}


def _draw(rows: Sequence[Row], memories: Sequence[str], first: str) -> Layered:
    import altair as alt

    chosen = alt.param(name="at", value=first, bind=alt.binding_select(options=list(memories), name="memory "))
    kept = f"datum.memory == {chosen.name}"
    logarithmic = alt.Scale(type="log", nice=False, padding=12)
    x = alt.X("intensity:Q", scale=logarithmic, axis=log_axis("operations per element moved"))
    y = alt.Y("operations:Q", scale=logarithmic, axis=log_axis("operations per cycle"))
    roofs = (
        alt.Chart(alt.Data(values=list(_roofs(rows)) if rows else []))
        .transform_filter(kept)
        .mark_line(strokeWidth=1.5, interpolate="linear")
        .encode(x=x, y=y, detail="roof:N", strokeDash=alt.value([6, 3]), color=alt.value("#999999"), tooltip="roof:N")
    )
    points = (
        alt.Chart(alt.Data(values=list(rows)))
        .transform_filter(kept)
        .transform_calculate(
            operations="datum.reached", bound="datum.attainable < datum.peak ? datum.way : 'arithmetic'"
        )
        .mark_point(filled=True, size=70, opacity=0.8)
        .encode(
            x=x,
            y=y,
            color=alt.Color("bound:N", legend=alt.Legend(title="roof of")),
            shape=alt.Shape("bound:N"),
            tooltip=[
                alt.Tooltip("layer:N"),
                alt.Tooltip("reached:Q", title="operations per cycle", format=",.4g"),
                alt.Tooltip("attainable:Q", title="attainable", format=",.4g"),
                alt.Tooltip("intensity:Q", title="operations per element", format=",.4g"),
                alt.Tooltip("way:N"),
                alt.Tooltip("elements:Q", format=","),
                alt.Tooltip("elements_per_cycle:N"),
            ],
        )
        .add_params(chosen)
    )
    return alt.layer(roofs, points).properties(width=620, height=360)

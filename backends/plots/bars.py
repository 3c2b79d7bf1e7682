"""Bars of layers: energy and traffic in stacked parts, cycles with utilization."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ...ir import ARITHMETIC
from .axes import NUMBERS, chosen_memory, layer_axis
from .figure import Figure, Row
from .results import Data, Results
from .theme import PALETTE
from .words import COUNTS, ENERGIES, Unit, in_words, shares, unit_of

if TYPE_CHECKING:
    from .figure import Layered

PARTS = ("memory", "tensor", "operation")
"""What bars can be stacked by."""

PARENT_SIDE = ("reads", "updates", "readbacks")
"""Counts at the memory above an interface: what leaves it and what comes back."""

_STEP = 18


def energy(results: Results, by: str = "memory") -> Figure:
    """The energy of every layer, stacked `by` memory, tensor or operation."""
    rows = [_energy_row(name, term) for name, layer in results.named for term in layer["energy_terms"]]
    rows = [row for row in rows if row["picojoules"]]
    total = sum(layer["energy_pj"]["total"] for layer in results.good)
    title = f"Energy of {results.subject} on {results.machine}"
    described = f"{title}: {in_words(total, ENERGIES)} in all, of which {shares(_sums(rows, by, 'picojoules'))}."

    def draw(rows: Sequence[Row]) -> Layered:
        unit = unit_of(max(_sums(rows, "layer", "picojoules").values(), default=0.0), ENERGIES)
        return _stacked(rows, results.labels, "picojoules", unit, f"energy, {unit.name}", by)

    return Figure("energy", title, described, rows, draw)


def _energy_row(layer: str, term: Data) -> Row:
    component = term["component"]
    operation = term["name"].removeprefix(f"{component} ")
    return {
        "layer": layer,
        "memory": "arithmetic" if component == ARITHMETIC else component,
        "tensor": term["tensor"] or "none",
        "operation": "arithmetic" if component == ARITHMETIC and operation == ARITHMETIC else operation,
        "accesses": term["accesses"],
        "picojoules": term["picojoules"],
    }


def traffic(results: Results, by: str = "tensor", memory: str = "") -> Figure:
    """What every memory gives and takes back, in elements, stacked `by` memory, tensor or operation; shown first is
    what `memory` (by default the outermost) exchanges with the memories below it."""
    rows = [row for name, layer in results.named for row in _traffic_rows(name, layer)]
    parents = list(dict.fromkeys(row["parent"] for row in rows))
    first = chosen_memory(memory, parents) or (parents[0] if parents else "")
    title = f"Traffic of {results.subject} on {results.machine}"
    own = [row for row in rows if row["parent"] == first and row["operation"] in PARENT_SIDE]
    moved = in_words(sum(row["elements"] for row in own), COUNTS, "elements")
    described = f"{title}: {moved} leave and enter {first}, of which {shares(_sums(own, by, 'elements'))}."

    def draw(rows: Sequence[Row]) -> Layered:
        import altair as alt

        rows = [row for row in rows if row["operation"] in PARENT_SIDE]
        unit = unit_of(max(_sums(rows, "layer", "elements").values(), default=0.0), COUNTS)
        options = alt.binding_select(options=[*parents, "all"], name="at memory ")
        chosen = alt.param(name="at", value=first, bind=options)
        kept = f"{chosen.name} == 'all' || datum.parent == {chosen.name}"
        axis = " ".join(filter(None, (unit.name, "elements")))
        return _stacked(rows, results.labels, "elements", unit, axis, by, [chosen], kept)

    return Figure("traffic", title, described, rows, draw)


def _traffic_rows(layer: str, data: Data) -> list[Row]:
    return [
        {
            "layer": layer,
            "parent": interface["parent"],
            "child": interface["child"],
            "memory": f"{interface['parent']} to {interface['child']}",
            "tensor": tensor,
            "operation": count,
            "elements": elements,
        }
        for interface in data["interfaces"]
        for tensor, counts in interface["tensors"].items()
        for count, elements in counts.items()
        if elements
    ]


def _sums(rows: Sequence[Row], key: str, value: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for row in rows:
        found[row[key]] = found.get(row[key], 0.0) + row[value]
    return found


def _stacked(
    rows: Sequence[Row],
    labels: Sequence[str],
    value: str,
    unit: Unit,
    axis: str,
    by: str,
    params: Sequence[Any] = (),
    kept: str = "true",
) -> Layered:
    """A bar per layer, stacked by what a page lets its reader choose."""
    import altair as alt

    part = alt.param(name="by", value=by, bind=alt.binding_select(options=list(PARTS), name="stacked by "))
    order = list(dict.fromkeys(row[key] for key in PARTS for row in rows))
    bars = (
        alt.Chart(alt.Data(values=list(rows)))
        .add_params(part, *params)
        .transform_filter(kept)
        .transform_calculate(part=f"datum[{part.name}]", amount=f"datum.{value} / {unit.of}")
        .transform_aggregate(amount="sum(amount)", groupby=["layer", "part"])
        .transform_calculate(rank=f"indexof({json.dumps(order)}, datum.part)")
        .mark_bar()
        .encode(
            y=layer_axis(labels),
            x=alt.X("amount:Q", title=axis, stack=True, axis=alt.Axis(format=NUMBERS, tickCount=6)),
            color=alt.Color("part:N", sort=order),
            order=alt.Order("rank:Q"),
            tooltip=[
                alt.Tooltip("layer:N"),
                alt.Tooltip("part:N"),
                alt.Tooltip("amount:Q", title=axis, format=",.4g"),
            ],
        )
    )
    return alt.layer(bars).properties(width=620, height=_STEP * len(labels))


def utilization(results: Results) -> Figure:
    """The cycles of every layer by both time models. Their useful part is that in which a machine at full rate would do
    the same work."""
    rows = [
        {
            "layer": name,
            "time": time,
            "cycles": cycles,
            "utilization": layer["utilization"] * layer["cycles"][results.time] / cycles,
        }
        for name, layer in results.named
        for time, cycles in layer["cycles"].items()
    ]
    title = f"Cycles and utilization of {results.subject} on {results.machine}"
    own = [row for row in rows if row["time"] == results.time]
    cycles = in_words(sum(row["cycles"] for row in own), COUNTS, "cycles")
    used = [row["utilization"] for row in own]
    range_of = f"{max(used):.1%}" if len(used) == 1 else f"{min(used):.1%} to {max(used):.1%}"
    described = f"{title}: {cycles} in all by {results.time} time, layers use {range_of} of the machine."

    def draw(rows: Sequence[Row]) -> Layered:
        return _cycles_chart(rows, results)

    return Figure("utilization", title, described, rows, draw)


def _cycles_chart(rows: Sequence[Row], results: Results) -> Layered:
    import altair as alt

    unit = unit_of(max((row["cycles"] for row in rows), default=0), COUNTS)
    model = alt.param(
        name="model", value=results.time, bind=alt.binding_select(options=["stepwise", "throughput"], name="time ")
    )
    axis = " ".join(filter(None, (unit.name, "cycles")))
    base = (
        alt.Chart(alt.Data(values=list(rows)))
        .transform_filter(f"datum.time == {model.name}")
        .transform_calculate(amount=f"datum.cycles / {unit.of}")
        .encode(y=layer_axis(results.labels))
    )
    bars = (
        base.transform_calculate(useful="datum.amount * datum.utilization", lost="datum.amount - datum.useful")
        .transform_fold(["useful", "lost"], as_=["part", "length"])
        .mark_bar()
        .encode(
            x=alt.X("length:Q", title=axis, stack=True, axis=alt.Axis(format=NUMBERS, tickCount=6)),
            color=alt.Color("part:N", scale=alt.Scale(domain=["useful", "lost"], range=[PALETTE[0], PALETTE[-1]])),
            order=alt.Order("part:N", sort="descending"),
            tooltip=[
                alt.Tooltip("layer:N"),
                alt.Tooltip("cycles:Q", format=","),
                alt.Tooltip("utilization:Q", format=".2%"),
            ],
        )
        .add_params(model)
    )
    texts = base.mark_text(align="left", dx=4, fontSize=11).encode(
        x="amount:Q", text=alt.Text("utilization:Q", format=".1%")
    )
    return alt.layer(bars, texts).properties(width=620, height=_STEP * len(results.labels))

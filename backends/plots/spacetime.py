"""Units over steps: which chunk of every tensor each unit holds, and how what is new reaches it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...ir import Schedule, Tensor, Workload
from ..simulate.held import Held, held_in
from .figure import Figure, Row
from .theme import PALETTE
from .words import counted

if TYPE_CHECKING:
    import altair as alt

    from .figure import Layered

STEPS, UNITS = 24, 32
"""How many steps and units are shown if nothing else is asked for."""

_STATES = ("new", "multicast", "forwarded", "reduced", "kept")
_COLOURS = (PALETTE[0], PALETTE[1], PALETTE[2], PALETTE[3], "#c4c9cf")
_LETTER, _LEAST, _MOST = 7, 16, 1000


def spacetime(schedule: Schedule, machine: str, first: int = 0, steps: int = STEPS, units: int = UNITS) -> Figure:
    """The steps from number `first` on and the first `units` units, as the simulator runs the program step by step.

    ValueError for numbers that are negative or no steps or units at all.
    """
    if first < 0 or steps < 1 or units < 1:
        raise ValueError(f"{steps} steps from step {first} on and {units} units cannot be shown")
    mapping = schedule.mapping
    rows = [_row(item, mapping.workload) for item in held_in(schedule, first, steps, units)]
    name = mapping.name or "layer"
    title = f"Steps of {name} on {machine}"
    seen = f"{counted(len({row['step'] for row in rows}), 'step')} from step {first} on"
    there = len({row["unit"] for row in rows})
    all_units = schedule.pes_used
    some = counted(there, "unit") if there == all_units else f"the first {there} of {all_units:,} units"
    described = (
        f"{title}: {seen}, {some}. Of each tensor a unit's chunk is new from the memory above, multicast to several "
        "units at once, forwarded by a neighbour, reduced with others, or kept."
    )
    return Figure("space-time", title, described, rows, lambda rows: _draw(rows, mapping.workload), wide=False)


def _row(item: Held, workload: Workload) -> Row:
    tensor = workload.tensor(item.tensor)
    *outer, inner = item.unit
    return {
        "step": item.step,
        "time": ".".join(map(str, item.time)),
        "unit": ".".join(map(str, item.unit)),
        "across": inner,
        "down": ".".join(map(str, outer)) or "0",
        "tensor": item.tensor,
        "chunk": " ".join(map(_interval, item.axes)),
        "axes": _names(item, tensor),
        "held": item.held,
        "new": item.new,
        "forwarded": item.forwarded,
        "multicast": item.multicast,
        "reduced": item.reduced,
        "state": _state(item),
    }


def _state(item: Held) -> str:
    """What is most of what a unit holds that moves; what adds up counts before what is new."""
    if item.reduced:
        return "reduced"
    alone = item.new - item.forwarded - item.multicast
    most, name = max((item.multicast, "multicast"), (item.forwarded, "forwarded"), (alone, "new"), key=lambda x: x[0])
    return name if most else "kept"


def _interval(axis: tuple[int, int]) -> str:
    low, high = axis
    return str(low) if high == low + 1 else f"{low}–{high - 1}"


def _names(item: Held, tensor: Tensor) -> str:
    parts = zip(tensor.subscripts, item.axes, strict=True)
    return ", ".join(f"{subscript}: {_interval(axis)}" for subscript, axis in parts)


def _short(rows: Sequence[Row]) -> dict[tuple[str, str], str]:
    """Labels without the axes on which all chunks of a tensor are the same."""
    found: dict[tuple[str, str], str] = {}
    for tensor in dict.fromkeys(row["tensor"] for row in rows):
        labels = list(dict.fromkeys(row["chunk"] for row in rows if row["tensor"] == tensor))
        columns = list(zip(*(label.split(" ") for label in labels), strict=True))
        moving = [column for column in columns if len(set(column)) > 1] or columns[-1:]
        found |= {
            (tensor, label): " ".join(parts) for label, parts in zip(labels, zip(*moving, strict=True), strict=True)
        }
    return found


def _draw(rows: Sequence[Row], workload: Workload) -> alt.VConcatChart:
    """The array in one step, which a page lets its reader choose, above all steps."""
    import altair as alt

    short = _short(rows)
    data = alt.Data(values=[row | {"short": short[row["tensor"], row["chunk"]]} for row in rows])
    tensors = [tensor.name for tensor in workload.tensors]
    first, last = rows[0]["step"], rows[-1]["step"]
    step = alt.param(name="now", value=first, bind=alt.binding_range(min=first, max=last, step=1, name="step "))
    room = _LETTER * max(map(len, short.values())) + 8
    across = len({row["across"] for row in rows})
    beside = across * max(room, _LEAST) * len(tensors) <= _MOST
    now = f"datum.step == {step.name}"
    down = list(dict.fromkeys(row["down"] for row in rows))
    titles = ("unit", "outer units" if len(down) > 1 else "")
    array = _grid("across", "down", titles, down, room if across * room <= _MOST else 0)
    units = list(dict.fromkeys(row["unit"] for row in rows))
    marked = (
        alt.Chart()
        .transform_filter(now)
        .mark_rect(filled=False, strokeWidth=2)
        .encode(x="step:O", y=alt.Y("unit:N", sort=units), stroke=alt.value(PALETTE[5]))
    )
    long = (last - first + 1) * room > _MOST
    steps = _grid("step", "unit", ("step", "unit"), units, 0 if long else room, marked)
    column = alt.Column("tensor:N", sort=tensors, title=None)
    row = alt.Row("tensor:N", sort=tensors, title=None, header=alt.Header(labelAngle=0, labelAlign="left"))
    now_only = array.transform_filter(now)
    upper = now_only.facet(data=data, column=column) if beside else now_only.facet(data=data, row=row)
    return alt.vconcat(upper, steps.facet(data=data, row=row)).add_params(step)


def _grid(x: str, y: str, titles: tuple[str, str], lines: list[str], room: int, *more: alt.Chart) -> Layered:
    """Cells of a colour per state, in `lines`, with their chunks where there is `room` (else 0), and `more` above."""
    import altair as alt

    tips = ("tensor", "unit", "step", "time", "axes", "held", "new", "multicast", "forwarded", "reduced")
    base = alt.Chart().encode(
        x=alt.X(f"{x}:O", title=titles[0], axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        y=alt.Y(f"{y}:N", title=titles[1] or None, sort=lines),
    )
    states = alt.Scale(domain=list(_STATES), range=list(_COLOURS))
    cells = (
        base.mark_rect(stroke="#888888", strokeWidth=0.5)
        .properties(name=f"of_{x}")
        .encode(
            color=alt.Color("state:N", scale=states, legend=alt.Legend(columns=5)),
            tooltip=[alt.Tooltip(f"{name}:N") for name in tips],
        )
    )
    texts = base.mark_text(fontSize=10).encode(
        text="short:N", color=alt.condition("datum.state == 'new'", alt.value("#ffffff"), alt.value("#111111"))
    )
    size = {"width": alt.Step(max(room, _LEAST)), "height": alt.Step(_LEAST + 2)}
    return alt.layer(cells, *[texts] * bool(room), *more).properties(**size)

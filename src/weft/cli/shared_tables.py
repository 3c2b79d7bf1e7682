"""What `weft explore` of networks shows: the best machines, what is proved, what binds, and what is next to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console

from ..backends.cost import Cost
from ..exploration.results import Design
from .components import Components
from .explore_tables import SHOWN, setting_text_of, show_limits
from .output import console, energy_text
from .tables import Table, numbers, texts

if TYPE_CHECKING:
    from ..exploration.shared_job import SharedAnswer, SharedExploration
    from ..exploration.shared_sensitivity import Change

_METRICS = ("cycles", "energy µJ", "area mm²", "power mW")
_NAMES = {"area_mm2": "mm²", "power_mw": "mW"}


def show_shared(found: SharedExploration, wide: bool = False) -> None:
    """Print a result as tables."""
    out = console()
    _show_machines(out, found)
    _show_best(out, found, wide)
    for answer in found.answers:
        out.print(f"{answer.objective}: {_verdict(answer)}")
        for name, spread in answer.spread:
            said = ", ".join(f"level {level} spreads {dimension}" for level, dimension in spread)
            out.print(f"{answer.objective}: dataflow of {name}: {said}")
    best = {answer.objective: answer.design for answer in found.answers}
    show_limits(out, "what the best machines take of the limits", dict(found.job.limits), best)
    _show_changes(out, found)
    _show_loads(out, found, wide)
    _show_front(out, found)


def _show_machines(out: Console, found: SharedExploration) -> None:
    """How many machines there are, if limits leave some of them out."""
    tally = found.tally
    if tally.valid < tally.designs:
        over = ", ".join(f"{number:,} over {name}" for name, number in tally.over if number)
        illegal = f", {tally.illegal:,} break a rule" if tally.illegal else ""
        out.print(f"{tally.designs:,} machines: {tally.valid:,} within the limits, {over or 'none over any'}{illegal}")


def _show_best(out: Console, found: SharedExploration, wide: bool) -> None:
    known = [item for item in found.answers if item.design] if wide else []
    costs = {item.objective: _costs(item) for item in known}
    more = Components(cost for own in costs.values() for cost in own)
    table = Table("best machines", [*texts("best"), *numbers(*found.job.space.keys, *_METRICS), *more.energies])
    for answer in found.answers:
        cells = _row(found, answer.design) if answer.design else ["none"]
        table.add_row(answer.objective, *cells, *more.sums(costs.get(answer.objective, ())))
    out.print(table)


def _costs(answer: SharedAnswer) -> list[Cost]:
    """What the layers of the best design cost."""
    from ..exploration.design_rows import costs_of
    from ..exploration.shared_job import workloads_of

    assert answer.design is not None
    return costs_of(answer.design, workloads_of(answer.search))


def _row(found: SharedExploration, design: Design) -> list[str]:
    metrics, variables = design.metrics, {item.key: item for item in found.job.space.variables}
    settings = [setting_text_of(variables.get(key), value) for key, value in design.settings]
    cells = f"{metrics.cycles:,}", energy_text(metrics.energy_pj), f"{metrics.area_mm2:.4f}", f"{metrics.power_mw:,.1f}"
    return [*settings, *cells]


def _verdict(answer: SharedAnswer) -> str:
    """What is proved, in words."""
    data = answer.certificate
    space = f"{data['machines']:,} machines, 10^{data['state_space_log10']:.1f} designs"
    work = f"{data['boxes']} boxes of machines, {data['searches']} searches"
    said = {
        "optimal": "proved optimal",
        "within": f"proved within {answer.gap or 0:.2%} of the best",
        "budget": "not proved" if answer.gap is None else f"stopped early, within {answer.gap:.2%} of the best",
    }[answer.status]
    bound = "" if data["lower_bound"] is None else f": no design is below {data['lower_bound']:.6g}"
    binding = data["binding"]
    binds = f"; {' and '.join(binding)} {'bind' if len(binding) > 1 else 'binds'}" if binding else ""
    return f"{said}{bound} ({space}; {work}){binds}"


def _show_changes(out: Console, found: SharedExploration) -> None:
    """How the best values change with one field or one limit, all else free; and what more of a limit buys."""
    columns = [*texts("best", "field or limit"), *numbers("from", "to", "value", "change")]
    table, rows, said = (
        Table("best value with another value of one field, or another limit, all else free", columns),
        0,
        [],
    )
    variables = {item.key: item for item in found.job.space.variables}
    for answer in found.answers:
        near = found.sensitivity.get(answer.objective)
        best = answer.search.best
        if near is None or best is None or answer.design is None:
            continue
        own = dict(answer.design.settings) | {key: float(f"{most:.6g}") for key, most in found.job.limits}
        for change in (*near.fields, *near.limits):
            shown = [setting_text_of(variables.get(change.key), item) for item in (own[change.key], _to(change))]
            table.add_row(answer.objective, change.key, *shown, *_change(change, best.value))
            rows += 1
        for metric, most in found.job.limits:
            if (worth := near.worth(answer.search, metric, most)) is not None:
                unit = _NAMES.get(metric, metric)
                said.append(f"{answer.objective}: one more {unit} than {own[metric]:g} buys {worth:.4g} off the value")
    if rows:
        out.print(table)
    for line in said:
        out.print(line)


def _to(change: Change) -> object:
    return float(f"{change.setting:.6g}") if isinstance(change.setting, float) else change.setting


def _change(change: Change, value: float) -> tuple[str, str]:
    bound = change.search.lower_bound
    if change.value is None:
        return ("none is valid" if change.status != "budget" else f"not below {bound:.6g}"), ""
    state = "" if change.status != "budget" else f", not below {bound:.6g}"
    return f"{change.value:.6g}{state}", f"{change.value / value - 1:+.2%}" if value else ""


def _show_loads(out: Console, found: SharedExploration, wide: bool) -> None:
    """What keeps the layers busy that take most cycles, and how much of all cycles each resource has."""
    for answer in found.answers:
        total = sum(load.cycles for load in answer.loads)
        if not total:
            continue
        order = sorted(answer.loads, key=lambda load: -load.cycles)[: None if wide else SHOWN]
        some = f", {len(order)} of {len(answer.loads)} layers" if len(order) < len(answer.loads) else ""
        energy = numbers("energy µJ") if wide else []
        columns = [*texts("layer"), *numbers("cycles", "part", "utilization"), *energy, *texts("busiest")]
        table = Table(f"{answer.objective}: what keeps layers busy{some}", columns)
        for load in order:
            part = f"{load.cycles / total:.1%}"
            cells = [energy_text(load.energy_pj)] * wide
            table.add_row(load.layer, f"{load.cycles:,}", part, f"{load.utilization:.1%}", *cells, load.busiest)
        out.print(table)
        shares = ((name, sum(load.cycles for load in answer.loads if load.busiest == name)) for name in answer.busiest)
        said = (
            f"{name} in {answer.busiest[name]} layers, {cycles / total:.1%} of the cycles" for name, cycles in shares
        )
        out.print(f"{answer.objective}: busiest: {'; '.join(said)}")


def _show_front(out: Console, found: SharedExploration) -> None:
    front = found.front
    if front is None:
        return
    shown = _some(found.front_designs)
    some = f", {len(shown)} of them" if len(shown) < len(front.steps) else ""
    title = f"front of {', '.join(front.names)}: {len(front.steps):,} machines{some}"
    table = Table(title, numbers(*found.job.space.keys, *_METRICS))
    for design in shown:
        table.add_row(*_row(found, design))
    out.print(table)
    if not front.complete:
        what = "no step is proved" if front.down_to == float("inf") else f"known for {front.down_to:.6g} and more"
        out.print(f"the front is not complete: the time was over; {what}")


def _some(designs: Sequence[Design]) -> Sequence[Design]:
    return designs[:: max(1, -(-len(designs) // SHOWN))]

"""What `weft explore` shows: how many designs there are, the best ones, what binds them, and what is next to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Console

from ..backends.cost import Cost
from ..exploration.explored import Exploration
from ..exploration.one_answer import OneAnswer
from ..exploration.results import Design, objective_of
from ..ir import Metric, Variable
from .components import Components, busiest
from .output import console, energy_text
from .tables import Table, numbers, texts

if TYPE_CHECKING:
    from ..exploration.sensitivity import Step

SHOWN = 10
"""Designs of a front that are shown."""


def show_exploration(found: Exploration, wide: bool = False) -> None:
    """Print a result as tables."""
    out = console()
    for answer in found.runs:
        _show_tally(out, answer)
        _show_best(out, found, answer, wide)
        title = f"{answer.layer}: what the best designs take of the limits"
        show_limits(out, title, dict(found.job.limits), answer.best)
        _show_steps(out, found, answer)
        _show_front(out, found, answer)
    if len(found.runs) > 1:
        tally = found.tally
        out.print(f"{len(found.runs)} layers: {tally.designs:,} designs, {tally.valid:,} valid, {_rate(found)}")


def _show_tally(out: Console, answer: OneAnswer) -> None:
    tally, seconds = answer.tally, answer.seconds
    table = Table(f"{answer.layer}: designs of {answer.run.space.base.name}", [*texts(""), *numbers("designs", "part")])
    rows = [("all", tally.designs), ("valid", tally.valid), ("illegal", tally.illegal)]
    rows += [(f"over {name}", number) for name, number in tally.over]
    for name, number in rows:
        table.add_row(name, f"{number:,}", f"{number / tally.designs:.3%}")
    out.print(table)
    out.print(f"every design is accounted for in {seconds:.1f} s: {answer.run.counts.priced:,} were priced")


def _show_best(out: Console, found: Exploration, answer: OneAnswer, wide: bool) -> None:
    titles = ("program", "cycles", "energy µJ", "area mm²", "power mW", "utilization", "busiest")
    keys = found.job.space.keys
    columns = [*texts("best"), *numbers(*keys), *texts(titles[0]), *numbers(*titles[1:6]), *texts(titles[6])]
    costs = {name: Cost(answer.schedule(design)) for name, design in answer.best.items() if design}
    more = Components(costs.values() if wide else ())
    table = Table(f"{answer.layer}: best designs, {found.job.time} time", [*columns, *more.energies])
    for name, design in answer.best.items():
        if design is None:
            table.add_row(name, *[""] * len(keys), "no design is valid")
            continue
        cost = costs[name]
        utilization = f"{cost.utilization(found.job.time):.1%}"
        table.add_row(name, *_cells(design, keys, found), utilization, busiest(cost), *more.sums([cost]))
    out.print(table)


def _cells(design: Design, keys: Sequence[str], found: Exploration) -> list[str]:
    settings, metrics, program = dict(design.settings), design.metrics, design.programs[0]
    variables = {variable.key: variable for variable in found.job.space.variables}
    tiles = " ".join(f"{name}={size}" for name, size in program.tiles)
    return [
        *(setting_text_of(variables.get(key), settings[key]) for key in keys),
        f"{program.file.rsplit('/', 1)[-1]} {tiles}".rstrip(),
        f"{metrics.cycles:,}",
        energy_text(metrics.energy_pj),
        f"{metrics.area_mm2:.4f}",
        f"{metrics.power_mw:.1f}",
    ]


def setting_text_of(variable: Variable | None, value: object) -> str:
    """A value of a variable as `--vary` has it."""
    return str(value) if variable is None else variable.text(value)


def show_limits(out: Console, title: str, limits: Mapping[Metric, float], best: Mapping[str, Design | None]) -> None:
    """How much of every limit the best designs take: what is nearly all binds."""
    found = {name: design for name, design in best.items() if design}
    if not limits or not found:
        return
    table = Table(title, [*texts("best"), *numbers(*limits)])
    for name, design in found.items():
        cells = (f"{getattr(design.metrics, metric) / most:.1%} of {most:g}" for metric, most in limits.items())
        table.add_row(name, *cells)
    out.print(table)


def _show_steps(out: Console, found: Exploration, answer: OneAnswer) -> None:
    """How the best values change one step down and up of every field, all else free."""
    steps = {name: own for name, own in answer.steps.items() if own}
    if not steps:
        return
    table = Table(
        f"{answer.layer}: best value with another value of one field, all else free",
        [*texts("best", "field"), *numbers("from", "to", "value", "change")],
    )
    variables = {variable.key: variable for variable in found.job.space.variables}
    for name, own in steps.items():
        design = answer.best[name]
        assert design is not None
        value, settings = objective_of(design.metrics, name), dict(design.settings)
        for step in own:
            variable = variables[step.key]
            cells = (name, step.key, variable.text(settings[step.key]), variable.text(step.setting))
            table.add_row(*cells, *_change(step, value))
    out.print(table)


def _change(step: Step, value: float) -> tuple[str, str]:
    if step.value == float("inf"):
        return "none is valid", ""
    return f"{step.value:.6g}", f"{step.value / value - 1:+.2%}" if value else ""


def _show_front(out: Console, found: Exploration, answer: OneAnswer) -> None:
    if not found.job.front:
        return
    front, keys = answer.front, found.job.space.keys
    titles = ("cycles", "energy µJ", "area mm²", "power mW")
    shown = front[:: max(1, -(-len(front) // SHOWN))]
    title = f"{answer.layer}: front of {', '.join(found.job.front)}: {len(front):,} designs"
    table = Table(f"{title}, {len(shown)} of them" if len(shown) < len(front) else title, [
        *numbers(*keys), *texts("program"), *numbers(*titles)
    ])  # fmt: skip
    for design in shown:
        table.add_row(*_cells(design, keys, found))
    out.print(table)


def _rate(found: Exploration) -> str:
    return f"{found.tally.designs / max(found.seconds, 1e-9):.3g} designs a second"

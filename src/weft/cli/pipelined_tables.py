"""What `weft explore` shows of a pipelined design: every layer's share, the sums, the proof, what the limits cost."""

from __future__ import annotations

from rich.console import Console

from ..exploration.design_rows import costs_of
from ..exploration.pipeline_search import PipelinedDesign
from ..exploration.pipelined import Pipelined
from ..search.certificate import power_of_ten
from .components import Components
from .explore_tables import setting_text_of
from .output import console, energy_text
from .tables import Table, numbers, texts

_METRICS = ("cycles", "energy µJ", "area mm²", "power mW")


def show_pipelined(found: Pipelined, wide: bool = False) -> None:
    """Print a result as tables."""
    out = console()
    count, designs = len(found.shares), power_of_ten(found.designs)
    out.print(f"{count} layers, each with a machine for itself: {designs} designs, {power_of_ten(found.valid)} valid")
    for objective, design in found.best.items():
        if design is None:
            out.print(f"{objective}: nothing was found in time")
            continue
        _show_layers(out, found, objective, design, wide)
        _show_sums(out, found, objective, design)
        out.print(str(design.certificate))
    made, search = found.seconds["designs"], found.seconds["search"]
    out.print(f"layers' designs in {made:.1f} s, choices among them in {search:.1f} s")


def _show_layers(out: Console, found: Pipelined, objective: str, design: PipelinedDesign, wide: bool) -> None:
    variables = {item.key: item for item in found.job.space.variables}
    keys = [name for name, _ in design.layers[0].settings]
    columns = [*texts("layer"), *numbers(*keys), *texts("program"), *numbers(*_METRICS)]
    costs = [costs_of(layer, found.workloads) if wide else [] for layer in design.layers]
    more = Components(cost for own in costs for cost in own)
    columns += more.energies
    table = Table(f"best pipelined design by {objective}", columns)
    for layer, own in zip(design.layers, costs, strict=True):
        program, metrics, settings = layer.programs[0], layer.metrics, dict(layer.settings)
        tiles = " ".join(f"{name}={size}" for name, size in program.tiles)
        table.add_row(
            program.layer,
            *(setting_text_of(variables.get(key), settings[key]) for key in keys),
            f"{program.file.rsplit('/', 1)[-1]} {tiles}".rstrip(),
            *_cells(metrics.cycles, metrics.energy_pj, metrics.area_mm2, metrics.power_mw),
            *more.sums(own),
        )
    out.print(table)


def _show_sums(out: Console, found: Pipelined, objective: str, design: PipelinedDesign) -> None:
    whole, limits = design.metrics, dict(found.job.limits)
    cycles = "cycles of the slowest layer" if found.job.pipelined == "pace" else "cycles"
    table = Table("all layers", [*texts(""), *numbers(cycles, *_METRICS[1:])])
    table.add_row("together", *_cells(whole.cycles, whole.energy_pj, whole.area_mm2, whole.power_mw))
    out.print(table)
    for name, most in limits.items():
        out.print(f"{name}: {getattr(whole, name) / most:.2%} of {most:g} taken")
    for metric, limit, value in design.sensitivity:
        best = "there is no design" if value is None else f"the best {objective} is {_change(value, design)}"
        out.print(f"with {metric} <= {limit:.6g} {best}")
    for turn in design.turns:
        said = [f"{turn.metric} <= {float(turn.least):.6g} suffices for it"]
        if turn.cheaper:
            least, reached = turn.cheaper
            said.append(f"the next one needs {float(least):.6g}, with {objective} {_change(reached, design)}")
        if turn.dearer:
            least, reached = turn.dearer
            said.append(f"{float(least):.6g} buys {objective} {_change(reached, design)}")
        out.print("; ".join(said))


def _change(value: object, design: PipelinedDesign) -> str:
    number, own = float(str(value)), float(design.value)
    return f"{number:.6g} ({number / own - 1:+.2%})" if own else f"{number:.6g}"


def _cells(cycles: int, energy: float, area: float, power: float) -> tuple[str, ...]:
    return f"{cycles:,}", energy_text(energy), f"{area:.5f}", f"{power:.1f}"

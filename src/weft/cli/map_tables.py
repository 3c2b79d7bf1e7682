"""What `weft map` shows: a table of the layers, then the program of a single one and what is proved of it."""

from __future__ import annotations

from ..backends.cost import TIMES
from ..search.certificate import Certificate
from ..search.choice import DataflowChoice
from ..search.network import MapResult
from ..search.objective import Metrics
from ..search.report import total_data
from ..search.results import MappedLayer, Total
from .components import Components
from .output import console, energy_text
from .sparse import sparse_table
from .tables import Table, numbers, texts
from .whole import left_out_text

_COLUMNS = (
    *numbers("value", *(f"{time} cycles" for time in TIMES), "energy µJ", "utilization", "space", "seconds"),
    *texts("proved"),
)


def show_result(result: MapResult, wide: bool = False) -> None:
    """Print a result as tables."""
    out = console()
    settings = result.request.settings
    title = f"best {settings.objective} on {result.request.accelerator.name}, {settings.time} time"
    units = result.request.accelerator.vector_unit is not None
    more = Components([layer.cost for layer in result.mapped] if wide else [])
    heads = numbers("bound", "gap") if wide else []
    found = Table(title, [*texts("layer", *["runs on"] * units), *_COLUMNS, *heads, *more.columns])
    for layer in result.layers:
        unit = [layer.space.accelerator.unit if isinstance(layer, MappedLayer) else ""] * units
        if isinstance(layer, MappedLayer):
            bounds = _bound(layer.certificate) if wide else ()
            found.add_row(layer.name, *unit, *_cells(layer), *bounds, *more.cells([layer.cost]))
        else:
            codes = ", ".join(dict.fromkeys(item.code for item in layer.diagnostics if item.is_error))
            found.add_row(layer.name, *unit, f"error {codes}", style="red")
    if len(result.mapped) > 1:
        energies = more.sums([layer.cost for layer in result.mapped])
        found.add_section()
        cells = (*_sums(result), *(_bound(result.total) if wide else ()), *energies)
        found.add_row(f"{len(result.mapped)} layers", *[""] * units, *cells)
    out.print(found)
    if result.mapped and result.unmapped:
        share = total_data(result.layers)["left_out_share"]
        out.print(left_out_text([layer.layer for layer in result.unmapped], len(result.layers), share))
    expected = [(layer.name, layer.cost, layer.sparse) for layer in result.mapped if layer.sparse]
    if expected:
        out.print(sparse_table(expected))
    if len(result.layers) == 1 and result.mapped:
        _show_one(result.mapped[0])
    _show_spaces(result.mapped)
    if result.choice:
        _show_choice(result.choice)


def _bound(proof: Certificate | Total) -> tuple[str, str]:
    """What no program is below, and how far above it the answer is; empty where nothing is known."""
    if proof.lower_bound is None:
        return "", ""
    return f"{proof.lower_bound:.6g}", "" if proof.gap is None else f"{proof.gap:.3%}"


def _cells(layer: MappedLayer) -> tuple[str, ...]:
    cost, time = layer.cost, layer.settings.time
    return (
        f"{layer.value:.6g}",
        *(f"{cost.cycles(model):,}" for model in TIMES),
        energy_text(cost.energy_pj),
        f"{cost.utilization(time):.1%}",
        size_text(layer.certificate.space_size),
        f"{layer.seconds:.2f}",
        _proved(layer),
    )


def _sums(result: MapResult) -> tuple[str, ...]:
    layers, total = result.mapped, result.total
    cycles = (sum(layer.cost.cycles(model) for layer in layers) for model in TIMES)
    energy = energy_text(sum(layer.cost.energy_pj for layer in layers))
    seconds = sum({layer.space: layer.seconds for layer in layers}.values())
    columns = (f"{total.value:.6g}", *(f"{count:,}" for count in cycles), energy, "", "", f"{seconds:.2f}")
    return *columns, _proved_in_all(result)


def _proved_in_all(result: MapResult) -> str:
    """How far the sum of the objective is proved."""
    if result.request.settings.objective.front:
        return ""
    gap = result.total.gap
    if gap is None:
        return "not proved"
    return "optimal" if gap == 0.0 else f"within {gap:.2%}"


def _proved(layer: MappedLayer) -> str:
    listed = f"; {len(layer.near)} listed" if layer.near else ""
    return _proved_best(layer) + listed + (", not all" if layer.certificate.complete is False else "")


def _proved_best(layer: MappedLayer) -> str:
    certificate = layer.certificate
    if certificate.status == "optimal":
        return "optimal" if not layer.pareto else f"front of {len(layer.pareto)}"
    if certificate.gap is None:
        return "not proved"
    return f"{'within' if certificate.status == 'within' else 'stopped within'} {certificate.gap:.2%}"


def size_text(size: int) -> str:
    """How many programs: the number if it is short, else the power of ten below it."""
    return f"{size:,}" if size < 10**6 else f"10^{len(str(size)) - 1}"


def _show_spaces(layers: tuple[MappedLayer, ...]) -> None:
    """What the proofs cover: a line for all layers with such a space."""
    out, found = console(), dict[str, list[str]]()
    for layer in layers:
        found.setdefault(layer.coverage, []).append(layer.name)
    for line, names in found.items():
        others = f" and {len(names) - 1} more" if len(names) > 1 else ""
        out.print(f"space{f' of {names[0]}{others}' if len(found) > 1 else ''}: {line}", markup=False)


def _show_one(layer: MappedLayer) -> None:
    out = console()
    out.print(str(layer.dataflow))
    if layer.pareto:
        front = Table("front", numbers("cycles", "energy µJ"))
        for item in layer.pareto:
            front.add_row(f"{item.metrics.cycles:,}", energy_text(item.metrics.energy_pj))
        out.print()
        out.print(front)
    if layer.near:
        out.print()
        out.print(_near_table(layer))
    out.print()
    out.print(str(layer.certificate))
    if text := _by_steps(layer):
        out.print(text)


def _near_table(layer: MappedLayer) -> Table:
    """The programs with the least values, by numbers alone: JSON has them whole."""
    objective = layer.settings.objective
    found = Table(f"least {objective}", numbers("", "value", "above the best", "cycles", "energy µJ"))
    for number, item in enumerate(layer.near, 1):
        value, energy = objective.value(item.metrics), energy_text(item.metrics.energy_pj)
        above = f"{value / layer.value - 1 if layer.value else 0:.3%}"
        found.add_row(str(number), f"{value:.6g}", above, f"{item.metrics.cycles:,}", energy)
    return found


def _by_steps(layer: MappedLayer) -> str:
    """What the bound of a search by throughput time says of the time that `weft evaluate` shows; it is one of both."""
    objective, bound = layer.settings.objective, layer.certificate.lower_bound
    if layer.settings.time == "stepwise" or objective.front or not bound:
        return ""
    value = objective.value(Metrics(layer.cost.energy_pj, layer.cost.cycles_stepwise))
    return (
        f"By stepwise time, as weft evaluate has it, {objective} is {value:.6g}: within {value / bound - 1:.2%} of the "
        "best one, as no program takes fewer cycles stepwise than by throughput."
    )


def _show_choice(choice: DataflowChoice) -> None:
    out = console()
    names = {"class": "one dataflow per operator class", "one": "one dataflow for all layers"}
    found = Table(names[choice.scope], [*texts(""), *numbers("cycles", "energy µJ", "EDP")])
    for name, totals in (("one per layer", choice.each), (names[choice.scope], choice.common)):
        found.add_row(name, f"{totals.cycles:,}", energy_text(totals.energy_pj), f"{totals.edp:.5g}")
    each, common = choice.each, choice.common
    ratios = (common.cycles / each.cycles, common.energy_pj / each.energy_pj, common.edp / each.edp)
    found.add_row("ratio", *(f"{ratio:.4g}" for ratio in ratios))
    out.print(found)
    for group in choice.groups:
        out.print(f"{group.name}: {len(group.layers)} layer{'s' * (len(group.layers) > 1)}")
        out.print(str(group.dataflow))

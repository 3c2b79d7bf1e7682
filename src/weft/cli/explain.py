"""`weft explain`: where each number of a layer comes from."""

from __future__ import annotations

import click
from rich.console import Console

from ..analysis.uses import Use
from ..backends.cost import Cost
from ..explanation import ExplainedCount, Explanation, explain_program
from ..ir import Loop
from ..passes import ReuseKind, hardware
from .command import Command
from .findings import show_diagnostics
from .given import SOURCE, Given, program_options
from .inputs import one_layer, read_inputs
from .output import console, energy_text, macs_text
from .sparse import print_sparse, sparse_cost
from .tables import Table, numbers, texts
from .traffic import traffic_table


@click.command(cls=Command)
@SOURCE
@program_options
def explain(files: tuple[str, ...], given: Given) -> None:
    """Explain one layer: reuse and the directive that causes it, every formula, and the terms of energy and time."""
    inputs = read_inputs(files, given)
    item = one_layer(inputs)
    assert item.program is not None
    explanation = explain_program(item.program)
    out = console()
    _print_program(out, explanation)
    _print_reuse(out, explanation)
    out.print(traffic_table(explanation.cost.counts))
    _print_formulas(out, explanation.counts)
    _print_uses(out, explanation.cost)
    _print_time(out, explanation)
    _print_energy(out, explanation)
    if sparse := sparse_cost(explanation.cost):
        print_sparse(out, sparse)
    show_diagnostics(item.diagnostics, item.layer.name)


def _print_program(out: Console, explanation: Explanation) -> None:
    schedule = explanation.cost.schedule
    mapping = schedule.mapping
    out.print(f"{mapping.name} ({mapping.workload.operator}) on {mapping.accelerator.name}, as Weft reads it:\n")
    for number, level in enumerate(schedule.levels):
        sites = [site for site in schedule.sites if site.boundary == number]
        for site in sites:
            out.print(f"  {site.memory.name} ×{site.instances}, holds {', '.join(site.tensors) or 'nothing'}")
        out.print(f"  level {number}: {level.units} units")
        for loop in level.loops:
            out.print(f"    {str(loop.directive).removesuffix(';')}{_origin(loop)}")
    for site in schedule.sites:
        if site.boundary == len(schedule.levels):
            out.print(f"  {site.memory.name} ×{site.instances}, holds {', '.join(site.tensors) or 'nothing'}")
    utilization = f"{explanation.cost.utilization():.1%} of what all PEs and lanes could do in the stepwise time"
    out.print(f"\n{macs_text(mapping.workload)}: {utilization}\n")


def _origin(loop: Loop) -> str:
    """The directive that the user wrote, if it reads otherwise, and where it stands."""
    source = loop.source
    if source is None:
        return ""
    written = [] if source == loop.directive else [str(source).removesuffix(";")]
    place = [f"{source.span.file}:{source.span.line}"] if source.span else []
    return f"  <- {', '.join(written + place)}" if written or place else ""


def _print_reuse(out: Console, explanation: Explanation) -> None:
    found = Table(
        "Reuse (Kwon et al., MICRO-52, Tables 1 and 2)",
        [*numbers("level"), *texts("tensor", "axis", "reuse", "by", "hardware")],
        names=3,
    )
    levels = explanation.cost.schedule.levels
    for item in explanation.reuse:
        for axis, kind, cause in (
            ("spatial", item.spatial, item.spatial_by),
            ("temporal", item.temporal, item.temporal_by),
            ("spatio-temporal", item.spatio_temporal, item.spatio_temporal_by),
        ):
            if kind is not ReuseKind.NONE:
                means = hardware(axis, kind, item.tensor, levels[item.level].network)
                found.add_row(str(item.level), item.tensor, axis, kind, cause, means)
    out.print(found)


def _print_formulas(out: Console, counts: tuple[ExplainedCount, ...]) -> None:
    out.print("Formulas: between memories a sum over the first step and the loops that advance (docs/counting.md)\n")
    for item in counts:
        formula = item.formula
        out.print(f"{item.count} of {item.tensor}, {item.parent} to {item.child} = {formula.elements:,}")
        for move in formula.moves:
            out.print(f"    {move.name}: {move.expression} = {move.elements:,}")
        out.print("    with " + "; ".join(f"{name} = {value} ({meaning})" for name, value, meaning in formula.values))
        out.print("")


def _print_uses(out: Console, cost: Cost) -> None:
    """What the counts burden: each use is a sum of counts."""
    columns = [*texts("place", "action", "tensor"), *numbers("elements"), *texts("sum", "rule")]
    found = Table("What the counts burden (docs/model.md)", columns, names=3)
    for use, elements in cost.uses:
        found.add_row(use.place, use.action, use.tensor, f"{elements:,}", _sum_text(use), use.rule)
    out.print(found)


def _sum_text(use: Use) -> str:
    parts = []
    for count, weight in use.amount.weights.items():
        if weight:
            factor = "" if abs(weight) == 1 else f"{abs(weight)} · "
            where = "carried" if not count.parent else f"{count.name} {count.parent} to {count.child}"
            parts.append(f"{'- ' if weight < 0 else '+ '}{factor}{where}")
    return " ".join(parts).removeprefix("+ ") or "0"


def _print_time(out: Console, explanation: Explanation) -> None:
    cost = explanation.cost
    found = Table("Time in cycles", [*texts("term"), *numbers("cycles")])
    for name, cycles in cost.bottlenecks:
        found.add_row(f"{name} is busy", f"{cycles:,}")
    found.add_section()
    found.add_row("throughput: the busiest resource", f"{cost.cycles_throughput:,}")
    found.add_section()
    for name, cycles in explanation.stepwise:
        found.add_row(name, f"{cycles:,}")
    found.add_section()
    found.add_row("stepwise: every step waits for its slowest part", f"{cost.cycles_stepwise:,}")
    out.print(found)


def _print_energy(out: Console, explanation: Explanation) -> None:
    cost = explanation.cost
    found = Table("Energy", [*texts("term", "tensor"), *numbers("times", "pJ each", "µJ"), *texts("source")], names=2)
    for term in cost.energy:
        cells = (f"{term.accesses:,}", f"{term.picojoules_each:.3f}", energy_text(term.picojoules))
        found.add_row(term.name, term.tensor, *cells, term.source)
    found.add_section()
    found.add_row("total", "", "", "", energy_text(cost.energy_pj), "")
    out.print(found)
    clock = cost.schedule.mapping.accelerator.clock_mhz
    out.print(f"Average power: {cost.watts:.4g} W over {cost.seconds():.4g} s at {clock:g} MHz (stepwise time)\n")
    _print_area(out, explanation)
    _print_power(out, explanation)


def _print_area(out: Console, explanation: Explanation) -> None:
    area = explanation.cost.area
    columns = [*texts("block"), *numbers("count", "µm² each", "mm²", "mW leaked"), *texts("source")]
    found = Table("Area and leakage", columns)
    for term in area.terms:
        cells = (f"{term.count:,}", f"{term.each_um2:,.1f}", f"{term.area_um2 / 1e6:.4f}", f"{term.leakage_mw:.4g}")
        found.add_row(term.name, *cells, term.source)
    found.add_section()
    found.add_row("total", "", "", f"{area.area_um2 / 1e6:.4f}", f"{area.leakage_mw:.4g}", "")
    out.print(found)


def _print_power(out: Console, explanation: Explanation) -> None:
    power = explanation.cost.power
    found = Table("Power", [*texts("part"), *numbers("mW"), *texts("source")])
    for term in power.terms:
        found.add_row(term.name, f"{term.power_mw:.4g}", term.source)
    found.add_section()
    found.add_row("total", f"{power.power_mw:.4g}", "")
    out.print(found)

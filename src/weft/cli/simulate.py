"""`weft simulate`: run a layer step by step on data."""

from __future__ import annotations

import sys

import click

from ..backends.report import document, layer_data, simulation_data
from ..backends.simulate import simulate as run
from ..ir import Diagnostic, WeftError
from ..verification import VERIFY_LIMIT
from .command import Command
from .findings import show_diagnostics
from .given import SOURCE, Given, program_options
from .inputs import one_layer, read_inputs
from .output import console, macs_text
from .traffic import traffic_table


@click.command(cls=Command)
@SOURCE
@program_options
@click.option("--seed", type=click.IntRange(min=0), default=0, help="Seed of the random data.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=10 * VERIFY_LIMIT,
    help="Largest number of iteration points to run.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON (schema_version 1).")
def simulate(files: tuple[str, ...], given: Given, seed: int, limit: int, as_json: bool) -> None:
    """Run one layer step by step on random data: the result against numpy, and what moved."""
    inputs = read_inputs(files, given)
    item = one_layer(inputs)
    assert item.program is not None
    assert item.program.schedule is not None
    workload = item.program.mapping.workload
    if workload.points > limit:
        message = f"'{item.layer.name}' has {workload.points} iteration points, the limit is {limit}"
        raise WeftError(Diagnostic("W302", message, span=item.layer.span, hint="raise it with --limit"))
    with console(stderr=True).status(f"running {workload.points:,} iteration points", spinner="line"):
        simulation = run(item.program.schedule, seed=seed)
    head = layer_data(item.network, item.layer.name, item.operator)
    if as_json:
        layer = head | simulation_data(simulation, workload, item.diagnostics)
        click.echo(document(accelerator=inputs.accelerator.name, layers=[layer]))
    else:
        out = console()
        verdict = "equals numpy" if simulation.matches_numpy else "DIFFERS from numpy"
        out.print(f"{item.layer.name} on {inputs.accelerator.name}: result {verdict}")
        counts = simulation.counts
        average = counts.active_total / counts.steps
        out.print(f"{macs_text(workload)} in {counts.steps:,} steps, {simulation.cycles_stepwise:,} cycles (stepwise)")
        out.print(f"PEs at work: {counts.active_peak} at most, {average:.2f} on average")
        out.print(traffic_table(counts))
    show_diagnostics(item.diagnostics, item.layer.name)
    if not simulation.matches_numpy:
        sys.exit(1)

"""`weft evaluate`: costs of every layer."""

from __future__ import annotations

import sys
from itertools import groupby

import click

from ..backends.cost import TIMES, Cost
from ..backends.report import LAYER_COLUMNS, Whole, document, layer_row, sheet_of, whole
from ..verification import VERIFY_LIMIT
from .command import Command
from .components import WIDE, Components, check_wide
from .evaluated import Result, evaluate_all, evaluated_data, good_cost, layer_data, position, whole_of
from .findings import show_diagnostics, show_findings
from .given import FILES, Given, program_options
from .inputs import Inputs, read_inputs
from .operations import operation_table
from .output import console, energy_text
from .sparse import sparse_cost, sparse_table
from .tables import Table, numbers, texts
from .whole import operator_table, summary
from .written import check_one, file_options, write_sheet

ROWS = ("layer", "equal", "operator")


@click.command(cls=Command)
@FILES
@program_options
@click.option(
    "--time",
    type=click.Choice(TIMES),
    default="stepwise",
    help="Time model that utilization refers to; the table has the cycles of both.",
)
@click.option(
    "--by",
    type=click.Choice(ROWS),
    default="layer",
    help="Rows of the table: every layer, equal layers together, or operators.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON (schema_version 1, docs/json.md).")
@file_options
@WIDE
@click.option("--verify", "verifies", is_flag=True, help="Also run both oracles; a difference is an error.")
@click.option(
    "--verify-limit",
    type=click.IntRange(min=1),
    default=VERIFY_LIMIT,
    help="Iteration points up to which --verify checks a layer.",
)
def evaluate(
    files: tuple[str, ...],
    given: Given,
    time: str,
    by: str,
    as_json: bool,
    csv_file: str | None,
    parquet_file: str | None,
    wide: bool,
    verifies: bool,
    verify_limit: int,
) -> None:
    """Costs of the layers of mapping files, loop nests and models: counts, cycles, energy.

    A layer that is wrong is reported and the others are evaluated; the exit code is then 1.
    """
    check_one(csv=csv_file, parquet=parquet_file, json=as_json)
    if by != "layer" and (as_json or csv_file or parquet_file):
        raise click.UsageError("--by is of the table alone: --json has all of it, --csv a row per layer")
    check_wide(wide, csv=csv_file, parquet=parquet_file, json=as_json)
    inputs = read_inputs(files, given)
    results = evaluate_all(inputs, verify_limit if verifies else 0)
    if as_json:
        click.echo(document(**evaluated_data(inputs, results, time)))
    elif csv_file or parquet_file:
        rows = [layer_row(layer_data(result, time)) for result in results]
        write_sheet(sheet_of(rows, LAYER_COLUMNS), csv_file, parquet_file)
    else:
        _print_tables(inputs, results, time, by, wide)
    show_diagnostics(inputs.diagnostics)
    show_findings((item.layer.name, findings) for item, _, findings in results)
    if any(good_cost(result) is None for result in results) or any(item.is_error for item in inputs.diagnostics):
        sys.exit(1)


def _print_tables(inputs: Inputs, results: list[Result], time: str, by: str, wide: bool) -> None:
    out = console()
    for _, group in groupby(results, key=position):
        own = list(group)
        title = f"{own[0][0].network or 'network'} on {inputs.accelerator.name}, {time} time"
        network = whole_of(own)
        if network is not None and by == "operator":
            out.print(operator_table(title, network, time, wide))
        else:
            out.print(_table(title, own, network, time, by, wide))
        if network is not None and len(own) > 1:
            out.print(summary(network, time))
        good = [(layer.name, cost) for layer, cost in network.layers] if network else []
        if others := operation_table(cost for _, cost in good):
            out.print(others)
        expected = [(name, cost, sparse) for name, cost in good if (sparse := sparse_cost(cost))]
        if expected:
            out.print(sparse_table(expected))


def _table(title: str, results: list[Result], network: Whole | None, time: str, by: str, wide: bool) -> Table:
    """A row per layer, or per set of equal ones, in their order; then the wrong ones, and the sums."""
    parts = network.equal if network and by == "equal" else ()
    layers = network.layers if network else ()
    zeros = " and ".join(dict.fromkeys(cost.schedule.mapping.workload.zeros for _, cost in layers if cost.zero_macs))
    units = any(cost.schedule.mapping.accelerator.whole.vector_unit for _, cost in layers)
    more = Components([cost for _, cost in layers] if wide else [])
    found = Table(title, [*_columns(zeros, units), *more.columns])
    first = {id(part.layers[0][0]): part for part in parts}
    for item, cost, findings in results:
        part = first.get(id(item.layer)) if parts else None
        if (good := good_cost((item, cost, findings))) is None:
            codes = ", ".join(dict.fromkeys(finding.code for finding in findings if finding.is_error))
            found.add_row(item.layer.name, item.operator, *[""] * units, f"error {codes}", style="red")
        elif part or not parts:
            own = part or whole([item.layer], [good])
            times = f" ×{len(own.layers)}" if len(own.layers) > 1 else ""
            active = f"{good.active_average:.1f}"
            unit = [good.schedule.mapping.accelerator.unit] * units
            cells = (*_cells(own, time, zeros, active), *more.cells([good] * len(own.layers)))
            found.add_row(item.layer.name + times, item.operator, *unit, *cells)
    if network and len(layers) > 1:
        found.add_section()
        cells = (*_cells(network, time, zeros, ""), *more.sums([cost for _, cost in layers]))
        found.add_row(f"{len(layers)} layers", "", *[""] * units, *cells)
    return found


def _columns(zeros: str, units: bool) -> list[tuple[str, str]]:
    """The columns of the table; MACs on zeros only where a layer has some, units where the machine has several."""
    return [
        *texts("layer", "type", *["runs on"] * units),
        *numbers("MACs", *[zeros] * bool(zeros), *(f"{time} cycles" for time in TIMES)),
        *numbers("utilization", "active PEs", "top-level reads", "energy µJ"),
    ]


def _cells(part: Whole, time: str, zeros: str, active: str) -> tuple[str, ...]:
    """The numbers of one layer, or of several together."""
    costs = [cost for _, cost in part.layers]
    return (
        f"{part.macs:,}",
        *([f"{sum(cost.zero_macs for cost in costs):,}"] if zeros else []),
        *(f"{part.cycles(name):,}" for name in TIMES),
        f"{part.utilization(time):.1%}",
        active,
        f"{sum(_top_reads(cost) for cost in costs):,}",
        energy_text(part.energy_pj),
    )


def _top_reads(cost: Cost) -> int:
    """Elements read from the outermost memory, partial sums included."""
    top = cost.counts.interfaces[0].parent
    return sum(
        getattr(traffic, "reads", 0) + getattr(traffic, "readbacks", 0)
        for interface in cost.counts.interfaces
        if interface.parent == top
        for _, traffic in interface.tensors
    )

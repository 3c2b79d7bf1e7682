"""`weft sweep`: programs over a space of machines, as a plain table."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from ..backends.cost import TIMES
from ..backends.report import SCHEMA_VERSION
from ..explorations import swept_layers
from ..ir import Diagnostic, Job, Severity, WeftError
from .command import Command
from .explore_shared import given_options
from .findings import show_diagnostics, show_findings
from .given import Given, bind_option, collected, layer_option, sizes_option
from .inputs import Inputs, read_inputs_on
from .map_command import NOT_PROVED
from .map_options import GAP, SECONDS
from .output import console, progress
from .space_options import read_job, space_options
from .tables import Table, numbers, texts
from .written import check_one, file_options, write_rows

if TYPE_CHECKING:
    from ..backends.report.blocks import Block
    from ..exploration.best_programs import BestPrograms
    from ..exploration.sweep import Sweep, SweptLayer

_SHOWN = 20
"""Rows that are shown where nothing is written."""


@click.command("sweep", cls=Command)
@click.argument("files", nargs=-1, required=True, type=click.Path(), metavar="FILE...")
@space_options
@sizes_option
@bind_option
@layer_option
@click.option("--time", type=click.Choice(TIMES), help="Time model; throughput unless a job says otherwise.")
@click.option("--total", is_flag=True, help="A row of all layers together after those of each machine.")
@click.option("--map", "searched", is_flag=True, help="The best program of every layer for every machine.")
@click.option("--objective", metavar="NAME", help="What --map minimises: edp unless a job names one.")
@click.option("--budget", type=SECONDS, help="Time for each search of --map; without it until it is proved.")
@click.option("--gap", type=GAP, default="0", help="How far above the best program suffices: 5% or 0.05.")
@click.option("--store", type=click.Path(), metavar="FILE", help="Keep the programs of --map in this file.")
@file_options
@click.option("--json", "as_json", is_flag=True, help="Print all rows as JSON (schema_version 1, docs/json.md).")
@collected
def sweep(
    files: tuple[str, ...],
    given: Given,
    vary: tuple[str, ...],
    time: str | None,
    total: bool,
    searched: bool,
    csv_file: str | None,
    parquet_file: str | None,
    as_json: bool,
    **search: Any,
) -> None:
    """Costs of programs on every machine of a space, a row per machine and layer.

    FILE is a mapping file, or loop nests; or one job of an exploration in YAML (docs/explore.md), which options change.
    Machines that break a rule, or that cannot hold a program, have rows as well, with the reason. A layer that is wrong
    is reported and the others are swept; the exit code is then 1. It is 4 if --map ended without a proof.
    """
    check_one(csv=csv_file, parquet=parquet_file, json=as_json)
    _check_search(searched, search)
    job = read_job(files, given, vary, time=time)
    inputs = _inputs(job, given, searched)
    layers, findings = _layers(inputs, searched)
    finder = _finder(job, search) if searched else None
    missing = 0
    if layers:
        table = _sweep(job, layers, total, finder)
        with _stopping(finder):
            missing = table.size - _write(table, csv_file, parquet_file, as_json)
    show_diagnostics(inputs.diagnostics)
    show_findings(findings)
    if missing:
        machines = missing // (len(layers) + total)
        click.echo(f"interrupted: {missing:,} rows are missing, those of {machines:,} machines", err=True)
        sys.exit(1)
    if any(item.is_error for _, own in findings for item in own) or any(item.is_error for item in inputs.diagnostics):
        sys.exit(1)
    if finder is not None and finder.unproved:
        click.echo(f"note: {finder.unproved:,} searches ended without a proof", err=True)
        sys.exit(NOT_PROVED)


def _check_search(searched: bool, search: dict[str, Any]) -> None:
    given = given_options(search)
    if given and not searched:
        raise click.UsageError(f"{given[0]} is about the programs that --map finds")
    if searched and given_options(["bindings"]):
        raise click.UsageError("--bind gives sizes of programs, and --map finds the programs")


def _inputs(job: Job, given: Given, searched: bool) -> Inputs:
    """The layers of a job's programs, or of all its files where programs are searched for."""
    files = job.programs + (job.networks if searched else ())
    _check_keys(job, searched)
    if not files:
        hint = "--map finds the best programs of `networks`" if job.networks else ""
        raise WeftError(Diagnostic("W731", "the job names no programs", hint=hint))
    several = next((name for name, sizes in job.tiles if len(sizes) > 1), None)
    if several is not None:
        hint = f"give one with --bind {several}=VALUE in the place of `tiles`; weft explore goes through all"
        raise WeftError(Diagnostic("W731", f"the size '{several}' has several values", hint=hint))
    bindings = (*(f"{name}={sizes[0]}" for name, sizes in job.tiles), *given.bindings)
    sizes = tuple(f"{name}={value}" for name, value in job.sizes)
    asked = replace(given, layers=job.layers, sizes=sizes, bindings=() if searched else bindings)
    return read_inputs_on(job.space.base, files, asked)


def _check_keys(job: Job, searched: bool) -> None:
    """WeftError for keys of a job that would have no effect on its table."""
    ties = [symbol for symbol, _ in job.ties]
    given = {
        "networks": bool(job.networks and job.programs and not searched),
        "pipelined": job.pipelined != "no",
        f"the tie of {' and '.join(ties)}": bool(ties),
    }
    if names := [name for name, value in given.items() if value]:
        message = f"in a sweep, {' and '.join(names)} {'has' if len(names) == 1 else 'have'} no effect"
        raise WeftError(Diagnostic("W731", message, hint="leave it out, or use weft explore"))


def _layers(inputs: Inputs, searched: bool) -> tuple[tuple[SweptLayer, ...], list[tuple[str, tuple[Diagnostic, ...]]]]:
    """The layers that can be swept, and what is wrong with layers."""
    good: list[SweptLayer] = []
    findings = []
    for network, layer in inputs.wanted():
        try:
            good += swept_layers([(network, layer)], inputs.accelerator, inputs.bindings, searched)
            findings.append((layer.name, (*layer.diagnostics, *_dense(good[-1]))))
        except WeftError as error:
            findings.append((layer.name, error.diagnostics))
    return tuple(good), findings


def _dense(layer: SweptLayer) -> Iterator[Diagnostic]:
    """That zeros are not looked at, where a layer has some."""
    if names := " and ".join(name for name, _ in layer.mapping.workload.densities):
        message = f"the table counts every element of {names}, zero or not"
        hint = "weft evaluate gives what is expected of a program with zeros"
        yield Diagnostic("W604", message, Severity.WARNING, hint=hint)


def _finder(job: Job, search: dict[str, Any]) -> BestPrograms:
    from ..exploration.best_programs import BestPrograms

    named = job.objectives[0] if len(job.objectives) == 1 else "edp"
    objective = search["objective"] or named
    return BestPrograms.of(job.space, objective, job.time, search["budget"], search["gap"], search["store"])


def _sweep(job: Job, layers: tuple[SweptLayer, ...], total: bool, finder: BestPrograms | None) -> Sweep:
    from ..exploration.sweep import Sweep

    return Sweep(job.space, layers, job.time, total, finder)


@contextmanager
def _stopping(finder: BestPrograms | None) -> Iterator[None]:
    """Ctrl-C and SIGTERM end the searches, and what was found is written; the second one ends everything."""
    from ..search.workers.run import handling_interrupts

    def hear(number: int, frame: object) -> None:
        if finder is None or finder.stopped:
            raise KeyboardInterrupt
        finder.stop()

    with handling_interrupts(hear):
        yield


def _write(table: Sweep, csv_file: str | None, parquet_file: str | None, as_json: bool) -> int:
    """Write the rows; how many there were."""
    from ..backends.report import writers

    written, file = 0, parquet_file or (csv_file if csv_file != "-" else None)
    with progress() as bar:
        task = bar.add_task("sweep", total=table.size)

        def blocks() -> Iterator[Block]:
            nonlocal written
            for block in table.blocks():
                yield block
                written += len(block["fits"])
                bar.update(task, completed=written)
            if file and not written:
                raise KeyboardInterrupt  # no file takes the place of an older one

        if csv_file or parquet_file:
            write_rows(table.names, blocks(), csv_file, parquet_file)
        elif as_json:
            writers.write_json(
                sys.stdout, _head(table), table.names, blocks(), lambda: {"interrupted": written < table.size}
            )
        else:
            _show(table, blocks())
    if file:
        click.echo(f"{_size(table, written)}: {file}")
    return written


def _head(table: Sweep) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "accelerator": table.space.base.name,
        "time": table.time,
        "machines": table.space.size,
        "layers": [{"network": network, "layer": layer} for network, layer in table.labels],
        "columns": list(table.names),
    }


def _size(table: Sweep, rows: int) -> str:
    layers = len(table.layers)
    machines = f"{table.space.size:,} machine{'s' * (table.space.size != 1)}"
    return f"{machines}, {layers} layer{'s' * (layers != 1)}: {rows:,} row{'s' * (rows != 1)}"


_NUMBERS = {
    "cycles": "{:,.0f}",
    "energy_pj": "{:.4g}",
    "area_mm2": "{:.4g}",
    "power_mw": "{:.4g}",
    "edp": "{:.4g}",
    "utilization": "{:.1%}",
}


def _show(table: Sweep, blocks: Iterator[Block]) -> None:
    """The first rows, and how many fit."""
    from ..backends.report.writers import plain_cells

    keys = list(table.names[: table.names.index("network")])
    shown = [*keys, "layer", *_NUMBERS, "fits"]
    found = Table(
        f"{table.space.base.name}, {table.time} time",
        [*numbers(*keys), *texts("layer"), *numbers(*_NUMBERS), *texts("fits")],
    )
    rows = fits = 0
    for block in blocks:
        names = [*keys, "layer", "fits"]
        plain = {name: list(plain_cells(block[name][: max(0, _SHOWN - rows)])) for name in names}
        for number in range(len(plain["layer"])):
            found.add_row(*(_cell(block, plain, name, number) for name in shown))
        rows += len(block["fits"])
        fits += int(block["fits"].sum())
    console().print(found)
    more = f", of which the first {_SHOWN} are shown" if rows > _SHOWN else ""
    click.echo(f"{_size(table, rows)}{more}; {fits:,} fit")


def _cell(block: Block, plain: dict[str, list[str]], name: str, number: int) -> str:
    if name == "fits":
        return "yes" if block["fits"][number] else str(block["reason"][number])
    if name in plain:
        return plain[name][number]
    value = float(block[name][number])
    return "" if value != value else _NUMBERS[name].format(value)

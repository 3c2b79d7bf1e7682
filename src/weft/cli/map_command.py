"""`weft map`: the best program of every layer, with a certificate."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import Any

import click

from ..api import emit as emit_text
from ..backends.cost import TIMES
from ..designs import Design
from ..frontends.maestro import write_maestro
from ..ir import Diagnostic, Edge, Mapping, Severity
from ..search.near.kept import MOST
from ..search.objective import EXPONENTS, LIMITED
from ..search.request import SCOPES
from ..search.spaces.chain_sets import SPLITS
from ..search.spaces.request import SpaceRequest
from ..search.workers.crew import crew
from ..search.workers.executors import Workers
from .command import Command
from .components import WIDE, check_wide
from .findings import show_diagnostics, show_findings
from .given import FILES, Given, bind_option, collected, layer_option, machine_only, sizes_option
from .inputs import Inputs, read_searched
from .map_options import GAP, LIMIT, SECONDS, SHAPE, limits_of
from .map_tables import show_result
from .map_template import bind_template, read_template
from .pairs import parse_bindings
from .progress import Progress
from .written import check_one, file_options, write_sheet

NOT_PROVED = 4
"""The exit code where every layer has a program, and some are not proved to be as good as was asked."""

EMITTED = ("maestro", "mlir", "python", "c", "timeloop")


@click.command("map", cls=Command)
@FILES
@machine_only
@sizes_option
@layer_option
@click.option("--template", type=click.Path(), metavar="FILE", help="A program with open sizes (?), or a base program.")
@bind_option
@click.option(
    "--constraint",
    "-c",
    "constraints",
    multiple=True,
    metavar="TEXT",
    help="'K: 16..64', 'order: C outside K', 'spatial: K, C', 'hold L2: input', …; may be repeated.",
)
@click.option("--shape", type=SHAPE, help="Units of the levels that spread, outermost first: 16x16.")
@click.option("--split", type=click.Choice(SPLITS), default="even", help="Which chunk sizes there are.")
@click.option("--flexibility", metavar="CLASS", help="What may differ from the --template: 1p00 (docs/mapspace.md).")
@click.option(
    "--objective",
    show_default="edp",
    metavar="NAME[,NAME]",
    help=f"{', '.join(EXPONENTS)}; several give the front of energy and cycles. A design may name another default.",
)
@click.option(
    "--limit",
    "limits",
    type=LIMIT,
    multiple=True,
    help=f"The most that a program may have of a metric ({', '.join(LIMITED)}): cycles=1e6; may be repeated.",
)
@click.option(
    "--time",
    type=click.Choice(TIMES),
    default="throughput",
    help="Time model of the search.",
)
@click.option("--budget", type=SECONDS, help="Time for all layers: 10s, 2m; without it until everything is proved.")
@click.option("--gap", type=GAP, default="0", help="How far above the best one suffices: 5% or 0.05.")
@click.option("--top", type=click.IntRange(1, MOST), help="List so many programs with the least values.")
@click.option("--within", type=GAP, help="List the programs that are at most so far above the best one: 2% or 0.02.")
@click.option("--workers", type=click.IntRange(min=1), default=1, help="Processes of this machine.")
@click.option("--dask", "address", metavar="ADDRESS", help="Search on a Dask cluster, by its scheduler's address.")
@click.option("--store", type=click.Path(), metavar="FILE", help="Keep results in this file, and take them from it.")
@click.option(
    "--share",
    "scope",
    type=click.Choice(SCOPES),
    default="layer",
    help="Which layers share a dataflow: none does (layer), those of an operator class (class), or all (one).",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON (schema_version 1, docs/json.md).")
@click.option(
    "--emit", type=click.Choice(EMITTED), help="Print the programs as a mapping file, as code or for Timeloop."
)
@file_options
@WIDE
@click.option("--quiet", "-q", is_flag=True, help="No progress and no notes.")
@collected
def map_(
    files: tuple[str, ...],
    given: Given,
    workers: int,
    address: str | None,
    store: str | None,
    as_json: bool,
    emit: str | None,
    csv_file: str | None,
    parquet_file: str | None,
    wide: bool,
    quiet: bool,
    **asked: Any,
) -> None:
    """Find the best program of every layer in the space of the machine, and prove how good it is.

    FILE is a mapping file (its dataflows are not used), loop nests, a workload such as gemm:M=64,N=64,K=64, or one of
    those of a Timeloop design, whose constraints narrow the space (docs/timeloop.md). Ctrl-C and SIGTERM give what was
    found so far. The exit code is 4 if every layer has a program and some are not proved.
    """
    check_one(csv=csv_file, parquet=parquet_file, json=as_json, emit=emit)
    check_wide(wide, csv=csv_file, parquet=parquet_file, json=as_json, emit=emit)
    if workers > 1 and address:
        raise click.UsageError("--workers and --dask exclude each other")
    # The files have no program that is used: what is bound are the symbols of the template.
    inputs, design = read_searched(files, replace(given, bindings=()))
    if emit in EMITTED[1:] and len(inputs) != 1:
        raise click.UsageError(f"--emit {emit} needs one layer; choose it with --layer")
    asked["objective"] = asked["objective"] or (design.objective if design else None) or "edp"
    space = _space_request(design, given.bindings, **asked)
    result = _run(inputs, space, workers_of(workers, address), store, quiet, **asked)
    if as_json:
        click.echo(json.dumps(result.to_dict(), indent=1))
    elif emit:
        whole = len(inputs.networks) == 1 and not inputs.layers
        click.echo(_emitted(result, emit, inputs.networks[0].edges if whole else None).rstrip("\n"))
    elif csv_file or parquet_file:
        write_sheet(result.sheet(), csv_file, parquet_file)
    else:
        show_result(result, wide)
    show_diagnostics(_shown(inputs.diagnostics, quiet))
    show_findings((layer.name, _shown(layer.diagnostics, quiet)) for layer in result.layers)
    if result.interrupted and not quiet:
        click.echo("interrupted: the best programs so far", err=True)
    show_diagnostics(result.notes)
    if not quiet:
        _show_cache()
    if len(result.mapped) < len(result.layers) or any(item.is_error for item in inputs.diagnostics):
        sys.exit(1)
    if not result.proved:
        sys.exit(NOT_PROVED)


def _show_cache() -> None:
    from ..search import compiled

    for note in compiled.notes:
        click.echo(f"note: {note}", err=True)


def _shown(diagnostics: tuple[Diagnostic, ...], quiet: bool) -> list[Diagnostic]:
    return [item for item in diagnostics if not (quiet and item.severity is Severity.NOTE)]


def _space_request(design: Design | None, bindings: tuple[str, ...], **asked: Any) -> SpaceRequest:
    """Which programs are searched."""
    template = read_template(asked["template"]) if asked["template"] is not None else None
    template = bind_template(template, parse_bindings(bindings))
    space = SpaceRequest(template, asked["constraints"], asked["shape"], asked["split"], asked["flexibility"])
    return design.within(space) if design else space


def _run(inputs: Inputs, space: SpaceRequest, workers: Workers, store: str | None, quiet: bool, **asked: Any) -> Any:
    from ..search.network import map_layers
    from ..search.objective import read_objective
    from ..search.request import Request, Settings

    objective = read_objective(asked["objective"], limits_of(asked["limits"]))
    try:
        settings = Settings(objective, asked["time"], asked["gap"], asked["budget"], asked["top"], asked["within"])
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    request = Request(inputs.accelerator, space, settings, asked["scope"])
    layers = list(inputs.wanted())
    if quiet:
        return map_layers(layers, request, workers, store)
    with Progress(settings.budget) as bar:
        return map_layers(layers, request, workers, store, bar.update)


def workers_of(count: int, address: str | None) -> Workers:
    """Processes of this machine, or those of a Dask cluster."""
    if address:
        from ..search.workers.dask_cluster import dask

        return dask(address)
    return crew(count)


def _emitted(result: Any, language: str, edges: tuple[Edge, ...] | None) -> str:
    network = result.network(edges=edges)
    if not network.layers:
        return ""
    if language == "maestro":
        return write_maestro(network)
    layer = network.layers[0]
    mapping = Mapping(layer.workload, layer.dataflow, result.request.accelerator, layer.name)
    from ..api import lower, write_timeloop

    return write_timeloop(mapping) if language == "timeloop" else emit_text(lower(mapping), language)

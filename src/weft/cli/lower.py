"""`weft lower`: a program as the loop nest that it means, in Python, C or MLIR, or as Timeloop's YAML."""

from __future__ import annotations

import click

from ..api import emit as emit_text
from ..backends.emit import emit_timeloop
from ..frontends.registry import is_loop_file, read_nests
from ..ir import LoopNest, Schedule, WeftError
from ..passes import lower, reschedule
from .command import Command
from .findings import show_diagnostics, show_findings
from .given import SOURCE, Given, program_options
from .inputs import Inputs, Item, one_layer, read_inputs
from .pairs import parse_sizes


@click.command("lower", cls=Command)
@SOURCE
@program_options
@click.option(
    "--emit",
    type=click.Choice(["python", "c", "mlir", "nest", "timeloop"]),
    default="nest",
    help="A Python module that runs, C with OpenMP, MLIR's affine dialect, the nest alone, or Timeloop's YAML.",
)
def lower_(files: tuple[str, ...], given: Given, emit: str) -> None:
    """Lower one layer to a loop nest that runs the same points in the same order on the same units.

    FILE is a mapping file, the files of a Timeloop design, or FILE:FUNCTION of loop nests: without --layer the whole
    function is lowered, on its own arrays, with the loops of its raised programs.
    """
    inputs = read_inputs(files, given)
    show_diagnostics(item for item in inputs.diagnostics if not item.is_error)
    if emit == "timeloop":
        item = one_layer(inputs)
        click.echo(emit_timeloop(_schedule(item)), nl=False)
        show_diagnostics(item.diagnostics, item.layer.name)
        return
    whole = is_loop_file(files[0]) and not given.layers
    nest, items = _function(files[0], given, inputs) if whole else _layer(inputs)
    click.echo(emit_text(nest, emit).rstrip("\n"))
    show_findings((item.layer.name, item.diagnostics) for item in items)


def _layer(inputs: Inputs) -> tuple[LoopNest, list[Item]]:
    """The nest of the one layer that was chosen."""
    item = one_layer(inputs)
    return lower(_schedule(item)), [item]


def _function(file: str, given: Given, inputs: Inputs) -> tuple[LoopNest, list[Item]]:
    """The function with the loops of its programs around its statements."""
    items = list(inputs.items())
    wrong = [finding for item in items if item.has_errors for finding in item.diagnostics]
    if wrong or any(finding.is_error for finding in inputs.diagnostics):
        raise WeftError([*inputs.diagnostics, *wrong])
    names = [network.name for network in inputs.networks]
    if len(names) > 1:
        raise click.UsageError(f"choose one of {len(names)} functions as {file}:NAME: {', '.join(names[:5])}, …")
    (source,) = read_nests(file, parse_sizes(given.sizes))
    nest, _ = reschedule(source, [_schedule(item) for item in items])
    return nest, items


def _schedule(item: Item) -> Schedule:
    if item.program is None or item.program.schedule is None:
        raise WeftError(item.diagnostics)
    return item.program.schedule

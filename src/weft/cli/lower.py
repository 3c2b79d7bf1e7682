"""`weft lower`: a program as the loop nest that it means, in Python, C or MLIR."""

from __future__ import annotations

import click

from ..api import emit as emit_text
from ..ir import WeftError
from ..passes import OverCapacity, lower
from .inputs import FILE, Given, capacity_option, layer_option, machine_options, one_layer, read_inputs
from .output import show_diagnostics


@click.command("lower")
@FILE
@machine_options
@capacity_option
@layer_option
@click.option(
    "--emit",
    type=click.Choice(["python", "c", "mlir", "nest"]),
    default="nest",
    show_default=True,
    help="A Python module that runs, C with OpenMP, MLIR's affine dialect, or the nest alone.",
)
def lower_(file: str, given: Given, over_capacity: OverCapacity, layers: tuple[str, ...], emit: str) -> None:
    """Lower one layer to a loop nest that runs the same points in the same order on the same units.

    FILE is a mapping file, or a loop nest that is raised first.
    """
    inputs = read_inputs((file,), given, layers, over_capacity)
    item = one_layer(inputs)
    assert item.program is not None
    if item.program.schedule is None:
        raise WeftError(item.diagnostics)
    click.echo(emit_text(lower(item.program.schedule), emit).rstrip("\n"))
    show_diagnostics(item.diagnostics, item.layer.name)

"""`weft check`: legality and limits only."""

from __future__ import annotations

import json
import sys

import click

from ..backends.report import SCHEMA_VERSION, diagnostic_data, layer_data
from ..passes import OverCapacity
from .command import Command
from .findings import show_diagnostics, show_findings
from .inputs import FILES, Given, capacity_option, layer_option, machine_options, read_inputs
from .output import console


@click.command(cls=Command)
@FILES
@machine_options
@capacity_option
@layer_option
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def check(
    files: tuple[str, ...],
    given: Given,
    over_capacity: OverCapacity,
    layers: tuple[str, ...],
    as_json: bool,
) -> None:
    """Check that programs are legal and fit the machine.

    Legal means that every iteration point is executed exactly once. Exit code 1 if a layer is wrong.
    """
    inputs = read_inputs(files, given, layers, over_capacity)
    items = list(inputs.items())
    if as_json:
        found = [
            layer_data(item.network, item.layer.name, item.operator)
            | {"error": item.has_errors, "diagnostics": [diagnostic_data(d) for d in item.diagnostics]}
            for item in items
        ]
        document = {
            "schema_version": SCHEMA_VERSION,
            "accelerator": inputs.accelerator.name,
            "layers": found,
            "diagnostics": [diagnostic_data(d) for d in inputs.diagnostics],
        }
        click.echo(json.dumps(document, indent=1))
    show_diagnostics(inputs.diagnostics)
    show_findings((item.layer.name, item.diagnostics) for item in items)
    wrong = sum(item.has_errors for item in items)
    if not as_json:
        what = f"{len(items)} layer{'s' * (len(items) != 1)} checked on {inputs.accelerator.name}"
        console().print(f"{what}: {len(items) - wrong} legal, {wrong} wrong")
    if wrong or any(item.is_error for item in inputs.diagnostics):
        sys.exit(1)

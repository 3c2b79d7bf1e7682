"""`weft check`: legality and limits only."""

from __future__ import annotations

import sys

import click

from ..backends.report import diagnostic_data, document, layer_data
from .command import Command
from .findings import show_diagnostics, show_findings
from .inputs import FILES, Given, program_options, read_inputs
from .output import console


@click.command(cls=Command)
@FILES
@program_options
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def check(files: tuple[str, ...], given: Given, as_json: bool) -> None:
    """Check that programs are legal and fit the machine.

    Legal means that every iteration point is executed exactly once. Exit code 1 if a layer is wrong.
    """
    inputs = read_inputs(files, given)
    items = list(inputs.items())
    if as_json:
        found = [
            layer_data(item.network, item.layer.name, item.operator)
            | {"error": item.has_errors, "diagnostics": [diagnostic_data(d) for d in item.diagnostics]}
            for item in items
        ]
        notes = [diagnostic_data(d) for d in inputs.diagnostics]
        click.echo(document(accelerator=inputs.accelerator.name, layers=found, diagnostics=notes))
    show_diagnostics(inputs.diagnostics)
    show_findings((item.layer.name, item.diagnostics) for item in items)
    wrong = sum(item.has_errors for item in items)
    if not as_json:
        what = f"{len(items)} layer{'s' * (len(items) != 1)} checked on {inputs.accelerator.name}"
        console().print(f"{what}: {len(items) - wrong} legal, {wrong} wrong")
    if wrong or any(item.is_error for item in inputs.diagnostics):
        sys.exit(1)

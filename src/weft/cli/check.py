"""`weft check`: legality and limits only."""

from __future__ import annotations

import sys
from dataclasses import replace

import click

from ..backends.report import diagnostic_data, document, layer_data
from ..frontends.densities import workload_with
from ..ir import Diagnostic, Layer, Severity, WeftError
from ..passes import check_workload
from .command import Command
from .findings import show_diagnostics, show_findings
from .given import FILES, Given, program_options
from .inputs import Inputs, Item, read_inputs
from .output import console


@click.command(cls=Command)
@FILES
@program_options
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def check(files: tuple[str, ...], given: Given, as_json: bool) -> None:
    """Check that programs are legal and fit the machine.

    Legal means that every iteration point is executed exactly once. Of a layer without a program, as those of models
    are, the workload is checked. Exit code 1 if a layer is wrong.
    """
    inputs = read_inputs(files, given)
    items = [_checked(inputs, item) for item in inputs.items()]
    lacking = sum(_lacks_program(inputs, item.layer) and not item.has_errors for item in items)
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
        others = f", {lacking} without a program" if lacking else ""
        console().print(f"{what}: {len(items) - wrong - lacking} legal, {wrong} wrong{others}")
    if wrong or any(item.is_error for item in inputs.diagnostics):
        sys.exit(1)


def _lacks_program(inputs: Inputs, layer: Layer) -> bool:
    """Whether a layer has all but a program, and gets none by name."""
    return layer.dataflow is None and inputs.dataflow is None and not layer.is_wrong


def _checked(inputs: Inputs, item: Item) -> Item:
    """A layer that has no program is not wrong for that: what there is of it is checked."""
    if not _lacks_program(inputs, item.layer):
        return item
    lacks = (replace(finding, severity=Severity.NOTE) for finding in item.diagnostics)
    return replace(item, diagnostics=(*item.layer.diagnostics, *_of_workload(inputs, item.layer), *lacks))


def _of_workload(inputs: Inputs, layer: Layer) -> tuple[Diagnostic, ...]:
    """What there is to say of a layer without a program."""
    assert layer.workload is not None
    try:
        workload = workload_with(layer.workload, inputs.densities)
    except WeftError as error:
        return error.diagnostics
    return check_workload(workload, inputs.accelerator, layer.span)

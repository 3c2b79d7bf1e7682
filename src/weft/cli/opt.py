"""`weft opt`: run a pipeline of passes and print the program."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace

import click

from ..frontends.registry import is_loop_file
from ..ir import Dataflow, Diagnostic, Layer, WeftError
from ..passes import (
    DEFAULT_PIPELINE,
    Pass,
    Program,
    RaisePass,
    parse_pipeline,
    parse_raising,
    pass_names,
    run_passes,
)
from ..search.map_pass import MapPass
from .command import Command
from .findings import show_findings
from .given import SOURCE, Given, layer_options
from .inputs import read_inputs


@click.command(epilog=f"Passes: {RaisePass.name} (first, of loop nests), {', '.join(pass_names())}.", cls=Command)
@SOURCE
@layer_options
@click.option("--pipeline", "-p", default=DEFAULT_PIPELINE, help="Passes, separated by commas.")
def opt(files: tuple[str, ...], given: Given, pipeline: str) -> None:
    """Run passes over a file and print the programs that result, with what was found as comments."""
    raising, rest = parse_raising(pipeline)
    chosen = parse_pipeline(rest)
    if raising is not None and not is_loop_file(files[0]):
        raise WeftError(Diagnostic("W008", f"'{files[0]}' is no file of loop nests, so there is nothing to raise"))
    inputs = read_inputs(files, given, raising)
    found = [("", inputs.diagnostics)]
    failed = any(item.is_error for item in inputs.diagnostics)
    for network in inputs.networks:
        click.echo(f"Network {network.name} {{")
        for number, layer in enumerate(network.layers):
            if not inputs.wants(network, number):
                continue
            try:
                layer = _with_program(layer, chosen)
                program = run_passes(Program(inputs.mapping(layer)), chosen)
            except WeftError as error:
                found.append((layer.name, error.diagnostics))
                failed = True
                continue
            found.append((layer.name, layer.diagnostics + program.diagnostics))
            failed = failed or program.has_errors
            click.echo(_program_text(layer, program))
            if program.nest is not None:
                click.echo("\n".join(f"  // {line}" for line in str(program.nest).splitlines()))
        click.echo("}")
    show_findings(found)
    if failed:
        sys.exit(1)


def _with_program(layer: Layer, chosen: Sequence[Pass]) -> Layer:
    """The layer, with a program that holds everything whole if it has none and the first pass finds its own."""
    first = next(iter(chosen), None)
    if layer.dataflow is None and isinstance(first, MapPass) and first.template == "no":
        return replace(layer, dataflow=Dataflow(((),)))
    return layer


def _program_text(layer: Layer, program: Program) -> str:
    """The layer with its canonical program, if there is one, indented, after comments on what was inferred."""
    dataflow = program.canonical or program.mapping.dataflow
    text = str(Layer(layer.name, program.mapping.workload, dataflow))
    return "\n".join("  " + line for line in (*_facts(program), *text.splitlines()))


def _facts(program: Program) -> list[str]:
    lines = []
    if program.schedule is not None:
        lines.append(f"// units per level: {', '.join(str(level.units) for level in program.schedule.levels)}")
        places = (
            f"{site.memory.name} ×{site.instances} at boundary {site.boundary}" for site in program.schedule.sites
        )
        lines.append(f"// memories: {', '.join(places)}")
    lines += [f"// reuse in level {item.level}, {item.tensor}: {item}" for item in program.reuse or () if str(item)]
    return lines

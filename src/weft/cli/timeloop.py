"""`weft timeloop`: a Timeloop design as a mapping file and a machine."""

from __future__ import annotations

import click

from ..api import write_maestro
from ..designs import close_design
from ..frontends.timeloop import read_open_timeloop, read_timeloop
from ..ir import Layer, Mapping, Network
from .command import Command
from .findings import show_diagnostics
from .given import FILES


@click.command(cls=Command)
@FILES
@click.option(
    "--emit",
    type=click.Choice(["mapping", "maestro", "accelerator", "constraints"]),
    default="mapping",
    help="The layer and its machine together, a mapping file, the machine in YAML, or what weft map asks of programs.",
)
def timeloop(files: tuple[str, ...], emit: str) -> None:
    """Print the Timeloop design in FILES as Weft reads it.

    FILES hold a problem, an architecture and a mapping in YAML; instead of the mapping one can be a map as Timeloop
    prints it, and then the architecture may be missing. The other commands read the same files; weft map needs no
    mapping.
    """
    if emit == "constraints":
        design = close_design(read_open_timeloop(files))
        for text, place in zip(design.constraints, design.places, strict=True):
            click.echo(f"{text:40} # {place}")
        show_diagnostics(design.notes)
        return
    mapping, notes = read_timeloop(files)
    click.echo(_text(mapping, emit), nl=False)
    show_diagnostics(notes)


def _text(mapping: Mapping, emit: str) -> str:
    if emit == "accelerator":
        return str(mapping.accelerator)
    if emit == "maestro":
        return write_maestro(Network("timeloop", (Layer(mapping.name, mapping.workload, mapping.dataflow),)))
    return str(mapping)

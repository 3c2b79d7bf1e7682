"""The options that say on what machine, and with which numbers, files are read, and which of their layers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from typing import Any, TypeVar, cast

import click

from ..api import DEFAULT_ACCELERATOR
from ..frontends.registry import is_design_file
from ..passes import OverCapacity
from ..search.named import NAMES

Command = TypeVar("Command", bound=Callable[..., Any])

FILES = click.argument("files", nargs=-1, required=True, type=click.Path(), metavar="FILE...")
FILE = click.argument("file", type=click.Path(), metavar="FILE")


def _one_source(context: click.Context, parameter: click.Parameter, files: tuple[str, ...]) -> tuple[str, ...]:
    """One file, or all files of one Timeloop design; wrong usage otherwise."""
    if len(files) > 1 and not all(is_design_file(file) for file in files):
        raise click.UsageError(f"Got unexpected extra argument ({files[1]})", context)
    return files


SOURCE = click.argument("files", nargs=-1, required=True, type=click.Path(), metavar="FILE", callback=_one_source)
"""What a command on one layer reads: one file, or the files of a Timeloop design."""


@dataclass(frozen=True, slots=True)
class Given:
    """The options that say on what machine, and with which numbers, a file is read, and which of its layers."""

    accelerator: str | None = None
    overrides: tuple[str, ...] = ()
    bindings: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    densities: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    style: str | None = None
    over_capacity: OverCapacity = "error"


sizes_option = click.option(
    "--sizes",
    multiple=True,
    metavar="NAME=VALUE,...",
    help="Give values to the sizes of loop nests and of models: N=64,M=32; may be repeated.",
)


def layer_options(command: Command) -> Command:
    """`--accelerator`, `--set`, `--energy-table`, `--bind`, `--density`, `--sizes` and `--layer`, as `given`."""
    return _machine_options(layer_option(collected(command)))


def program_options(command: Command) -> Command:
    """The options of `layer_options`, and `--over-capacity`."""
    return _machine_options(capacity_option(layer_option(collected(command))))


def collected(command: Command) -> Command:
    """Hands options to a command as `given`."""

    @wraps(command)
    def with_given(overrides: tuple[str, ...], energy_table: str | None, **options: Any) -> Any:
        if energy_table is not None:
            overrides += (f"energy_table={energy_table}",)
        own = {item.name: options.pop(item.name) for item in fields(Given) if item.name in options}
        return command(given=Given(overrides=overrides, **own), **options)

    return cast(Command, with_given)


def _machine_options(command: Command) -> Command:
    found: Any = machine_only(sizes_option(command))
    found = click.option(
        "--density",
        "densities",
        multiple=True,
        metavar="TENSOR=DENSITY",
        help="How many elements are not zero: filter=2:4, input=0.4, input=mask.npy, …; may be repeated.",
    )(found)
    return cast(Command, bind_option(dataflow_option(found)))


dataflow_option = click.option(
    "--dataflow",
    "style",
    type=click.Choice(NAMES, case_sensitive=False),
    help="For layers without a program: one of the paper's dataflows, or some program that fits the machine.",
)

bind_option = click.option(
    "--bind",
    "bindings",
    multiple=True,
    metavar="NAME=VALUE",
    help="Give a value to a free symbol of the program; may be repeated.",
)


def machine_only(command: Command) -> Command:
    """`--accelerator`, `--set` and `--energy-table`."""
    found: Any = click.option(
        "--energy-table",
        metavar="NAME|FILE",
        help="Energies per access: a table that Weft ships or a YAML file (docs/energy.md); the machine's by default.",
    )(command)
    found = click.option(
        "--set",
        "overrides",
        multiple=True,
        metavar="KEY=VALUE",
        help="Change the machine: pes=64, L2.capacity_bytes=unlimited, L2.bandwidth=16, …; may be repeated.",
    )(found)
    return cast(
        Command,
        click.option(
            "--accelerator",
            "-a",
            show_default=DEFAULT_ACCELERATOR,
            metavar="NAME|FILE",
            help="A preset (see weft accelerators), a YAML file, or a MAESTRO hardware file.",
        )(found),
    )


capacity_option = click.option(
    "--over-capacity",
    type=click.Choice(["error", "warning"]),
    default="error",
    help="How grave an over-full memory is; with 'warning' the layer is evaluated all the same.",
)

layer_option = click.option(
    "--layer",
    "-l",
    "layers",
    multiple=True,
    metavar="NAME",
    help="Only this layer: NAME, NETWORK/NAME, or NAME#2 for the second of that name; may be repeated.",
)

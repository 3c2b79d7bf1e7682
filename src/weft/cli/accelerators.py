"""`weft accelerators`: the machines that come with Weft."""

from __future__ import annotations

import click

from ..frontends.accelerator import accelerator_schema, list_presets, load_accelerator
from .command import Command
from .output import console
from .tables import Table, numbers, texts


@click.command(cls=Command)
@click.argument("name", required=False)
@click.option("--schema", is_flag=True, help="Print the JSON schema of accelerator files.")
@click.option("--set", "overrides", multiple=True, metavar="KEY=VALUE", help="Change the machine before printing it.")
def accelerators(name: str | None, schema: bool, overrides: tuple[str, ...]) -> None:
    """List the machines that come with Weft, or print one (NAME) as YAML to start from."""
    if schema:
        import json

        click.echo(json.dumps(accelerator_schema(), indent=2))
    elif name is not None:
        click.echo(str(load_accelerator(name, overrides)), nl=False)
    elif overrides:
        raise click.UsageError("--set needs the NAME of a machine")
    else:
        console().print(_presets())


def _presets() -> Table:
    found = Table("Accelerators", [*texts("name"), *numbers("PEs", "lanes"), *texts("memories", "source")])
    for preset in list_presets():
        machine = load_accelerator(preset)
        memories = " > ".join(
            f"{memory.name} {'unlimited' if memory.capacity_bytes is None else f'{memory.capacity_bytes:,} B'}"
            for memory in machine.memories
        )
        found.add_row(preset, f"{machine.pes:,}", str(machine.lanes), memories, machine.source.split(":")[0])
    return found

"""`--csv` and `--parquet`: rows in files, for every command that has rows."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from .given import Command

if TYPE_CHECKING:
    from ..backends.report import Sheet
    from ..backends.report.blocks import Block


class _Written(click.Path):
    """A file that is written: none that Weft reads programs or machines from, which a slip would write over."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from ..frontends.registry import suffixes

        if str(value).endswith(suffixes()):
            self.fail(f"'{value}' has the ending of a file that Weft reads; -, .csv or .parquet are meant", param, ctx)
        if param is not None and param.name == "parquet_file" and value == "-":
            self.fail("Parquet is not printed; give a file", param, ctx)
        return super().convert(value, param, ctx)


def file_options(command: Command) -> Command:
    """`--csv` and `--parquet`, as `csv_file` and `parquet_file`."""
    found: Any = click.option(
        "--parquet", "parquet_file", type=_Written(), metavar="FILE", help="Write all rows as Parquet."
    )(command)
    return cast(
        Command,
        click.option(
            "--csv", "csv_file", type=_Written(), metavar="FILE", help="Write all rows as CSV; - prints them."
        )(found),
    )


def check_one(**given: object) -> None:
    """Wrong usage if more than one of these ways to say the result was asked for, by the names of their options."""
    asked = [f"--{name}" for name, value in given.items() if value]
    if len(asked) > 1:
        raise click.UsageError(f"{' and '.join(asked)} exclude each other")


def write_rows(names: Sequence[str], blocks: Iterable[Block], csv_file: str | None, parquet_file: str | None) -> None:
    """Print rows as CSV, or write them to the one file that is given, whole or not at all."""
    from ..backends.report import writers

    if parquet_file is not None:
        writers.save_parquet(parquet_file, names, blocks)
    elif csv_file is not None and csv_file != "-":
        writers.save_csv(csv_file, names, blocks)
    else:
        writers.write_csv(sys.stdout, names, blocks)


def write_sheet(sheet: Sheet, csv_file: str | None, parquet_file: str | None) -> None:
    """Write a sheet, and say how many rows a file has."""
    blocks = list(sheet.blocks)
    write_rows(sheet.names, blocks, csv_file, parquet_file)
    file = Path(parquet_file or csv_file or "-")
    if str(file) != "-":
        rows = sum(len(block[sheet.names[0]]) for block in blocks)
        click.echo(f"{rows:,} row{'s' * (rows != 1)}: {file}")

"""`weft choose`: the best option for every layer from a table of another tool."""

from __future__ import annotations

import json
import sys
from collections import Counter
from decimal import Decimal

import click

from ..exploration.options import Chosen
from ..explorations import explore_table
from .command import Command
from .map_options import SECONDS
from .output import console
from .tables import Table, numbers, texts


class _Pair(click.ParamType):  # type: ignore[type-arg]  # newer releases of click make it generic
    """A name and a text."""

    name = "NAME=TEXT"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        name, equals, text = value.partition("=")
        if not (name.strip() and equals and text.strip()):
            self.fail(f"'{value}' is not a column and what it is to be, such as area=16", param, ctx)
        return name.strip(), text.strip()


@click.command("choose", cls=Command)
@click.argument("table", type=click.Path(), metavar="TABLE")
@click.option("--objective", required=True, help="A column, max(COLUMN), or a product such as energy*cycles^2.")
@click.option(
    "--limit",
    "limits",
    type=_Pair(),
    multiple=True,
    metavar="COLUMN=MAX",
    help="The most that a column may sum to over all layers; may be repeated.",
)
@click.option("--layers", type=click.Path(), metavar="FILE", help="A CSV file with a row for every layer.")
@click.option(
    "--column",
    "columns",
    type=_Pair(),
    multiple=True,
    metavar="NAME=FORMULA",
    help="A further column, computed of others: area='pe*282 + l1*0.688'; may be repeated.",
)
@click.option("--budget", type=SECONDS, help="Stop after that time; the answer then says how good it is.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON (schema_version 1, docs/json.md).")
def choose(
    table: str,
    objective: str,
    limits: tuple[tuple[str, str], ...],
    layers: str | None,
    columns: tuple[tuple[str, str], ...],
    budget: float | None,
    as_json: bool,
) -> None:
    """Choose an option for every layer so that an objective is least within limits on sums, and prove it.

    TABLE is a CSV file, also compressed (.gz): a row for every option, with the name of its layer in the column
    `layer`. With --layers its options are the rows that are equal in the columns that both files have.
    """
    for flag, pairs in (("--limit", limits), ("--column", columns)):
        twice = [name for name, count in Counter(name for name, _ in pairs).items() if count > 1]
        if twice:
            raise click.UsageError(f"{flag} {twice[0]} is given twice")
    found = explore_table(table, objective, dict(limits), layers=layers, columns=dict(columns), budget=budget)
    if found is None:
        click.echo("nothing was found in time", err=True)
        sys.exit(1)
    if as_json:
        click.echo(json.dumps(found.to_dict(), indent=1))
    else:
        _show(found)


def _show(found: Chosen) -> None:
    out = console()
    names = [name for name in found.table.columns if name != "layer"]
    headings = [(name, "right" if name in found.totals else "left") for name in names]
    table = Table(f"best options by {found.objective}", [*texts("layer"), *headings])
    for layer, row in zip(found.table.names, found.rows, strict=True):
        table.add_row(layer, *(_text(row[name]) for name in names))
    out.print(table)
    sums = Table("sums over all layers", [*texts("column"), *numbers("sum", "limit")])
    for name, total in found.totals.items():
        sums.add_row(name, _text(total), _text(found.limits[name]) if name in found.limits else "")
    out.print(sums)
    out.print(f"{found.objective}: {_text(found.value)}")
    out.print(str(found.certificate))


def _text(cell: Decimal | str) -> str:
    return cell if isinstance(cell, str) else f"{cell:f}"

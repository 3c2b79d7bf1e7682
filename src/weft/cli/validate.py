"""`weft validate`: Weft beside chips, simulators and other models."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click

from ..backends import report
from ..validation import COMPARISONS, Comparison, compare, document
from ..validation.comparison import Cell
from ..validation.document import cell_text
from .command import Command
from .output import console, progress
from .tables import Table


@click.command(cls=Command)
@click.argument("names", nargs=-1, metavar="[NAME]...", type=click.Choice(list(COMPARISONS)))
@click.option("--quick", is_flag=True, help="Only the comparisons that take some seconds.")
@click.option("--markdown", is_flag=True, help="Print docs/validation.md.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def validate(names: tuple[str, ...], quick: bool, markdown: bool, as_json: bool) -> None:
    """Run comparisons with published figures again: all, or those of NAMES.

    `maestro` compares all layers that MAESTRO ships, `confuciux`, `dosa` and `vaesa` the tables of these names, and
    `explore` further grids, if $WEFT_REFERENCE names the folder that has them (docs/validation.md); what is missing is
    named. The exit code is 1 if a check fails.
    """
    if markdown and as_json:
        raise click.UsageError("--markdown and --json exclude each other")
    slow = [name for name in names if not COMPARISONS[name]]
    if quick and slow:
        raise click.UsageError(f"--quick leaves out {' and '.join(slow)}")
    chosen = [name for name, fast in COMPARISONS.items() if (not names or name in names) and (fast or not quick)]
    if not chosen:
        raise click.UsageError(f"--quick leaves out {', '.join(names)}")
    found: list[Comparison] = []
    with progress() as bar:
        task = bar.add_task("validate", total=len(chosen))
        for name in chosen:
            found.append(compare(name))
            bar.advance(task)
    if markdown:
        click.echo(document(found), nl=False)
    elif as_json:
        click.echo(report.document(comparisons=[asdict(item) for item in found]))
    else:
        for item in found:
            _show(item)
    if not all(item.holds for item in found):
        sys.exit(1)


def _names(rows: tuple[tuple[Cell, ...], ...]) -> int:
    """The least number of first columns that tell all rows from each other, or one if there is none."""
    width = len(rows[0]) if rows else 0
    return next((count for count in range(1, width) if len({row[:count] for row in rows}) == len(rows)), 1)


def _show(comparison: Comparison) -> None:
    out = console()
    out.print(comparison.title, style="bold")
    for item in comparison.tables:
        numbers = [all(not isinstance(row[k], str) for row in item.rows) for k in range(len(item.columns))]
        sides = ["right" if number else "left" for number in numbers]
        shown = Table(item.title, zip(item.columns, sides, strict=True), _names(item.rows))
        for row in item.rows:
            shown.add_row(*(cell_text(cell) for cell in row))
        out.print(shown)
    for check in comparison.checks:
        out.print(f"{'holds' if check.holds else 'FAILS'}: {check.text}", style="" if check.holds else "bold red")
    out.print()

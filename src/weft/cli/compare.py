"""`weft compare`: two results side by side, their differences ranked."""

from __future__ import annotations

import sys

import click

from ..backends.cost import TIMES
from ..backends.plots import Results, check_ending
from ..ir.whole_files import whole_file
from ..pictures.comparisons import SUMS, Difference, compare, sums
from ..pictures.documents import Document
from ..pictures.side_by_side import comparison_page
from .command import Command
from .given import Given, program_options
from .output import console
from .pictured import read_pictured
from .tables import Table, numbers, texts

_SHOWN = 20


@click.command("compare", cls=Command)
@click.argument("before", type=click.Path(), metavar="A")
@click.argument("after", type=click.Path(), metavar="B")
@program_options
@click.option("--time", type=click.Choice(TIMES), help="Time model of files that are evaluated.  [default: stepwise]")
@click.option("--output", "-o", type=click.Path(), metavar="FILE", help="Write a page (.html) instead of tables.")
@click.option("--top", type=click.IntRange(min=1), default=_SHOWN, help="How many differences are shown.")
def compare_(before: str, after: str, given: Given, time: str | None, output: str | None, top: int) -> None:
    """Compare two results: the sums, then the greatest differences, layer by layer.

    A and B are what weft evaluate takes, or results as JSON (of weft evaluate or map). The options on machines and
    programs are for files that are evaluated. Layers are the same by their names.
    With --output, a page has the same and figures of both on the same scales; it opens from disk and loads nothing.
    """
    if output:
        check_ending(output, (".html",))
    only = Given(layers=given.layers)
    done = [file.endswith(".json") for file in (before, after)]
    if all(done) and (given != only or time):
        raise click.UsageError("both are results: their machines, programs and times are what they say")
    sides: list[Document] = []
    wrong = False
    for file, is_done in zip((before, after), done, strict=True):
        document, bad = read_pictured((file,), only if is_done else given, "" if is_done else time or "")
        sides.append(document)
        wrong = wrong or bad
    if output:
        text = comparison_page(sides[0], sides[1], top=top)
        with whole_file(output) as part:
            part.write_text(text, "utf-8")
    else:
        _print(sides[0].results(), sides[1].results(), top)
    if wrong:
        sys.exit(1)


def _print(before: Results, after: Results, top: int) -> None:
    """Sums, ranked differences, and what is in one alone."""
    found = compare(before, after)
    out = console()
    out.print(_sums(before, after))
    out.print(_table(found[:top]) if found else "Nothing differs.")
    if len(found) > top:
        out.print(f"{len(found) - top:,} smaller differences are not shown (--top)")
    for one, other, name in ((before, after, "A"), (after, before, "B")):
        alone = [label for label in one.labels if label not in other.labels]
        if alone:
            out.print(f"only in {name}: {', '.join(alone[:5])}{', …' if len(alone) > 5 else ''}")


def _sums(before: Results, after: Results) -> Table:
    found = Table("Sums of the layers in both", [*texts(*SUMS[:3]), *numbers(*SUMS[3:])])
    for row in sums(before, after):
        found.add_row(*row)
    return found


def _table(found: tuple[Difference, ...]) -> Table:
    shown = Table("Differences, greatest first", [*texts("layer", "what"), *numbers("A", "B", "B / A", "change")])
    for item in found:
        shown.add_row(item.layer, item.what, *item.texts)
    return shown

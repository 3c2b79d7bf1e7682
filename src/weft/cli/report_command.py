"""`weft report`: a page that reports on a result."""

from __future__ import annotations

import sys

import click

from ..backends.cost import TIMES
from ..backends.plots import check_ending
from ..ir.whole_files import whole_file
from ..pictures.pages import report_page
from .command import Command
from .given import FILES, Given, program_options
from .pictured import read_pictured


@click.command(cls=Command)
@FILES
@program_options
@click.option("--output", "-o", required=True, type=click.Path(), metavar="FILE", help="The page, .html.")
@click.option("--time", type=click.Choice(TIMES), help="Time model of a file that is evaluated.  [default: stepwise]")
@click.option("--title", help="Title of the page; by default what it is about.")
def report(files: tuple[str, ...], given: Given, output: str, time: str | None, title: str | None) -> None:
    """Write one page with all about a result: totals, tables, figures, programs and the machine.

    FILE is what weft evaluate takes, or a result as JSON (of weft evaluate, map, explore or fuse). The page opens
    from disk and loads nothing.
    """
    check_ending(output, (".html",))
    document, wrong = read_pictured(files, given, time or "")
    text = report_page(document, title or "")
    with whole_file(output) as part:
        part.write_text(text, "utf-8")
    if wrong:
        sys.exit(1)

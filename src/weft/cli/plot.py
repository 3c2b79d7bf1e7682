"""`weft plot`: a figure of a result, as a picture, a page, a specification or data."""

from __future__ import annotations

import sys
from typing import Any

import click

from ..backends.cost import TIMES
from ..backends.plots import ENDINGS, PARTS, TRACE, check_ending
from ..backends.plots.theme import THEMES
from ..pictures.kinds import KINDS, draw
from .command import Command
from .given import FILES, Given, program_options
from .pictured import read_pictured


def _with_option(name: str) -> str:
    return " and ".join(kind for kind, item in KINDS.items() if name in item.options)


@click.command(cls=Command)
@click.argument("kind", type=click.Choice(list(KINDS)), metavar="KIND")
@FILES
@program_options
@click.option(
    "--output",
    "-o",
    required=True,
    type=click.Path(),
    metavar="FILE",
    help=f"{', '.join(ENDINGS)}; {TRACE} of a time line.",
)
@click.option("--time", type=click.Choice(TIMES), help="Time model of a file that is evaluated.  [default: stepwise]")
@click.option("--by", type=click.Choice(PARTS), help=f"What bars are stacked by, of {_with_option('by')}.")
@click.option("--memory", metavar="NAME", help=f"The memory that is shown, of {_with_option('memory')}.")
@click.option("--first", type=click.IntRange(min=0), help=f"The first step that is shown, of {_with_option('first')}.")
@click.option("--steps", type=click.IntRange(min=1), help=f"How many steps are shown, of {_with_option('steps')}.")
@click.option("--units", type=click.IntRange(min=1), help=f"How many units are shown, of {_with_option('units')}.")
@click.option("--theme", type=click.Choice(THEMES), help="Colours of .svg, .png, .pdf and .json; a page has both.")
def plot(
    kind: str, files: tuple[str, ...], given: Given, output: str, time: str | None, theme: str | None, **options: Any
) -> None:
    """Draw a figure (docs/pictures.md).

    KIND is roofline, energy, traffic or utilization of all layers, or space-time or time-line of one.

    FILE is what weft evaluate takes, or a result as JSON (of weft evaluate, map or explore). The ending of --output
    says what is written: a picture, a page that loads nothing (.html), the Vega-Lite specification (.json) or the data
    (.csv).
    """
    ending = check_ending(output, (TRACE, *ENDINGS) if kind == "time-line" else ENDINGS)
    if theme and ending in (".html", ".csv", TRACE):
        raise click.UsageError(f"--theme does not go with {ending}")
    chosen = {name: value for name, value in options.items() if value is not None}
    for name in chosen:
        if name not in KINDS[kind].options:
            raise click.UsageError(f"--{name} is of {_with_option(name)}, not of {kind}")
    document, wrong = read_pictured(files, given, time or "")
    draw(kind, document, chosen).save(output, theme or THEMES[0])
    if wrong:
        sys.exit(1)

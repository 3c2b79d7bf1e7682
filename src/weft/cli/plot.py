"""`weft plot`: a figure of a result, as a picture, a page, a specification or data."""

from __future__ import annotations

import sys
from typing import Any

import click

from ..backends.cost import TIMES
from ..backends.plots import ENDINGS, METRICS, OVER, PARTS, TRACE, Shown, check_ending
from ..backends.plots.theme import THEMES
from ..pictures.designs import CLOUDS
from ..pictures.kinds import KINDS
from .command import Command
from .given import FILES, Given, program_options
from .pictured import read_fused_pictured, read_pictured


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
@click.option("--over", type=click.Choice(OVER), help=f"What runs to the right, of {_with_option('over')}.")
@click.option("--x", type=click.Choice(list(METRICS)), help=f"What runs to the right, of {_with_option('x')}.")
@click.option("--y", type=click.Choice(list(METRICS)), help=f"What runs upwards, of {_with_option('y')}.")
@click.option("--limit", "limits", multiple=True, metavar="METRIC=NUMBER", help=f"A line, of {_with_option('limits')}.")
@click.option("--theme", type=click.Choice(THEMES), help="Colours of .svg, .png, .pdf and .json; a page has both.")
def plot(
    kind: str, files: tuple[str, ...], given: Given, output: str, time: str | None, theme: str | None, **options: Any
) -> None:
    """Draw a figure (docs/pictures.md).

    KIND is roofline, energy, traffic or utilization of all layers, program, space-time or time-line of one, the proof
    of a search, the plan or the schedule of fused layers, the front that a search or an exploration found, or the
    cloud of designs that weft explore wrote.

    FILE is what weft evaluate takes, or a result as JSON (of weft evaluate, map, explore or fuse). The ending of
    --output says what is written: a picture, a page that loads nothing (.html), the Vega-Lite specification (.json) or
    the data (.csv).
    """
    ending = check_ending(output, (TRACE, *ENDINGS) if kind == "time-line" else ENDINGS)
    if theme and ending in (".html", ".csv", TRACE):
        raise click.UsageError(f"--theme does not go with {ending}")
    chosen = {name: value for name, value in options.items() if value not in (None, ())}
    for name in chosen:
        if name not in KINDS[kind].options:
            raise click.UsageError(
                f"--{'limit' if name == 'limits' else name} is of {_with_option(name)}, not of {kind}"
            )
    if KINDS[kind].of_designs:
        figure, wrong = _of_designs(kind, files, given, time, chosen), False
    elif KINDS[kind].of_fused:
        figure, wrong = _of_fused(kind, files, given, time, chosen), False
    else:
        document, wrong = read_pictured(files, given, time or "")
        figure = KINDS[kind].draw(document, **chosen)
    figure.save(output, theme or THEMES[0])
    if wrong:
        sys.exit(1)


def _of_designs(kind: str, files: tuple[str, ...], given: Given, time: str | None, chosen: dict[str, Any]) -> Shown:
    if len(files) > 1 or not files[0].endswith(CLOUDS):
        raise click.UsageError(f"a {kind} is of one file that weft explore --cloud wrote: {' or '.join(CLOUDS)}")
    if given != Given() or time:
        raise click.UsageError(f"designs have their machines and programs: a {kind} takes no options on these")
    return _drawn(kind, files[0], chosen)


def _of_fused(kind: str, files: tuple[str, ...], given: Given, time: str | None, chosen: dict[str, Any]) -> Shown:
    return _drawn(kind, read_fused_pictured(files, given, time or ""), chosen)


def _drawn(kind: str, what: Any, chosen: dict[str, Any]) -> Shown:
    try:
        return KINDS[kind].draw(what, **chosen)
    except ValueError as error:
        raise click.UsageError(str(error)) from error

"""`weft compare`: two results side by side, their differences ranked."""

from __future__ import annotations

import sys

import click

from ..backends.cost import TIMES
from ..backends.plots import Results
from ..backends.plots.words import ENERGIES, in_words
from ..pictures.comparisons import Difference, compare
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
@click.option("--top", type=click.IntRange(min=1), default=_SHOWN, help="How many differences are shown.")
def compare_(before: str, after: str, given: Given, time: str | None, top: int) -> None:
    """Compare two results: the sums, then the greatest differences, layer by layer.

    A and B are what weft evaluate takes, or results as JSON (of weft evaluate or map). The options on machines and
    programs are for files that are evaluated. Layers are the same by their names.
    """
    only = Given(layers=given.layers)
    done = [file.endswith(".json") for file in (before, after)]
    if all(done) and (given != only or time):
        raise click.UsageError("both are results: their machines, programs and times are what they say")
    sides: list[Results] = []
    wrong = False
    for file, is_done in zip((before, after), done, strict=True):
        document, bad = read_pictured((file,), only if is_done else given, "" if is_done else time or "")
        sides.append(document.results())
        wrong = wrong or bad
    found = compare(sides[0], sides[1])
    out = console()
    out.print(_sums(*sides))
    out.print(_table(found[:top]) if found else "Nothing differs.")
    if len(found) > top:
        out.print(f"{len(found) - top:,} smaller differences are not shown (--top)")
    for one, other, name in ((sides[0], sides[1], "A"), (sides[1], sides[0], "B")):
        alone = [label for label in one.labels if label not in other.labels]
        if alone:
            out.print(f"only in {name}: {', '.join(alone[:5])}{', …' if len(alone) > 5 else ''}")
    if wrong:
        sys.exit(1)


def _sums(before: Results, after: Results) -> Table:
    found = Table("Sums of the layers in both", [*texts("", "machine", "time"), *numbers("layers", "cycles", "energy")])
    for name, own, other in (("A", before, after), ("B", after, before)):
        layers = [layer for label, layer in own.named if label in other.labels]
        cycles = sum(layer["cycles"][own.time] for layer in layers)
        energy = sum(layer["energy_pj"]["total"] for layer in layers)
        found.add_row(name, own.machine, own.time, f"{len(layers)}", f"{cycles:,}", in_words(energy, ENERGIES))
    return found


def _table(found: tuple[Difference, ...]) -> Table:
    shown = Table("Differences, greatest first", [*texts("layer", "what"), *numbers("A", "B", "B / A", "change")])
    for item in found:
        what = f"energy of {item.part}" if item.part else item.metric.replace("elements", "elements at the top")
        ratio = f"{item.ratio:.3f}" if item.before else "new"
        shown.add_row(item.layer, what, _number(item, item.before), _number(item, item.after), ratio, _change(item))
    return shown


def _number(item: Difference, value: float) -> str:
    return in_words(value, ENERGIES) if item.part else f"{value:,}"


def _change(item: Difference) -> str:
    return ("+" if item.change > 0 else "") + _number(item, item.change)

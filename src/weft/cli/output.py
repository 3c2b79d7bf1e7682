"""Terminal output: consoles, numbers, progress."""

from __future__ import annotations

from math import floor, log10

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ..ir import MAC, Workload

_UNBOUNDED = 100_000


def console(stderr: bool = False) -> Console:
    """A console that is plain in a pipe, and then as wide as its content."""
    # Names may look like markup.
    found = Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)
    if not found.is_terminal:
        found.width = _UNBOUNDED
    return found


def energy_text(picojoules: float) -> str:
    """Microjoules with four significant digits."""
    microjoules = picojoules / 1e6
    return f"{microjoules:,.0f}" if microjoules >= 1000 else f"{microjoules:.4g}"


def macs_text(workload: Workload) -> str:
    """The useful multiply-accumulates, and those spent on zeros if there are any."""
    zeros = workload.macs - workload.useful_macs
    parts = [f"{workload.useful_macs:,} MACs" + (f" and {zeros:,} on {workload.zeros}" if zeros else "")]
    others = {name: times for name, times in workload.operations.items() if name != MAC}
    found = [f"{times * workload.points:,} {name}" for name, times in others.items()]
    return ", ".join(found if found and not workload.macs else parts + found)


def plus_minus(value: float, error: float, drawn: bool, digits: int) -> str:
    """A number with its standard error behind it if it is drawn: then with digits enough to tell the error."""
    if not drawn:
        return f"{value:,.{digits}f}"
    digits = max(digits, -floor(log10(error))) if error else digits
    return f"{value:,.{digits}f} ± {error:,.{digits}f}"


def progress() -> Progress:
    """A progress bar on the error stream; nothing in a pipe."""
    out = console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=out,
        transient=True,
        disable=not out.is_terminal,
    )

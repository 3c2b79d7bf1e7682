"""Terminal output: consoles, numbers, progress."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ..ir import Workload

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
    """The useful multiply-accumulates, and those spent on inserted zeros if there are any."""
    zeros = workload.macs - workload.useful_macs
    return f"{workload.useful_macs:,} MACs" + (f" and {zeros:,} on inserted zeros" if zeros else "")


def plus_minus(value: str, error: float, drawn: bool, digits: int) -> str:
    """A number with its standard error behind it if it is drawn."""
    return f"{value} ± {error:,.{digits}f}" if drawn else value


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

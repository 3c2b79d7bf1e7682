"""Terminal output: tables, diagnostics, progress."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import floor, log10

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from ..ir import Diagnostic, Severity, Workload

_UNBOUNDED = 100_000
_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


def console(stderr: bool = False) -> Console:
    """A console that is plain in a pipe, and then as wide as its content."""
    found = Console(stderr=stderr, highlight=False, soft_wrap=True)
    return found if found.is_terminal else Console(stderr=stderr, highlight=False, soft_wrap=True, width=_UNBOUNDED)


def table(title: str, columns: Iterable[tuple[str, str]]) -> Table:
    """An empty table; columns are (heading, justification)."""
    found = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for heading, justify in columns:
        found.add_column(heading, justify=justify, no_wrap=True)  # type: ignore[arg-type]
    return found


def show_diagnostics(items: Iterable[Diagnostic], layer: str = "") -> None:
    """Print diagnostics to the error stream."""
    out = console(stderr=True)
    for item in items:
        prefix = f"{layer}: " if layer and item.span is None else ""
        out.print(Text(prefix + str(item), style=_STYLES[item.severity]))


def energy_text(picojoules: float) -> str:
    """Microjoules with four significant digits."""
    microjoules = picojoules / 1e6
    return f"{microjoules:,.0f}" if microjoules >= 1000 else f"{microjoules:.4g}"


def macs_text(workload: Workload) -> str:
    """The useful multiply-accumulates, and those spent on inserted zeros if there are any."""
    zeros = workload.macs - workload.useful_macs
    return f"{workload.useful_macs:,} MACs" + (f" and {zeros:,} on inserted zeros" if zeros else "")


def plus_minus(value: float, error: float, drawn: bool, digits: int) -> str:
    """A number with its standard error behind it if it is drawn: then with digits enough to tell the error."""
    if not drawn:
        return f"{value:,.{digits}f}"
    digits = max(digits, -floor(log10(error))) if error else digits
    return f"{value:,.{digits}f} ± {error:,.{digits}f}"


def show_findings(layers: Iterable[tuple[str, Iterable[Diagnostic]]]) -> None:
    """Print the diagnostics of many layers: every error, but equal warnings and notes once, with their number."""
    repeated: dict[tuple[str, str], list[tuple[str, Diagnostic]]] = {}
    for layer, items in layers:
        for item in items:
            key = (item.code, item.message) if not item.is_error else (layer, str(item))
            repeated.setdefault(key, []).append((layer, item))
    for (layer, item), *others in repeated.values():
        if others and not item.is_error:
            item = replace(item, notes=(*item.notes, f"the same in {len(others)} more layer{'s' * (len(others) > 1)}"))
        show_diagnostics((item,), layer)


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

"""What is found goes to the error stream, equal findings once, with their number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from rich.text import Text

from ..ir import Diagnostic, Severity
from ..ir.printable import printable
from .output import console

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
_PLACES = 5

Found = tuple[str, Diagnostic]
"""A finding with the name of its layer, empty if it is of none."""


def show_diagnostics(items: Iterable[Diagnostic], layer: str = "") -> None:
    """Print what was found of one layer, or of none."""
    show_findings([(layer, items)])


def show_findings(layers: Iterable[tuple[str, Iterable[Diagnostic]]]) -> None:
    """Print what was found of many layers. Findings that differ in layer and place only are shown once."""
    equal: dict[tuple[str, ...], list[Found]] = {}
    for layer, item in dict.fromkeys((layer, item) for layer, items in layers for item in items):
        equal.setdefault(_key(layer, item), []).append((layer, item))
    out = console(stderr=True)
    for found in equal.values():
        layer, item = found[0]
        if len(found) > 1:
            item = replace(item, notes=(*item.notes, f"{len(found)} times, first here{_places(found)}"))
        prefix = f"{printable(layer)}: " if layer and item.span is None else ""
        out.print(Text(prefix + str(item), style=_STYLES[item.severity]))


def _key(layer: str, item: Diagnostic) -> tuple[str, ...]:
    texts = (item.message, item.hint, *item.notes)
    return item.severity, item.code, *(text.replace(f"'{layer}'", "") if layer else text for text in texts)


def _places(found: list[Found]) -> str:
    """Where a finding is again: the layers, or the places if it is all in one layer."""
    first, *others = found
    layers = list(dict.fromkeys(layer for layer, _ in others if layer != first[0]))
    names = layers or [str(item.span) for _, item in others if item.span]
    if not names:
        return ""
    more = len(names) - _PLACES
    kind = ("layer" if layers else "place") + "s" * (more > 1)
    rest = f" and {more} more {kind}" if more > 0 else ""
    return f"; also {'in' if layers else 'at'} {', '.join(map(printable, names[:_PLACES]))}{rest}"

"""Pictures of results: single figures, and pages that report on everything."""

from __future__ import annotations

from typing import Any

from ..backends.plots import Shown
from ..ir.arguments import checked

__all__ = ["plot", "report"]


@checked
def plot(kind: str, what: Any, **options: Any) -> Shown:
    """A figure of a result: `roofline`, `energy`, `traffic`, `utilization`, `space-time`, `time-line`, `front`,
    `program`, …

    `what` is a cost, several costs, a mapping, a network (`evaluate_network`), what `map` or `explore` finds, a
    document of these as data, or the name of a JSON file with one; a cloud is of a file of designs. `options` are those
    of the kind (docs/pictures.md). The figure is written with `save`, and is shown by a notebook.
    Raises ValueError for an unknown kind or option, WeftError for documents that are damaged or lack what is drawn.
    """
    from .kinds import figure_of

    return figure_of(kind, what, options)


@checked
def report(what: Any, title: str = "", beside: Any = None) -> str:
    """A page (HTML) that reports on a result, as `plot` takes it, and loads nothing: figures, tables and programs.

    With `beside`, another result, the page compares the two: their differences ranked, and figures on the same scales.
    Raises WeftError as `plot` does, and without the extra `plot`.
    """
    from .documents import document_of
    from .pages import report_page
    from .side_by_side import comparison_page

    if beside is not None:
        return comparison_page(document_of(what), document_of(beside), title)
    return report_page(document_of(what), title)

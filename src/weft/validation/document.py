"""Comparisons as Markdown: `docs/validation.md`."""

from __future__ import annotations

from collections.abc import Iterable

from .comparison import Cell, Comparison, Table

HEAD = """# Validation

Written by `weft validate --markdown`, which runs every comparison below again; `weft validate NAME` runs one.
Figures of others are theirs as published; everything else is computed when the command runs.
"""


def document(comparisons: Iterable[Comparison]) -> str:
    """The whole document, ending with a newline."""
    return "\n".join([HEAD, *(section(item) for item in comparisons)])


def section(comparison: Comparison) -> str:
    """One comparison: its text, what holds, its tables."""
    checks = [f"* {'holds' if check.holds else '**fails**'}: {check.text}" for check in comparison.checks]
    parts = [f"## {comparison.title}", f"`weft validate {comparison.name}`", comparison.about.strip()]
    parts += ["\n".join(checks)] if checks else []
    parts += [table_text(table) for table in comparison.tables]
    return "\n\n".join(parts) + "\n"


def table_text(table: Table) -> str:
    """A table with its title above."""
    rows = [table.columns, *(tuple(cell_text(cell) for cell in row) for row in table.rows)]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    lines.insert(1, "|" + "---|" * len(table.columns))
    return "\n".join([f"**{table.title}**", "", *lines])


def cell_text(cell: Cell) -> str:
    """A cell as text: whole numbers with separators, others with four significant digits and no exponent if large."""
    if isinstance(cell, float):
        return f"{cell:,.0f}" if abs(cell) >= 1000 else f"{cell:.4g}"
    return f"{cell:,}" if isinstance(cell, int) else cell

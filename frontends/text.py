"""The lines of a text, and the places in it."""

from __future__ import annotations

from ..ir import Span

_LONG_LINE = 1000


class Lines:
    """The lines of a text, for spans by line and column as parsers give them."""

    def __init__(self, text: str, file: str = "<string>") -> None:
        self.file = file
        # Not `splitlines`: a form feed ends no line of a program.
        self.lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    def span(self, line: int, column: int, length: int = 1) -> Span:
        """The place at a 1-based line and column; a monstrous line is not shown."""
        text = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        text = text if len(text) <= _LONG_LINE else ""
        return Span(self.file, line, column, max(1, length), text)

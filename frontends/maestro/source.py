"""Source texts, and the places in them."""

from __future__ import annotations

import re
from bisect import bisect_right

from ...ir import Span

_LONG_LINE = 1000


class Source:
    """A text with its places; `code` is the same text with the comments blanked out."""

    def __init__(self, text: str, file: str = "<string>") -> None:
        self.file = file
        self.text = text.replace("\r\n", "\n").replace("\r", "\n")
        self.code = re.sub(r"//[^\n]*", lambda comment: " " * len(comment[0]), self.text)
        self._starts = [0, *(newline.end() for newline in re.finditer("\n", self.text))]
        self._line = (0, "")

    def span(self, start: int, end: int) -> Span:
        """The place of `text[start:end]`, cut at the end of its first line."""
        start = min(start, len(self.text))
        line = bisect_right(self._starts, start)
        column = start - self._starts[line - 1] + 1
        stop = self._starts[line] - 1 if line < len(self._starts) else len(self.text)
        length = max(1, min(end, stop) - start)
        return Span(self.file, line, column, length, self._line_text(line, stop))

    def _line_text(self, line: int, stop: int) -> str:
        # Neighbouring spans share one string; a monstrous line is not shown at all.
        if self._line[0] != line:
            start = self._starts[line - 1]
            self._line = (line, self.text[start:stop] if stop - start <= _LONG_LINE else "")
        return self._line[1]

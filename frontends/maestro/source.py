"""Source texts: how they are loaded, and the places in them."""

from __future__ import annotations

import re
from bisect import bisect_right
from pathlib import Path

from ...ir import Diagnostic, Span, WeftError

MAX_BYTES = 64 * 2**20
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


def load_text(path: str | Path) -> str:
    """The text of a file; WeftError (W008) if it cannot be one."""
    file = Path(path)
    try:
        if file.is_dir():
            raise _unreadable(path, "is a directory")
        if file.stat().st_size > MAX_BYTES:
            raise _unreadable(path, f"is larger than {MAX_BYTES // 2**20} MB")
        data = file.read_bytes()
    except OSError as error:
        raise _unreadable(path, f"cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise _unreadable(path, f"cannot be read: {error}") from error
    if b"\0" in data:
        raise _unreadable(path, "is not a text: it holds NUL bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = f"is not UTF-8 text: byte {error.start} is 0x{data[error.start]:02x}"
        raise _unreadable(path, what) from error


def _unreadable(path: str | Path, what: str) -> WeftError:
    return WeftError(Diagnostic("W008", f"'{path}' {what}"))

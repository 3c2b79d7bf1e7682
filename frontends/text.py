"""How the text of a file is loaded, and the places in it."""

from __future__ import annotations

from pathlib import Path

from ..ir import Diagnostic, Span, WeftError

MAX_BYTES = 64 * 2**20
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

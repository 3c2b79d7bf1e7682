"""The standard streams: they take every character, and a failure to write ends no command.

An encoding that lacks a character gets it in ASCII. What cannot be written (a full device, a closed stream, a reader
that has gone) is dropped, and the first failure is kept, so that a command does all that it has to do.
"""

from __future__ import annotations

import codecs
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from ..ir.printable import printable

_HANDLER = "weft.ascii"
_ASCII = {
    "×": "x", "≤": "<=", "≥": ">=", "±": "+-", "·": "*", "µ": "u", "²": "2", "³": "3", "−": "-", "–": "-", "—": "-",
    "…": "...", "→": "->", "←": "<-", "’": "'", "‘": "'", "“": '"', "”": '"', "√": "sqrt", "≠": "!=", "≈": "~",
    "─": "-", "━": "-", "╸": "-", "╺": "-", "│": "|", "┃": "|",
}  # fmt: skip


def _substitute(error: UnicodeError) -> tuple[str, int]:
    """ASCII for what an encoding lacks: what looks alike, or else the number of the character."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_in_ascii, error.object[error.start : error.end])), error.end


def _in_ascii(character: str) -> str:
    return _ASCII.get(character) or printable(character).encode("ascii", "backslashreplace").decode()


codecs.register_error(_HANDLER, _substitute)


class Stream(io.TextIOWrapper):
    """A stream for any text; after a failure to write, which it keeps, it drops everything."""

    failure: OSError | None = None

    @property
    def encoding(self) -> str:  # type: ignore[override]  # an attribute of TextIO, here never set
        """What writers may write: everything. `shown` tells what becomes of it."""
        return "utf-8"

    def shown(self, text: str) -> str:
        """The text as the encoding of the stream has it."""
        encoding = super().encoding
        return text.encode(encoding, _HANDLER).decode(encoding)

    def write(self, text: str) -> int:
        """Write text."""
        try:
            return super().write(text)
        except OSError as error:
            self._fail(error)
            return len(text)

    def flush(self) -> None:
        """Hand on what was written."""
        try:
            super().flush()
        except OSError as error:
            self._fail(error)

    def _fail(self, error: OSError) -> None:
        self.failure = self.failure or error
        with open(os.devnull, "wb") as nowhere:
            # What waits in buffers would fail again.
            os.dup2(nowhere.fileno(), self.fileno())
        super().flush()


def shown(text: str, stream: IO[str]) -> str:
    """The text as a stream shows it, whose width may be another."""
    return stream.shown(text) if isinstance(stream, Stream) else text


@contextmanager
def standard_streams() -> Iterator[Stream | None]:
    """Put streams for any text in place of the standard ones; gives the output, if it is one of these."""
    before = sys.stdout, sys.stderr
    if sys.stdin is None:
        _occupied()
    output, messages = _stream(sys.stdout), _stream(sys.stderr)
    sys.stdout, sys.stderr = output or before[0], messages or before[1]
    try:
        yield output
    finally:
        sys.stdout, sys.stderr = before
        for stream in filter(None, (output, messages)):
            stream.flush()
            stream.detach()


def _stream(stream: IO[str] | None) -> Stream | None:
    """A stream in place of one of the standard streams, unless that is no stream of bytes."""
    if stream is None:
        return Stream(open(_occupied(), "wb", closefd=False), encoding="utf-8", errors=_HANDLER)
    if not isinstance(stream, io.TextIOWrapper):
        return None
    stream.flush()
    return Stream(stream.buffer, encoding=stream.encoding, errors=_HANDLER, line_buffering=stream.line_buffering)


def _occupied() -> int:
    """A descriptor that cannot be written, in place of one that is closed, which a file of Weft would get."""
    return os.open(os.devnull, os.O_RDONLY)

"""The one way in which Weft reads a file that a user names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from mmap import ACCESS_READ, mmap
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import BinaryIO

from .diagnostic import Diagnostic, Span, WeftError

MAX_BYTES = 16 * 2**20
_NO_WAITING = getattr(os, "O_NONBLOCK", 0)
_AS_IT_IS = getattr(os, "O_BINARY", 0)
_SHOWN = 200


def read_bytes(path: str | Path, limit: int = MAX_BYTES, span: Span | None = None) -> bytes:
    """The bytes of a regular file, at most `limit`; WeftError (W008) for anything else.

    Opening does not wait for the other end of a pipe, and what grows or has no end is cut off at the limit.
    """
    with _opened(path, span) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise _unreadable(path, f"is larger than {limit // 2**20} MB", span)
    return data


def map_bytes(path: str | Path) -> mmap:
    """The bytes of a regular file of any size, which come into memory as they are read.

    Raises WeftError (W008) for anything else, and for an empty file.
    """
    with _opened(path, None) as file:
        if not os.fstat(file.fileno()).st_size:
            raise _unreadable(path, "is empty")
        return mmap(file.fileno(), 0, access=ACCESS_READ)


@contextmanager
def _opened(path: str | Path, span: Span | None) -> Iterator[BinaryIO]:
    """A regular file, opened without waiting for the other end of a pipe; WeftError (W008) for what the system says."""
    try:
        handle = os.open(path, os.O_RDONLY | _NO_WAITING | _AS_IT_IS)
        try:
            mode = os.fstat(handle).st_mode
            if not S_ISREG(mode):
                raise _unreadable(path, "is a directory" if S_ISDIR(mode) else "is no regular file", span)
            with os.fdopen(handle, "rb", closefd=False) as file:
                yield file
        finally:
            os.close(handle)
    except OSError as error:
        raise _unreadable(path, f"cannot be read: {error.strerror or error}", span) from error
    except ValueError as error:
        raise _unreadable(path, f"cannot be read: {error}", span) from error


def read_text(path: str | Path, limit: int = MAX_BYTES) -> str:
    """The text of a regular file in UTF-8, without a byte-order mark; WeftError (W008) for anything else."""
    data = read_bytes(path, limit)
    if b"\0" in data:
        raise _unreadable(path, "is not a text: it holds NUL bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        what = f"is not UTF-8 text: byte {error.start} is 0x{data[error.start]:02x}, line {line}, column {column}"
        raise _unreadable(path, what) from error


def exists(path: str | Path) -> bool:
    """Whether something is at `path`, which may be any text."""
    try:
        return os.path.lexists(path)
    except (OSError, ValueError):
        return False


def is_file(path: str | Path) -> bool:
    """Whether a regular file is at `path`, which may be any text."""
    try:
        return S_ISREG(os.stat(path).st_mode)
    except (OSError, ValueError):
        return False


def _unreadable(path: str | Path, what: str, span: Span | None = None) -> WeftError:
    return WeftError(Diagnostic("W008", f"'{str(path)[:_SHOWN]}' {what}", span=span))

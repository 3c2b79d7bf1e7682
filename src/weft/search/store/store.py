"""Results kept between runs, in one file: an SQLite database of texts by key.

A text that `put` has returned from is on the disk: it outlives a killed process and a loss of power. Any number of
processes on one machine may read and write at the same time. Nothing is ever written to a file that is no store.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from types import TracebackType

from ...ir import Diagnostic, WeftError

_VERSION = 1
_APPLICATION = 0x57454654  # "WEFT", in the header of the file
_PATIENCE = 30.0  # seconds that another process may hold the file
_MAGIC = b"SQLite format 3\0"
_HELD = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_TABLE = "CREATE TABLE results (key TEXT PRIMARY KEY, text TEXT NOT NULL, digest BLOB NOT NULL)"


class Store:
    """Texts by key in the file at `path`, which is made if there is none.

    Everything that may go wrong with a file is a `WeftError` (W721): no such directory, no permission, a full disk, a
    file that is no store or damaged, or a store of a newer Weft. Use it in the thread that made it.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = path
        with self._explained():
            self._connection = _connect(path)
        try:
            with self._explained():
                self._open()
        except BaseException:  # an interrupt too: nobody else knows of the connection
            self.close()
            raise

    def get(self, key: str) -> str | None:
        """The text kept under `key`, if there is one."""
        with self._explained():
            query = "SELECT text, digest FROM results WHERE key = ?"
            row = self._connection.execute(query, (key,)).fetchone()
            if row is None:
                return None
            text, digest = row
            if digest != _digest(key, text):
                raise sqlite3.DatabaseError("an entry has changed")
            return str(text)

    def put(self, key: str, text: str) -> None:
        """Keep `text` under `key`, in place of what was there; on return it is on the disk."""
        with self._explained():
            query = "INSERT OR REPLACE INTO results VALUES (?, ?, ?)"
            self._connection.execute(query, (key, text, _digest(key, text)))

    def damaged(self, what: str) -> WeftError:
        """The finding for a text that is not what was kept."""
        return self._refusal(*_reason(sqlite3.DatabaseError(what)))

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open(self) -> None:
        """Check that the file is a store, or make it one."""
        with self._transaction("DEFERRED"):
            blank = self._is_blank()
        if blank:
            self._make()
        self._use_log()

    def _make(self) -> None:
        """Turn an empty file into a store, all or nothing."""
        with self._transaction("IMMEDIATE"):
            if self._is_blank():  # unless another process was quicker
                self._connection.execute(_TABLE)
                self._connection.execute(f"PRAGMA application_id = {_APPLICATION}")
                self._connection.execute(f"PRAGMA user_version = {_VERSION}")

    def _is_blank(self) -> bool:
        """Whether there is nothing in the file yet; WeftError if it is no store that this version may use.

        In a transaction, for otherwise another process may make the store between two of the questions.
        """
        queries = ("PRAGMA application_id", "PRAGMA user_version", "SELECT count(*) FROM sqlite_master")
        application, version, tables = (self._connection.execute(query).fetchone()[0] for query in queries)
        if not (application or version or tables):
            return True
        if application != _APPLICATION:
            raise self._refusal("is a database, but no store of results", "name another file; this one is unchanged")
        if version > _VERSION:
            what = f"was written by a newer Weft: its version is {version}, this Weft knows up to {_VERSION}"
            raise self._refusal(what, "use that Weft, or name another file; this one is unchanged")
        return False

    def _use_log(self) -> None:
        """Write ahead, so that who reads and who writes do not wait for each other.

        When several processes change a new file into this mode, SQLite does not always wait as it does otherwise.
        """
        end = time.monotonic() + _PATIENCE
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF not in _HELD or time.monotonic() > end:
                    raise
                time.sleep(0.01)

    @contextmanager
    def _transaction(self, kind: str) -> Iterator[None]:
        self._connection.execute(f"BEGIN {kind}")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:  # an interrupt too: nothing is written half
            self._connection.rollback()
            raise

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turns what SQLite and the file system say into findings."""
        try:
            yield
        except sqlite3.ProgrammingError:  # a closed store, or another thread: no fault of the file
            raise
        except (sqlite3.Error, OSError, ValueError) as error:
            raise self._refusal(*_reason(error)) from error

    def _refusal(self, what: str, hint: str = "") -> WeftError:
        return WeftError(Diagnostic("W721", f"the store '{self._path}' {what}", hint=hint))


def _connect(path: str | Path) -> sqlite3.Connection:
    """A connection in autocommit mode; OSError for a place where no store can be."""
    # Absolute, for SQLite gives short names such as :memory: a meaning of their own.
    file = Path(os.path.abspath(path))
    if file.exists() and not file.is_file():
        raise OSError("it is no regular file")
    if not file.parent.is_dir():
        raise OSError(f"there is no directory '{file.parent}'")
    if file.exists() and not _is_database(file):
        raise OSError("it is no SQLite database")
    connection = sqlite3.connect(file, timeout=_PATIENCE, isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _is_database(file: Path) -> bool:
    """Whether the file is empty or begins as a database does; SQLite takes one byte of anything for empty."""
    with file.open("rb") as stream:
        return stream.read(len(_MAGIC)) in (b"", _MAGIC)


def _digest(key: str, text: str) -> bytes:
    """SQLite does not notice bytes that change within a text."""
    return sha256(f"{key}\n{text}".encode()).digest()


def _reason(error: Exception) -> tuple[str, str]:
    """What is wrong with the file, and what to do."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if not isinstance(error, sqlite3.Error):
        return f"cannot be used: {getattr(error, 'strerror', None) or error}", "name another file"
    if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return f"cannot be written: {error}", "it needs a file and a directory that may be written"
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return f"cannot be written: {error}", "what was kept before is still there"
    if code in _HELD:
        return f"is held by another process for more than {_PATIENCE:g} s", ""
    return f"is damaged: {error}", "name another file; this one is left as it is"

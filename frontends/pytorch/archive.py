"""A `.pt2` file: a zip archive of which the JSON of the graphs is read, and nothing else; no pickle is ever opened."""

from __future__ import annotations

import re
from io import RawIOBase
from mmap import mmap
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError

from ...ir import Diagnostic, WeftError
from ...ir.files import map_bytes
from ...ir.json_text import load_json

MAX_JSON = 256 * 2**20
"""Bytes of the JSON of a graph; one of 10^4 calls has some 30 MB, most of them where its lines were written."""
MAX_ENTRIES = 1 << 20

_GRAPH = re.compile(r"(?:.*/)?models/([^/]+)\.json|(?:.*/)?serialized_exported_program\.json")
_SAVE = "torch.export.save(torch.export.export(module, inputs), 'model.pt2') writes one"


def read_archive(path: str) -> dict[str, Any]:
    """The JSON of every graph of a `.pt2` file, by its name. Raises WeftError (W008, W001)."""
    found: dict[str, Any] = {}
    try:
        with _Mapped(map_bytes(path)) as file, ZipFile(file) as archive:
            for name, entry in _graphs(path, archive).items():
                found[name] = _json(path, archive, entry)
    except (BadZipFile, ZlibError, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise _unreadable(path, f"is no zip archive that can be read: {str(error)[:200]}") from error
    return found


class _Mapped(RawIOBase):
    """A file in memory as a stream."""

    def __init__(self, data: mmap) -> None:
        self._data = data

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._data.tell()

    def seek(self, offset: int, whence: int = 0) -> int:
        self._data.seek(offset, whence)  # type: ignore[arg-type]  # it refuses other numbers itself
        return self._data.tell()

    def readinto(self, buffer: Any) -> int:
        found = self._data.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)

    def close(self) -> None:
        self._data.close()
        super().close()


def _graphs(path: str, archive: ZipFile) -> dict[str, ZipInfo]:
    """The entries of graphs by the names of these."""
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise _unreadable(path, f"has {len(entries)} entries; the limit is {MAX_ENTRIES}")
    found = {match[1] or "model": entry for entry in entries if (match := _GRAPH.fullmatch(entry.filename))}
    if not found:
        pickled = any(entry.filename.endswith(("data.pkl", "constants.pkl")) for entry in entries)
        what = "holds a pickled or scripted module, which is not opened" if pickled else "has no exported graph"
        raise _unreadable(path, what)
    for entry in found.values():
        if entry.file_size > MAX_JSON:
            raise _unreadable(path, f"has a graph of {entry.file_size // 2**20} MB; the limit is {MAX_JSON // 2**20}")
    return found


def _json(path: str, archive: ZipFile, entry: ZipInfo) -> Any:
    with archive.open(entry) as stream:
        # Without a number more would be unpacked at once than the entry says that it has.
        data = stream.read(entry.file_size)
    try:
        return load_json(data.decode("utf-8"))
    except ValueError as error:
        message = f"'{entry.filename}' in '{path}' is no JSON: {error}"
        raise WeftError(Diagnostic("W001", message)) from None


def _unreadable(path: str, what: str) -> WeftError:
    return WeftError(Diagnostic("W008", f"'{path}' {what}", hint=_SAVE))

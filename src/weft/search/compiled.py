"""How this package compiles its loops, and where compiled code is kept."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba.core.caching import FunctionCache
from numba.core.types import unliteral

F = TypeVar("F", bound=Callable[..., object])

ROOMS = ("axes", "bounds", "descent", "structure")
"""The packages beside this file that hold compiled functions, and `OBJECTIVE`, whose functions these call."""

OBJECTIVE = "objective.py"

ROOM = 64 << 20
"""Bytes that must be free where compiled code is kept."""

notes: list[str] = []
"""Where compiled code is kept, if not where it belongs, and what was wrong with it."""


def compiled(function: F) -> F:
    """A function on integers and integer arrays as machine code, kept on disk between runs where that can be."""
    return _compiled(function, True)


def inner(function: F) -> F:
    """A compiled function that only compiled ones call: it is compiled sooner."""
    return _compiled(function, False)


def lean(function: F) -> F:
    """An inner function that makes and returns no array, so that views need not be counted: small ones take half the
    time."""
    return _compiled(function, False, _nrt=False)


def is_kept(function: Callable[..., object]) -> bool:
    """Whether code of a function is on disk, or needs not be: without compilation it runs as it is."""
    cache = getattr(function, "_cache", None)
    return not isinstance(cache, _Cache) or cache.is_filled(cast(Any, function).targetctx.codegen())


def cache_folder(function: Callable[..., object]) -> Path | None:
    """Where code of a function is kept, if anywhere."""
    cache = getattr(function, "_cache", None)
    return Path(cache.cache_path) if isinstance(cache, _Cache) else None


def _compiled(function: F, from_python: bool, **others: bool) -> F:
    if numba.config.__dict__["DISABLE_JIT"]:
        return function
    wrappers = {"no_cpython_wrapper": not from_python, "no_cfunc_wrapper": True}
    flags: dict[str, Any] = {"error_model": "numpy", **wrappers, **others}
    found: Any = numba.njit(**flags)(function)
    of_types = found.get_call_template
    # Else a function would be compiled once more for every constant that it is called with.
    found.get_call_template = lambda types, names: of_types(tuple(map(unliteral, types)), names)
    if (kept := _cache_of(function)) is not None:
        found._cache = kept
    return cast(F, found)


class _Cache(FunctionCache):
    """Compiled code on disk. What is wrong with it costs time, but ends no search."""

    def __init__(self, function: Callable[..., object]) -> None:
        super().__init__(function)
        # Code of other files becomes part of a function's, and so do their constants.
        self._cache_file._source_stamp = _stamp(Path(function.__code__.co_filename).parent)

    def is_filled(self, code: Any) -> bool:
        """Whether there is code that this machine can use, for any types."""
        try:
            fitting = self._index_key((), code)[1:]
            return any(key[1:] == fitting for key in self._cache_file._load_index())
        except Exception:  # a damaged file may say anything
            return False

    def load_overload(self, *arguments: Any) -> Any:
        """The kept code of a function, if there is any that can be used."""
        try:
            return super().load_overload(*arguments)
        except Exception as error:  # a damaged file may say anything
            self._forget(f"compiled code in {self.cache_path} cannot be read and is made anew: {_reason(error)}")
            return None

    def save_overload(self, *arguments: Any) -> None:
        """Keep the code of a function."""
        whole = False
        try:
            super().save_overload(*arguments)
            whole = True
        except OSError as error:
            note(f"compiled code cannot be kept in {self.cache_path}: {_reason(error)}")
        finally:
            if not whole:
                self._forget()

    def _forget(self, why: str = "") -> None:
        """Remove the index, which may name code that is not there or is older."""
        try:
            Path(self._cache_file._index_path).unlink(missing_ok=True)
        except OSError:
            self.disable()
        if why:
            note(why)


def note(text: str) -> None:
    """Add to the notes."""
    if text not in notes:
        notes.append(text)


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


@cache
def _stamp(folder: Path) -> bytes:
    """A digest of all code in the rooms of compiled functions, and in a folder."""
    found, here = sha256(), Path(__file__).parent
    rooms = sorted({folder, *(here / room for room in ROOMS)})
    for file in (here / OBJECTIVE, *(file for room in rooms for file in sorted(room.glob("*.py")))):
        found.update(file.read_bytes())
    return found.digest()


def _cache_of(function: Callable[..., object]) -> _Cache | None:
    """Beside the code or in the home directory; else among temporary files; else nowhere."""
    try:
        return _Cache(function)
    except RuntimeError:  # no place may be written
        folder = _folder()
    if not _is_ours(folder):
        note("compiled code can be kept nowhere: every run compiles anew, for some minutes")
        return None
    numba.config.__dict__["CACHE_DIR"] = str(folder)
    note(f"compiled code cannot be kept beside Weft or in the home directory; it is kept in {folder}")
    return _Cache(function)


def _folder() -> Path:
    return Path(tempfile.gettempdir()) / f"weft-compiled-{os.getuid() if hasattr(os, 'getuid') else 0}"


@cache
def _is_ours(folder: Path) -> bool:
    """Whether a folder is there, may be written by nobody else, and has room: code is loaded from it."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        with tempfile.TemporaryFile(dir=folder):
            pass
        free = shutil.disk_usage(folder).free
    except OSError:
        return False
    mine = not hasattr(os, "getuid") or found.st_uid == os.getuid()
    return mine and folder.is_dir() and not folder.is_symlink() and not found.st_mode & 0o022 and free >= ROOM

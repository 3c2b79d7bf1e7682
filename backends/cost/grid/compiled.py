"""The compiler of the kernels of this package."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])

ROOM = 64 << 20
"""Bytes that must be free where compiled code is kept."""

notes: list[str] = []
"""Where compiled code is kept, if not where it belongs."""


def compiled(function: F) -> F:
    """A function on integers and integer arrays as machine code, kept on disk between runs where that can be."""
    if not notes:
        try:
            return cast(F, numba.njit(cache=True, error_model="numpy")(function))
        except RuntimeError:  # neither beside the code nor in the home directory
            _fall_back()
    kept = _folder().name in notes[0]
    return cast(F, numba.njit(cache=kept, error_model="numpy")(function))


def _fall_back() -> None:
    """Keep compiled code in the directory for temporary files, or not at all."""
    folder = _folder()
    if _is_ours(folder):
        numba.config.__dict__["CACHE_DIR"] = str(folder)
        notes.append(f"compiled code cannot be kept beside Weft or in the home directory; it is kept in {folder}")
    else:
        notes.append("compiled code can be kept nowhere: every run compiles anew, for about a minute")


def _folder() -> Path:
    return Path(tempfile.gettempdir()) / f"weft-compiled-{os.getuid() if hasattr(os, 'getuid') else 0}"


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

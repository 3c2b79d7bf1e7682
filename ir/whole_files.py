"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_ISREG
from tempfile import mkstemp

from .diagnostic import Diagnostic, WeftError

_SHOWN = 200


@contextmanager
def whole_file(path: str | os.PathLike[str]) -> Iterator[Path]:
    """A path to write to, whose file takes the place of `path` when all has been written; else it is removed.

    What exists and is no regular file, such as a device, is written to at once. Raises WeftError (W008) for a place
    where no file can be.
    """
    try:
        place = Path(os.path.realpath(os.fspath(path)))
        old = place.stat() if place.exists() else None
        if old is not None and not S_ISREG(old.st_mode):
            if place.is_dir():
                raise IsADirectoryError(21, "it is a folder")
            yield place
            return
        handle, name = mkstemp(prefix=f".{place.name[:_SHOWN]}.", dir=place.parent)
    except (OSError, ValueError) as error:
        raise _unwritable(path, error) from error
    os.close(handle)
    part = Path(name)
    try:
        yield part
        part.chmod(old.st_mode & 0o777 if old is not None else 0o666 & ~_mask())
        part.replace(place)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        with suppress(OSError):
            part.unlink()


def _mask() -> int:
    """The rights that new files lack."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _unwritable(path: str | os.PathLike[str], error: OSError | ValueError) -> WeftError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return WeftError(Diagnostic("W008", f"cannot write '{str(path)[:_SHOWN]}': {reason}"))

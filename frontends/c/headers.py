"""Headers that stand beside a file: `#include "sizes.h"`."""

from __future__ import annotations

from pathlib import Path

from ...ir.files import read_text

_MAX_DEPTH = 20
_MAX_NAME = 200


class Headers:
    """The local headers of a file; those that are open are around each other."""

    def __init__(self, file: str) -> None:
        path = Path(file)
        self._open = [path] if path.is_file() else []
        self._texts: dict[Path, str] = {}
        self._once: set[Path] = set()

    def enter(self, name: str) -> str | None:
        """The text of a header beside the file that includes it; None if there is none, or it was to be read once.

        Raises WeftError (W008) for a file that is no text.
        """
        possible = 0 < len(self._open) < _MAX_DEPTH and len(name) < _MAX_NAME and "\0" not in name
        path = self._open[-1].parent / name if possible else None
        if path is None or path.resolve() in self._once or not path.is_file():
            return None
        if path not in self._texts:
            self._texts[path] = read_text(str(path))
        self._open.append(path)
        return self._texts[path]

    def leave(self) -> None:
        """Go on behind the last header that was opened."""
        self._open.pop()

    def never_again(self) -> None:
        """Read the header that is open no second time."""
        if self._open:
            self._once.add(self._open[-1].resolve())

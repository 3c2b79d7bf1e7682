"""Which files are part of a Timeloop design."""

from __future__ import annotations

import re
from pathlib import Path

from ...ir import WeftError
from ...ir.files import read_bytes

_LOOP = re.compile(r"\bfor\s+\w+\s+in\s+\[\s*0\s*:")
_HEAD = 1 << 16


def is_map_text(text: str) -> bool:
    """Whether a text looks like a map as Timeloop prints it."""
    return bool(_LOOP.search(text)) or "<< Compute >>" in text


def is_timeloop_file(path: str | Path) -> bool:
    """Whether a file can be part of a design: YAML by its ending, or a `.txt` file that holds a printed map."""
    name = str(path)
    if name.endswith((".yaml", ".yml")):
        return True
    if not name.endswith(".txt"):
        return False
    try:
        return is_map_text(read_bytes(name)[:_HEAD].decode("utf-8", "replace"))
    except WeftError:
        return False

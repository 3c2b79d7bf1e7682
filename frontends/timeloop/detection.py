"""Which texts are maps as Timeloop writes them."""

from __future__ import annotations

import re

_LOOP = re.compile(r"\bfor\s+\w+\s+in\s+\[\s*0\s*:")
_COMPACT = re.compile(r"\s*L\d+\[\w*\]\s+\w")


def is_map_text(text: str) -> bool:
    """Whether a text looks like a map as Timeloop prints it, or like one in a line."""
    return bool(_LOOP.search(text)) or "<< Compute >>" in text or is_compact(text)


def is_compact(text: str) -> bool:
    """Whether a text looks like a map in one line."""
    return bool(_COMPACT.match(text))

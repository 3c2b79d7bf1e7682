"""Which texts are maps as Timeloop prints them."""

from __future__ import annotations

import re

_LOOP = re.compile(r"\bfor\s+\w+\s+in\s+\[\s*0\s*:")


def is_map_text(text: str) -> bool:
    """Whether a text looks like a map as Timeloop prints it."""
    return bool(_LOOP.search(text)) or "<< Compute >>" in text

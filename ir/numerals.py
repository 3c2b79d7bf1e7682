"""Integers as people write them, however long."""

from __future__ import annotations

import re

DIGITS = 40
"""More digits than any limit of Weft has."""

_DECIMAL = re.compile(r"([+-]?)([0-9]++)")


def integer(text: str) -> int:
    """The integer of a decimal text, leading zeros or not; ValueError for anything else.

    One of more than `DIGITS` digits counts as ±10**`DIGITS`: too large for every limit, and cheap to read.
    """
    found = _DECIMAL.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"'{text[:DIGITS]}' is no integer")
    digits = found[2].lstrip("0") or "0"
    size = 10**DIGITS if len(digits) > DIGITS else int(digits)
    return -size if found[1] == "-" else size

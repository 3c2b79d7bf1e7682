"""Where two JSON documents differ, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose
from typing import Any

EXACT = 1e-9
"""Relative difference of sums of floats in another order."""


def differences(found: Any, stated: Any, path: str = "") -> Iterator[str]:
    """One line for every field of `stated` that is missing, unknown, of another type or another value than `found`.

    Whole numbers and texts have to be equal; floats up to `EXACT`, a `gap` up to so much of the value that it is of.
    """
    if isinstance(found, dict) and isinstance(stated, dict):
        for name in dict.fromkeys((*found, *stated)):
            place = f"{path}.{name}" if path else str(name)
            if name not in stated:
                yield f"{place} is missing"
            elif name not in found:
                yield f"{place} is no field that there is"
            else:
                yield from differences(found[name], stated[name], place)
    elif isinstance(found, list) and isinstance(stated, list):
        if len(found) != len(stated):
            yield f"{path} has {len(found)} entries, in the file {len(stated)}"
        for number, (one, other) in enumerate(zip(found, stated, strict=False)):
            yield from differences(one, other, f"{path}[{number}]")
    elif not _same(found, stated, EXACT if path.endswith("gap") else 0.0):
        yield f"{path} is {shown(found)}, in the file {shown(stated)}"


def shown(value: Any) -> str:
    """A value in a message: a few characters, on one line."""
    try:
        text = repr(value)
    except ValueError:  # a whole number of more digits than are written
        text = f"a number of {value.bit_length()} bits"
    return text if len(text) <= 60 else text[:57] + "..."


def _same(found: Any, stated: Any, apart: float) -> bool:
    if isinstance(found, float) and isinstance(stated, int | float) and not isinstance(stated, bool):
        return abs(stated) < 2.0**1023 and isclose(found, stated, rel_tol=EXACT, abs_tol=apart)
    return type(found) is type(stated) and bool(found == stated)

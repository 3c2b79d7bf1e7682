"""Whether a temporary of one element type holds what its value is, and is calculated with as its value is."""

from __future__ import annotations

import re

from ...ir import Access, Array, Value, accesses

_INT = 32
"""Bits that narrower integers have in expressions."""


def converts(target: Array, value: Value, arrays: dict[str, Array]) -> bool:
    """Whether a value is another number, or of another kind of numbers, once an array's element holds it.

    Floats that are widened keep their value: they are taken as they are.
    """
    elements = {arrays[item.array].element for item in accesses(value) if item.array in arrays}
    if not elements or (elements == {target.element} and isinstance(value, Access)):
        return False
    kinds = [_kind(element) for element in elements]
    ours = _kind(target.element)
    if ours is None or None in kinds:
        return elements != {target.element}
    known = [kind for kind in kinds if kind is not None]
    floats = [bits for letter, bits in known if letter == "f"]
    if ours[0] == "f" or floats:
        return ours[0] != "f" or len(floats) < len(known) or ours[1] < max(floats)
    return _changes_integers(ours, known, isinstance(value, Access))


def _changes_integers(ours: tuple[str, int], kinds: list[tuple[str, int]], alone: bool) -> bool:
    """The same of integers: expressions have at least 32 bits, which hold all narrower ones."""
    bits = max(bits for _, bits in kinds)
    if alone and bits < ours[1] <= _INT:
        return ours[0] == "u" and kinds[0][0] == "i"
    wide = [kind if kind[1] >= _INT else ("i", _INT) for kind in kinds]
    return any(kind != ours for kind in wide)


def _kind(element: str) -> tuple[str, int] | None:
    """Signed or not, or a float, and its bits; None for what has another name."""
    found = re.fullmatch(r"(?:s?(i)|(u)i?|b?(f))(\d+)", element)
    return None if found is None else (found[1] or found[2] or found[3], int(found[4]))

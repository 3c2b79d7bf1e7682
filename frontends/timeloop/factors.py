"""Factors, permutations and other parts of a mapping's directives."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...ir import Span
from ...ir.nearest import SHORT, did_you_mean
from ...ir.numerals import integer
from .items import Item, Notes
from .structure import Steps

_FACTOR = re.compile(r"([A-Za-z_]\w*?)\s*=?\s*([0-9]+)(?:\s*,\s*([0-9]+))?")
_NO_FACTOR = re.compile(r"[^\s,]+")
_SEPARATOR = re.compile(r"[\s,]*")

REST = 0
"""A factor that stands for what the other factors of its dimension leave."""


def read_factors(item: Item, dimensions: Iterable[str], notes: Notes) -> dict[str, tuple[int, int, Span]]:
    """Bound and last bound per dimension, from text (`R=3 P=16,10`, `C1 K2`) or a list of such texts."""
    parts = item.items if item.is_list else [item]
    found: dict[str, tuple[int, int, Span]] = {}
    known = sorted(dimensions, key=len, reverse=True)
    for part in parts:
        position = 0
        text = part.text.partition("#")[0]
        while position < len(text):
            position = _end(_SEPARATOR, text, position)
            match = _FACTOR.match(text, position)
            if position == len(text):
                break
            if match is None:
                end = _end(_NO_FACTOR, text, position)
                hint = "factors are written R=3 P=16, or [R3, P16]; a last bound follows a comma: P=4,3"
                notes.refuse(f"'{text[position:end]}' is no factor", part.piece(position, end), hint, "W502")
                position = end
                continue
            _add(match, known, part, found, notes)
            position = match.end()
    return found


def _add(
    match: re.Match[str], known: list[str], part: Item, found: dict[str, tuple[int, int, Span]], notes: Notes
) -> None:
    name, bound = match[1], integer(match[2])
    last = integer(match[3]) if match[3] else bound
    span = part.piece(*match.span())
    if name not in known:
        hint = did_you_mean(name, known, "dimensions", likeness=SHORT)
        notes.refuse(f"factor of an unknown dimension '{name}'", span, hint, "W002")
    elif name in found:
        notes.refuse(f"two factors of '{name}' in one directive", span, "", "W006")
    elif not 0 < last <= bound and bound != REST:
        notes.refuse(f"the last bound of '{name}' is {last}; it must be from 1 to {bound}", span, "", "W502")
    else:
        found[name] = (bound, last, span)


def read_permutation(item: Item, dimensions: Iterable[str], notes: Notes) -> list[str]:
    """Dimensions from the innermost loop to the outermost: a list, text with separators, or one letter each."""
    known = list(dimensions)
    names = notes.names(item)
    if not item.is_list and len(names) == 1 and names[0] not in known:
        names = list(names[0])
    for number, name in enumerate(names):
        if name not in known:
            hint = did_you_mean(name, known, "dimensions", likeness=SHORT)
            notes.refuse(f"unknown dimension '{name}' in a permutation", item.span, hint, "W002")
        elif name in names[:number]:
            notes.refuse(f"'{name}' stands twice in a permutation", item.span, "", "W006")
    return names


def ordered(
    factors: dict[str, tuple[int, int, Span]], permutation: list[str], dimensions: Iterable[str], spatial: bool
) -> list[Steps]:
    """The loops of a directive, outermost first. Dimensions that the permutation omits lie outside the others."""
    inner_first = [*permutation, *(name for name in dimensions if name not in permutation)]
    return [
        Steps(name, *factors[name][:2], spatial, factors[name][2]) for name in reversed(inner_first) if name in factors
    ]


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    """Where a pattern that matches everywhere ends."""
    found = pattern.match(text, position)
    assert found is not None
    return found.end()

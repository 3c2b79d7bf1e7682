"""Factors, permutations and other parts of a mapping's directives."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping

from ...ir import Severity, Span
from ...ir.nearest import SHORT, did_you_mean
from ...ir.numerals import integer
from .items import Item, Notes
from .structure import Steps

_FACTOR = re.compile(r"([A-Za-z_]\w*?)\s*=?\s*([0-9]+)(?:\s*,\s*([0-9]+))?")
_RANGE = re.compile(r"([A-Za-z_]\w*?)\s*(<=|>=|==?)?\s*([0-9]+)(?![\w.])")
_NO_FACTOR = re.compile(r"[^\s,]+")
_SEPARATOR = re.compile(r"[\s,]*")

REST = 0
"""A factor that stands for what the other factors of its dimension leave."""


def read_factors(item: Item, dimensions: Iterable[str], notes: Notes) -> dict[str, tuple[int, int, Span]]:
    """Bound and last bound per dimension, from text (`R=3 P=16,10`, `C1 K2`) or a list of such texts."""
    found: dict[str, tuple[int, int, Span]] = {}
    known = sorted(dimensions, key=len, reverse=True)
    hint = "factors are written R=3 P=16, or [R3, P16]; a last bound follows a comma: P=4,3"
    for match, span in _parts(item, _FACTOR, hint, notes):
        if _is_new(match[1], known, found, span, notes):
            _add(match, found, span, notes)
    return found


def read_ranges(item: Item, extents: Mapping[str, int], notes: Notes) -> dict[str, tuple[int, int, Span]]:
    """The least and the most steps per dimension that constraints ask for (`R=3 P<=16`); 0 is the whole extent."""
    found: dict[str, tuple[int, int, Span]] = {}
    hint = "factors of a constraint are written R=3 or P<=16"
    for match, span in _parts(item, _RANGE, hint, notes):
        name, relation, number = match[1], match[2] or "=", integer(match[3])
        if not _is_new(name, extents, found, span, notes):
            continue
        extent = extents[name]
        if number == 0 and relation in ("<=", ">="):
            notes.refuse(f"a factor of '{name}' is at least 1, not 0", span, "", "W502")
            continue
        if number > extent and relation != "<=":
            message = f"the factor {number} of '{name}' is more than its extent, which is taken: {extent}"
            notes.findings.add("W503", message, span, severity=Severity.WARNING)
        number = min(number, extent) or extent
        found[name] = (1 if relation == "<=" else number, extent if relation == ">=" else number, span)
    return found


def _parts(item: Item, pattern: re.Pattern[str], hint: str, notes: Notes) -> Iterator[tuple[re.Match[str], Span]]:
    """What a pattern finds one after the other in a text or a list of texts; the rest is no factor."""
    for part in notes.texts(item, "a list of factors"):
        position = 0
        text = part.text.partition("#")[0]
        while position < len(text):
            position = _end(_SEPARATOR, text, position)
            match = pattern.match(text, position)
            if position == len(text):
                break
            if match is None:
                end = _end(_NO_FACTOR, text, position)
                notes.refuse(f"'{text[position:end]}' is no factor", part.piece(position, end), hint, "W502")
                position = end
                continue
            yield match, part.piece(*match.span())
            position = match.end()


def _is_new(name: str, known: Iterable[str], found: Container[str], span: Span, notes: Notes) -> bool:
    """Whether a factor is of a dimension that has none yet; else with an error."""
    if name not in known:
        hint = did_you_mean(name, known, "dimensions", likeness=SHORT)
        notes.refuse(f"factor of an unknown dimension '{name}'", span, hint, "W002")
    elif name in found:
        notes.refuse(f"two factors of '{name}' in one directive", span, "", "W006")
    else:
        return True
    return False


def _add(match: re.Match[str], found: dict[str, tuple[int, int, Span]], span: Span, notes: Notes) -> None:
    name, bound = match[1], integer(match[2])
    last = integer(match[3]) if match[3] else bound
    if not 0 < last <= bound and bound != REST:
        notes.refuse(f"the last bound of '{name}' is {last}; it must be from 1 to {bound}", span, "", "W502")
    else:
        found[name] = (bound, last, span)


def read_permutation(item: Item, dimensions: Iterable[str], notes: Notes) -> list[str]:
    """Dimensions from the innermost loop to the outermost: a list, text with separators, or one letter each."""
    known = list(dimensions)
    names = notes.names(item, "a permutation")
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

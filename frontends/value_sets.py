"""Sets of values as people write them: `8..240:8`, `64K..1M:*2`, `4x4|8x8`, or a list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor, lcm
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from ..ir import setting_text
from ..ir.yaml_core import load
from .accelerator.problems import wrong

MAX_VALUES = 1 << 20
"""Values that one set can have."""

MAX_FACTORS = 1 << 10
"""Values of a range by factors, whose fractions grow."""

FORMS = "a range is a..b, a..b:step or a..b:*factor, with b included; alternatives are a|b|c"
SUFFIXES = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}

_DIGITS = 20
_NUMBER = rf"[-+]?[0-9]{{1,{_DIGITS}}}(?:\.[0-9]{{1,{_DIGITS}}})?(?:[eE][-+]?[0-9]{{1,2}})?[KMG]?"
_RANGE = re.compile(rf"({_NUMBER})\s*\.\.\s*({_NUMBER})(?:\s*:\s*(\*?)\s*({_NUMBER}))?")
_SUFFIXED = re.compile(rf"[-+]?[0-9]{{1,{_DIGITS}}}[KMG]")
_SHAPE = re.compile(r"[0-9]{1,9}(?:\s*x\s*[0-9]{1,9})*")
_SHOWN = 60
_CHUNK = 1 << 12
"""Values that are checked at a time: the first wrong ones end the check."""

_MOST = 5
"""Wrong values that are told."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What values are: lists of them fit `adapter`, `names` are taken as they stand, `shapes` are such as 4x4."""

    adapter: TypeAdapter[list[Any]]
    names: bool = False
    shapes: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a set, or with its item of a list; `code` is that of the finding if it is a special one."""

    text: str
    hint: str = ""
    item: int | None = None
    code: str = ""


class BadValues(ValueError):
    """A set of values that cannot be read."""

    def __init__(self, *problems: Wrong) -> None:
        super().__init__("; ".join(problem.text for problem in problems))
        self.problems = problems


def read_values(given: Any, kind: Kind) -> tuple[Any, ...]:
    """The values of a set, in order, checked; shapes as tuples. Raises `BadValues`, also for no values."""
    found, items = _read(given, kind)
    values: list[Any] = []
    seen: set[Any] = set()
    for start in range(0, len(found), _CHUNK):
        try:
            checked = kind.adapter.validate_python(found[start : start + _CHUNK])
        except ValidationError as error:
            raise BadValues(*_unfit(error, items[start:], kind)) from None
        for value in checked:
            value = tuple(value) if isinstance(value, list) else value
            if value in seen:
                raise BadValues(Wrong(f"{setting_text(value)} is given twice", "", items[len(values)], "W006"))
            seen.add(value)
            values.append(value)
    return tuple(values)


def _unfit(error: ValidationError, items: Sequence[int | None], kind: Kind) -> Iterator[Wrong]:
    """The first wrong value of each item, of few items."""
    told: dict[int | None, Wrong] = {}
    for details in error.errors(include_url=False):
        item = items[int(details["loc"][0])]
        if len(told) < _MOST:
            told.setdefault(item, Wrong(f"the value {wrong(details)}", kind.description, item))
    yield from told.values()


def _read(given: Any, kind: Kind) -> tuple[list[Any], list[int | None]]:
    """The values as they are written, and the item of a list that each is from."""
    values: list[Any] = []
    origin: list[int | None] = []
    for number, item in enumerate(_items(given, kind)):
        place = number if isinstance(given, list) else None
        try:
            for value in _values(item, kind):
                if len(values) == MAX_VALUES:
                    raise _bad(f"it has more than {MAX_VALUES} values", "use larger steps, or fewer alternatives")
                values.append(value)
                origin.append(place)
        except BadValues as error:
            raise BadValues(*(Wrong(problem.text, problem.hint, place) for problem in error.problems)) from None
    if not values:
        raise _bad("there is no value")
    return values, origin


def _bad(text: str, hint: str = FORMS) -> BadValues:
    return BadValues(Wrong(text, hint))


def _items(given: Any, kind: Kind) -> Sequence[Any]:
    """The alternatives; a list of integers is one shape."""
    if isinstance(given, str):
        given = given.strip()
        if given.startswith("[") and "|" not in given:
            given = _load(given)
    if not isinstance(given, list):
        return [given]
    return [given] if kind.shapes and given and all(type(item) is int for item in given) else given


def _values(item: Any, kind: Kind) -> Iterator[Any]:
    if not isinstance(item, str):
        yield item
        return
    for part in item.split("|"):
        if not part.strip():
            raise _bad(f"an alternative is missing in '{item[:_SHOWN]}'" if item.strip() else "there is no value")
        if kind.names:
            yield part.strip()
        elif ".." in part:
            yield from _range(part.strip())
        else:
            yield _single(part.strip(), kind)


def _single(part: str, kind: Kind) -> Any:
    if part.lower() == "unlimited":
        return None
    if kind.shapes and _SHAPE.fullmatch(part):
        return [int(side) for side in part.split("x")]
    return int(_number(part)) if _SUFFIXED.fullmatch(part) else _load(part)


def _load(part: str) -> Any:
    try:
        return load(part)
    except (yaml.YAMLError, ValueError) as error:
        reason = getattr(error, "problem", None) or "it is not YAML"
        raise _bad(f"'{part[:_SHOWN]}' cannot be read: {reason}") from None


def _range(part: str) -> Iterator[int | float]:
    match = _RANGE.fullmatch(part)
    if match is None:
        raise _bad(f"'{part[:_SHOWN]}' is no range")
    first, last = _number(match[1]), _number(match[2])
    by = _number(match[4] or "1")
    if last < first:
        raise _bad(f"'{part}' descends: it has no values", "write the smaller end first")
    if match[3]:
        if by <= 1:
            raise _bad(f"the factor of '{part}' must be above 1")
        if first <= 0:
            raise _bad(f"'{part}' never leaves its first value: a range by factors begins above 0")
    elif by <= 0:
        raise _bad(f"the step of '{part}' must be above 0")
    return _factors(first, last, by, part) if match[3] else _steps(first, last, by)


def _steps(first: Fraction, last: Fraction, by: Fraction) -> Iterator[int | float]:
    parts = lcm(first.denominator, by.denominator)
    for value in range(int(first * parts), floor(last * parts) + 1, int(by * parts)):
        yield value // parts if value % parts == 0 else value / parts


def _factors(value: Fraction, last: Fraction, by: Fraction, part: str) -> Iterator[int | float]:
    for _ in range(MAX_FACTORS):
        if value > last:
            return
        yield int(value) if value.denominator == 1 else float(value)
        value *= by
    if value <= last:
        raise _bad(f"'{part}' has more than {MAX_FACTORS} values", "use a larger factor")


def _number(text: str) -> Fraction:
    suffix = text[-1] if text[-1] in SUFFIXES else ""
    return Fraction(text.removesuffix(suffix)) * SUFFIXES[suffix]

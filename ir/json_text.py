"""JSON files from outside: of bounded depth and size, with numbers that are numbers and no key given twice."""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import accumulate
from math import isfinite
from pathlib import Path
from typing import Any, NoReturn

from .diagnostic import Diagnostic, WeftError
from .files import read_text

MAX_DEPTH = 40
"""Levels of nesting; what Weft writes has a quarter of it."""

MAX_DIGITS = 4000
"""Digits of an integer; the sizes of spaces of programs have hundreds."""

MAX_BYTES = 8 * 2**20
_NO_BRACKETS = re.compile(r'(?:"(?:[^"\\]++|\\.)*+"?|[^"\[\]{}]++)++', re.DOTALL)
_STEP = {"[": 1, "{": 1, "]": -1, "}": -1, '"': 0}


def read_json(path: str | Path, limit: int = MAX_BYTES) -> Any:
    """The data of a JSON file of at most `limit` bytes; WeftError (W008, W001) for anything else."""
    try:
        return load_json(read_text(path, limit))
    except ValueError as error:
        raise WeftError(Diagnostic("W001", f"'{path}' is no JSON: {error}")) from None


def load_json(text: str) -> Any:
    """The data of a JSON text.

    ValueError, in one line, for what is none, nests deeper than `MAX_DEPTH`, repeats a key, or says a number that is
    not finite.
    """
    if max(accumulate(map(_STEP.__getitem__, _NO_BRACKETS.sub("", text))), default=0) > MAX_DEPTH:
        raise ValueError(f"it is nested more than {MAX_DEPTH} levels deep")
    return json.loads(
        text, parse_int=_integer, parse_float=_number, parse_constant=_no_number, object_pairs_hook=_object
    )


def _integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise ValueError("a number is too large")
    return int(text)


def _number(text: str) -> float:
    found = float(text)
    if not isfinite(found):
        raise ValueError("a number is too large")
    return found


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number of JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        again = next(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
        raise ValueError(f"'{again}' stands twice in one object")
    return found

"""Integers as C computes them, and numbers as it writes them."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable

from ...ir import Affine

LIMIT = 2**63
"""Integers are smaller than this."""
_INTEGER = re.compile(r"(?:0[xX]([0-9a-fA-F]{1,20})|0[bB]([01]{1,70})|0([0-7]{0,24})|([1-9][0-9]{0,20}))[uUlL]{0,3}")
_FLOAT = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?[fFlL]?")
_HEX_FLOAT = re.compile(r"0[xX][0-9a-fA-F]*\.?[0-9a-fA-F]*[pP][-+]?[0-9]+[fFlL]?")

_BINARY: dict[str, Callable[[int, int], int]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "&&": lambda left, right: bool(left and right),
    "||": lambda left, right: bool(left or right),
}


def integer_of(text: str) -> int | None:
    """The value of an integer literal with its suffix; None for anything else and for what no type holds."""
    found = _INTEGER.fullmatch(text)
    if not found:
        return None
    digits = zip(found.groups(), (16, 2, 8, 10), strict=True)
    value = next(int(item or "0", base) for item, base in digits if item is not None)
    return value if value < 2 * LIMIT else None


def float_of(text: str) -> float | None:
    """The value of a floating-point literal with its suffix; None for anything else and for what is infinite."""
    try:
        if _HEX_FLOAT.fullmatch(text):
            return float.fromhex(text.rstrip("fFlL"))
        value = float(text.rstrip("fFlL")) if _FLOAT.fullmatch(text) else None
    except (ValueError, OverflowError):
        return None
    return None if value is None or value in (float("inf"), float("-inf")) else value


def fold(function: str, left: int, right: int) -> int | None:
    """The value of an operator of two integers; None where C gives none, or one that is out of range."""
    if function in ("/", "%"):
        if right == 0:
            return None
        quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
        value = quotient if function == "/" else left - quotient * right
    elif function in ("<<", ">>"):
        if not 0 <= right < 64:
            return None
        value = left << right if function == "<<" else left >> right
    elif function in _BINARY:
        value = int(_BINARY[function](left, right))
    else:
        return None
    return value if abs(value) < LIMIT else None


def weight(expression: Affine) -> int:
    """How many iterators an expression names, those inside of divisions included."""
    return sum(1 if isinstance(atom, str) else 1 + weight(atom.numerator) for atom, _ in expression.terms)

"""Arithmetic of `arith` and `affine` on values of type `index` or of integers, as affine expressions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from xdsl.dialects.builtin import AffineMapAttr
from xdsl.ir import Operation

from .affine import (
    Bound,
    Index,
    NotAffineError,
    Ranges,
    Reason,
    apply_map,
    ceil,
    extreme,
    floor,
    interval,
    known,
    minus,
    modulo,
    plus,
    refuse,
    single,
    times,
)
from .operations import attribute, name_of

Arithmetic = Callable[[Bound, Bound], Bound]

_ANY_SIGN: dict[str, Arithmetic] = {
    "arith.addi": plus,
    "arith.subi": minus,
    "arith.muli": times,
    "arith.floordivsi": floor,
    "arith.ceildivsi": ceil,
    "arith.minsi": lambda left, right: extreme("min", (left, right)),
    "arith.maxsi": lambda left, right: extreme("max", (left, right)),
}
_NOT_NEGATIVE: dict[str, Arithmetic] = {
    "arith.divsi": floor,
    "arith.divui": floor,
    "arith.ceildivui": ceil,
    "arith.remsi": modulo,
    "arith.remui": modulo,
    "arith.minui": _ANY_SIGN["arith.minsi"],
    "arith.maxui": _ANY_SIGN["arith.maxsi"],
}
"""These round towards zero or take their operands without a sign: the same as the others only from 0 on."""

INDEX_OPS = frozenset({"affine.apply", "affine.min", "affine.max", *_ANY_SIGN, *_NOT_NEGATIVE})


def index_of(operation: Operation, operands: Sequence[Index], ranges: Ranges) -> Index:
    """What the operation makes of indices."""
    try:
        return _index_of(name_of(operation), operation, operands, ranges)
    except NotAffineError as error:
        return error.reason


def _index_of(name: str, operation: Operation, operands: Sequence[Index], ranges: Ranges) -> Bound:
    if name.startswith("affine."):
        found = attribute(operation, "map")
        if not isinstance(found, AffineMapAttr):
            refuse("has no affine map")
        results = [known(result) for result in apply_map(found.data, operands)]
        return results[0] if name == "affine.apply" else extreme(name.removeprefix("affine."), results)
    left, right = (known(operand) for operand in operands)
    if name in _ANY_SIGN:
        return _ANY_SIGN[name](left, right)
    for operand in (left, right):
        within = interval(single(operand), ranges)
        if within is None or within[0] < 0:
            refuse(f"may be negative in '{name}': '{operand}'")
    return _NOT_NEGATIVE[name](left, right)


def extreme_of(kind: str, operands: Sequence[Index]) -> Index:
    """The `min` or the `max` of indices."""
    try:
        return extreme(kind, [known(operand) for operand in operands])
    except NotAffineError as error:
        return error.reason


def no_index(operation: Operation) -> Reason:
    """The reason for a value of any other operation."""
    return Reason(f"comes from '{name_of(operation)}'")

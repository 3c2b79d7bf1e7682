"""Affine maps and index arithmetic as affine expressions over the iterators of a nest.

A value of type `index` is a `Bound`: one expression, or the least or greatest of several, as loop bounds may be.
Where it is neither there is a `Reason`, to be told at the subscript or the loop that asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NoReturn, TypeAlias

from xdsl.ir.affine import (
    AffineBinaryOpExpr,
    AffineBinaryOpKind,
    AffineConstantExpr,
    AffineDimExpr,
    AffineExpr,
    AffineMap,
    AffineSymExpr,
)

from ...ir import Affine, Diagnostic, FloorDiv

MAX_ATOMS = 100
MAX_PARTS = 16
MAX_NUMBER = 2**63
"""An expression beyond these limits is refused: it would neither print nor end."""

Ranges: TypeAlias = Mapping[str, tuple[int, int]]
"""The least and the greatest value of each iterator."""


@dataclass(frozen=True, slots=True)
class Bound:
    """An expression, or the `extreme` (`min` or `max`) of several."""

    parts: tuple[Affine, ...]
    extreme: str = ""

    @staticmethod
    def of(value: int | str | Affine) -> Bound:
        """A number, an iterator or an expression."""
        return Bound((Affine.of(value),))

    @property
    def number(self) -> int | None:
        """The number that it is, if it is one."""
        return self.parts[0].constant if len(self.parts) == 1 and self.parts[0].is_constant else None

    def __str__(self) -> str:
        texts = ", ".join(str(part) for part in self.parts)
        return f"{self.extreme}({texts})" if self.extreme else texts


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a value is no affine expression, as the end of a sentence, or the finding that stands for all that use it."""

    why: str
    diagnostic: Diagnostic | None = None


Index: TypeAlias = Bound | Reason


class NotAffineError(Exception):
    """A value that is no affine expression."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.why)
        self.reason = reason


def refuse(why: str) -> NoReturn:
    """Raise the reason."""
    raise NotAffineError(Reason(why))


def known(index: Index) -> Bound:
    """The expression; NotAffineError where there is none."""
    if isinstance(index, Reason):
        raise NotAffineError(index)
    return index


def single(index: Index) -> Affine:
    """The one expression that a subscript may be."""
    bound = known(index)
    if len(bound.parts) != 1:
        refuse(f"is not affine: '{bound}'")
    return bound.parts[0]


def apply_map(found: AffineMap, operands: Sequence[Index]) -> tuple[Index, ...]:
    """The results of a map for its dimensions and symbols in order."""
    if len(operands) != found.num_dims + found.num_symbols:
        names = found.num_dims + found.num_symbols
        return (Reason(f"has {len(operands)} operands for the {names} names of its map"),) * len(found.results)
    return tuple(_result(result, operands, found.num_dims) for result in found.results)


def _result(expression: AffineExpr, operands: Sequence[Index], dims: int) -> Index:
    try:
        return _evaluate(expression, operands, dims)
    except NotAffineError as error:
        return error.reason


def _evaluate(expression: AffineExpr, operands: Sequence[Index], dims: int) -> Bound:
    match expression:
        case AffineConstantExpr(value=value):
            return Bound.of(value)
        case AffineDimExpr(position=position):
            return known(operands[position])
        case AffineSymExpr(position=position):
            return known(operands[dims + position])
        case AffineBinaryOpExpr(kind=kind, lhs=left, rhs=right):
            return OPERATORS[kind](_evaluate(left, operands, dims), _evaluate(right, operands, dims))
    raise TypeError(expression)


def plus(left: Bound, right: Bound) -> Bound:
    """The sum; of a minimum and a maximum there is none."""
    if left.extreme and right.extreme and left.extreme != right.extreme:
        refuse(f"is not affine: '{left} + {right}'")
    parts = dict.fromkeys(a + b for a, b in product(left.parts, right.parts))
    return _checked(Bound(tuple(parts), left.extreme or right.extreme))


def minus(left: Bound, right: Bound) -> Bound:
    """The difference."""
    return plus(left, _scaled(right, -1))


def times(left: Bound, right: Bound) -> Bound:
    """The product with a number."""
    if right.number is not None:
        return _scaled(left, right.number)
    if left.number is not None:
        return _scaled(right, left.number)
    refuse(f"is not affine: '{_factor(left)} * {_factor(right)}'")


def floor(left: Bound, right: Bound) -> Bound:
    """The quotient by a positive number, rounded down."""
    divisor = _divisor(left, right, "//")
    return _checked(Bound(tuple(part // divisor for part in left.parts), left.extreme))


def ceil(left: Bound, right: Bound) -> Bound:
    """The quotient by a positive number, rounded up."""
    divisor = _divisor(left, right, "//")
    return _scaled(floor(_scaled(left, -1), Bound.of(divisor)), -1)


def modulo(left: Bound, right: Bound) -> Bound:
    """The remainder of the division by a positive number."""
    divisor = _divisor(left, right, "%")
    return _checked(Bound.of(single(left) % divisor))


def extreme(kind: str, bounds: Sequence[Bound]) -> Bound:
    """The `min` or the `max` of bounds."""
    if any(bound.extreme not in ("", kind) for bound in bounds):
        refuse(f"is not affine: '{kind}({', '.join(str(bound) for bound in bounds)})'")
    parts = tuple(dict.fromkeys(part for bound in bounds for part in bound.parts))
    return _checked(Bound(parts, kind if len(parts) > 1 else ""))


OPERATORS: dict[AffineBinaryOpKind, Callable[[Bound, Bound], Bound]] = {
    AffineBinaryOpKind.Add: plus,
    AffineBinaryOpKind.Mul: times,
    AffineBinaryOpKind.Mod: modulo,
    AffineBinaryOpKind.FloorDiv: floor,
    AffineBinaryOpKind.CeilDiv: ceil,
}


def _scaled(bound: Bound, factor: int) -> Bound:
    extremes = {"min": "max", "max": "min", "": ""}
    turned = extremes[bound.extreme] if factor < 0 else bound.extreme
    return _checked(Bound(tuple(part * factor for part in bound.parts), turned))


def _divisor(left: Bound, right: Bound, sign: str) -> int:
    if right.number is None:
        refuse(f"is not affine: '{_factor(left)} {sign} {_factor(right)}'")
    if right.number <= 0:
        refuse(f"divides by {right.number}")
    return right.number


def _factor(bound: Bound) -> str:
    return f"({bound})" if " " in str(bound) else str(bound)


def _checked(bound: Bound) -> Bound:
    if len(bound.parts) > MAX_PARTS or any(_atoms(part) > MAX_ATOMS for part in bound.parts):
        refuse("has too many terms")
    numbers = [number for part in bound.parts for number in (part.constant, *(factor for _, factor in part.terms))]
    if any(abs(number) >= MAX_NUMBER for number in numbers):
        refuse("overflows")
    return bound


def _atoms(expression: Affine) -> int:
    inner = [_atoms(atom.numerator) for atom, _ in expression.terms if isinstance(atom, FloorDiv)]
    return len(expression.terms) + sum(inner)


def interval(expression: Affine, ranges: Ranges) -> tuple[int, int] | None:
    """Between which values the expression lies, if the iterators' ranges are known."""
    return expression.bounds(ranges) if expression.names <= ranges.keys() else None

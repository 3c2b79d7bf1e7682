"""Truth values of `arith` as conditions on iterators."""

from __future__ import annotations

from xdsl.dialects import arith
from xdsl.ir import SSAValue

from ...ir import Affine
from ..guards import Guard
from .affine import Index, NotAffineError, interval, single
from .operations import attribute, numbers
from .scope import Scope


def guard_of(scope: Scope, value: SSAValue) -> Guard | None:
    """The guard that a truth value is; None for one of data."""
    test = value.owner
    match test:
        case arith.AndIOp():
            return Guard.both(guard_of(scope, test.lhs), guard_of(scope, test.rhs))
        case arith.OrIOp():
            return Guard.either(guard_of(scope, test.lhs), guard_of(scope, test.rhs))
        case arith.XOrIOp():
            return _negated(scope, test)
        case arith.CmpiOp():
            (predicate,) = numbers(attribute(test, "predicate")) or (-1,)
            left, right = (known_sum(scope.index(item)) for item in (test.lhs, test.rhs))
            return None if left is None or right is None else _compared(scope, predicate, left, right)
    return None


def _negated(scope: Scope, test: arith.XOrIOp) -> Guard | None:
    """`x xor true` is the opposite of x."""
    for one, other in ((test.lhs, test.rhs), (test.rhs, test.lhs)):
        if isinstance(other.owner, arith.ConstantOp) and numbers(attribute(other.owner, "value")) in ((1,), (-1,)):
            inner = guard_of(scope, one)
            return inner and inner.negated()
    return None


def known_sum(index: Index) -> Affine | None:
    """The one expression that an index is; None if it is none."""
    try:
        return single(index)
    except NotAffineError:
        return None


def _compared(scope: Scope, predicate: int, left: Affine, right: Affine) -> Guard | None:
    """A comparison by the number of its predicate: eq, ne, then less and greater, with signs and without."""
    if predicate in (0, 1):
        equal = Guard((left - right, right - left))
        return equal.negated() if predicate else equal
    if predicate in (4, 5, 8, 9):
        left, right = right, left
    distance = right - left if predicate in (3, 5, 7, 9) else right - left - 1
    if predicate < 6:
        return Guard((distance,))
    ranges = [interval(item, scope.ranges) for item in (left, right)]
    if any(found is None for found in ranges) or predicate > 9:
        return None
    # Without signs, a negative number is larger than all others.
    low, high = (found[0] for found in ranges if found is not None)
    if high >= 0:
        return Guard((distance,) if low >= 0 else (left, distance))
    return Guard((right, distance * -1 - 1), holds=False) if low >= 0 else None

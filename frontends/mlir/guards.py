"""Truth values of `arith` as conditions on iterators."""

from __future__ import annotations

from xdsl.dialects import arith
from xdsl.ir import SSAValue

from ...ir import Affine
from ..guards import Guard
from .affine import Index, NotAffineError, single
from .operations import attribute, numbers
from .scope import Scope

_PREDICATES = ("==", "!=", "<", "<=", ">", ">=")
"""In the order of their numbers; the last four again without signs."""


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
    """A comparison by the number of its predicate."""
    if predicate in range(6):
        return Guard.compared(left, _PREDICATES[predicate], right)
    known = left.names | right.names <= scope.ranges.keys() and predicate in range(6, 10)
    return Guard.without_signs(left, _PREDICATES[predicate - 4], right, scope.ranges) if known else None

"""Conditions on iterators as guards of statements and values."""

from __future__ import annotations

import ast
from itertools import pairwise

from ...ir import Affine
from ..guards import Guard
from .affine import affine
from .scope import VALUE, Scope

COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
"""Comparisons of numbers."""


def read_guard(node: ast.expr, scope: Scope) -> Guard | None:
    """The guard that a condition is; None for one on data, or that no list of affine conditions says."""
    match node:
        case ast.UnaryOp(ast.Not(), operand):
            inner = read_guard(operand, scope)
            return inner and inner.negated()
        case ast.BoolOp(operator, [first, *others]):
            found = read_guard(first, scope)
            for other in others:
                join = Guard.both if isinstance(operator, ast.And) else Guard.either
                found = join(found, read_guard(other, scope))
            return found
        case ast.Compare(left, operators, others):
            places = [_affine(item, scope) for item in (left, *others)]
            compared = [_compared(operator, *pair) for operator, pair in zip(operators, pairwise(places), strict=True)]
            found = compared[0]
            for item in compared[1:]:
                found = Guard.both(found, item)
            return found
    # An integer that is tested alone: whether it is not 0.
    return _compared(ast.NotEq(), _affine(node, scope), Affine.of(0))


def _affine(node: ast.expr, scope: Scope) -> Affine | None:
    trial = scope.fresh()
    found = affine(node, trial, VALUE)
    return None if trial.findings.items else found


def _compared(operator: ast.cmpop, left: Affine | None, right: Affine | None) -> Guard | None:
    if left is None or right is None or type(operator) not in COMPARISONS:
        return None
    return Guard.compared(left, COMPARISONS[type(operator)], right)

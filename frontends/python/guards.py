"""Conditions: on iterators as guards of statements and values, on data as values of numpy's functions."""

from __future__ import annotations

import ast
from itertools import pairwise

from ...ir import Affine, Compute, Value
from ..guards import Guard
from .affine import affine
from .scope import VALUE, Scope

TESTS: dict[type[ast.cmpop], str] = {
    ast.Lt: "less",
    ast.LtE: "less_equal",
    ast.Gt: "greater",
    ast.GtE: "greater_equal",
    ast.Eq: "equal",
    ast.NotEq: "not_equal",
}


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
    return None


def _affine(node: ast.expr, scope: Scope) -> Affine | None:
    trial = scope.fresh()
    found = affine(node, trial, VALUE)
    return None if trial.findings.items else found


def _compared(operator: ast.cmpop, left: Affine | None, right: Affine | None) -> Guard | None:
    if left is None or right is None:
        return None
    match operator:
        case ast.Lt():
            return Guard((right - left - 1,))
        case ast.LtE():
            return Guard((right - left,))
        case ast.Gt():
            return Guard((left - right - 1,))
        case ast.GtE():
            return Guard((left - right,))
        case ast.Eq():
            return Guard((left - right, right - left))
        case ast.NotEq():
            return Guard((left - right, right - left)).negated()
    return None


def chosen(function: str, pair: tuple[Value, Value], one: Value, other: Value) -> Value | None:
    """The larger or smaller of two that are compared; None for another choice."""
    kinds = {"less": "min", "less_equal": "min", "greater": "max", "greater_equal": "max"}
    if function not in kinds or pair not in ((one, other), (other, one)):
        return None
    kind = kinds[function]
    return Compute(kind if pair == (one, other) else {"min": "max", "max": "min"}[kind], (one, other))

"""Assignments: statements, and the names of arrays, sizes and sums of iterators."""

from __future__ import annotations

import ast

from ...ir import Access, Compute, Statement, Value, as_reduction, negated
from ..guards import BY_DATA, sums_by_data
from .affine import affine
from .arrays import is_zeroed, made_array
from .guards import read_guard
from .module import AssignmentNode, assigned_pairs, names_in
from .names import CONSTRUCTORS
from .scope import Role, Scope
from .values import OPERATORS, access, choice, is_large, value


def read_assignment(node: AssignmentNode, scope: Scope) -> list[Statement]:
    """The statements that an assignment is; none where it names an array, a size or a sum of iterators."""
    pairs = assigned_pairs(node)
    if pairs is None:
        scope.refuse("W411", "several targets that depend on each other", node, "write one assignment a line")
    found = [_assigned(target, source, node, scope) for target, source in pairs or ()]
    return [statement for statement in found if statement]


def read_update(node: ast.AugAssign, scope: Scope) -> list[Statement]:
    """The statement of `+=` and the like; none where it changes a size."""
    if isinstance(node.target, ast.Name) and _is_temporary(node.target.id, scope):
        before = ast.copy_location(ast.Name(node.target.id, ast.Load()), node.target)
        _bind(node.target.id, ast.copy_location(ast.BinOp(before, node.op, node.value), node), scope)
        return []
    target, operand = _target(node.target, scope), value(node.value, scope)
    if target is None or operand is None:
        return []
    match node.op:
        case ast.Add():
            found, reduction = operand, "+"
        case ast.Sub():
            found, reduction = negated(operand), "+"
        case ast.Mult():
            found, reduction = operand, "*"
        case _ if type(node.op) in OPERATORS:
            found, reduction = Compute(OPERATORS[type(node.op)], (target, operand)), ""
        case _:
            scope.refuse("W411", "an update that is none of +=, -=, *=, /=, >>=, &=, |= and ^=", node)
            return []
    return [_statement(target, found, reduction, node, scope)]


def _assigned(target: ast.expr, source: ast.expr, node: AssignmentNode, scope: Scope) -> Statement | None:
    if isinstance(target, ast.Name):
        if isinstance(source, ast.Call) and scope.called(source) in CONSTRUCTORS:
            _make(target, source, scope)
            return None
        if _is_temporary(target.id, scope):
            _bind(target.id, source, scope)
            return None
    written, found = _target(target, scope), _chosen(source, scope)
    if not written or not found:
        return None
    result = as_reduction(_statement(written, found, "", node, scope))
    if sums_by_data(result):
        scope.refuse("W403", "a product under a condition on data", node, BY_DATA)
    return result


def _chosen(source: ast.expr, scope: Scope) -> Value | None:
    """A value, which data may choose where it is set."""
    if isinstance(source, ast.IfExp) and read_guard(source.test, scope) is None:
        return choice(source.test, source.body, source.orelse, scope)
    return value(source, scope)


def read_choice(node: ast.If, scope: Scope) -> list[Statement] | None:
    """What an `if` on data sets to one value or another; None if it does anything else."""
    pairs = [_assignments(node.body), _assignments(node.orelse)]
    if pairs[0] is None or pairs[1] is None:
        return None
    then, other = pairs[0], pairs[1]
    choices = [(item, item.value, target) for item, target in then]
    choices += [(item, target, item.value) for item, target in other]
    if len(then) == len(other) == 1 and ast.dump(then[0][0].targets[0]) == ast.dump(other[0][0].targets[0]):
        choices = [(then[0][0], then[0][0].value, other[0][0].value)]
    tested = names_in(node.test)
    trial, found = scope.fresh(), list[Statement]()
    for number, (item, one, two) in enumerate(choices):
        value_ = ast.copy_location(ast.IfExp(node.test, one, two), item)
        found += read_assignment(ast.copy_location(ast.Assign(item.targets, value_), item), trial)
        # What is set first must not be what the condition reads afterwards.
        if number + 1 < len(choices) and found and found[-1].target.array in tested:
            return None
    return None if trial.findings.items or len(found) < len(choices) else found


def _assignments(body: list[ast.stmt]) -> list[tuple[ast.Assign, ast.expr]] | None:
    """The assignments that a branch is made of, with what they set as a value; None if it holds anything else."""
    found: list[tuple[ast.Assign, ast.expr]] = []
    for item in body:
        if not isinstance(item, ast.Assign) or len(item.targets) != 1:
            return None
        target = item.targets[0]
        if isinstance(target, ast.Name):
            found.append((item, ast.copy_location(ast.Name(target.id, ast.Load()), target)))
        elif isinstance(target, ast.Subscript):
            found.append((item, ast.copy_location(ast.Subscript(target.value, target.slice, ast.Load()), target)))
        else:
            return None
    return found


def _is_temporary(name: str, scope: Scope) -> bool:
    """Whether a name stands for a size or a sum of iterators."""
    return name not in scope.arrays and name not in scope.iterators


def _bind(name: str, source: ast.expr, scope: Scope) -> None:
    """What a name stands for from here on; nobody needs to know if nothing uses it."""
    role = Role("W401", f"'{name}', which subscripts or bounds use,")
    scope.bindings[name] = affine(source, scope, role) if name in scope.names.loaded else None


def _make(target: ast.Name, call: ast.Call, scope: Scope) -> None:
    name = target.id
    if scope.names.made.get(name) is not call or any(item.arg == name for item in scope.names.parameters):
        scope.refuse("W006", f"array '{name}' is defined twice", target, "give each array a name of its own")
    elif scope.iterators and is_zeroed(call, scope):
        hint = "make it before the loops, and fill it in a loop of its own"
        scope.refuse("W411", f"array '{name}' is set as a whole in a loop", call, hint)
    else:
        scope.arrays[name] = made_array(name, call, scope) or scope.arrays[name]


def _target(node: ast.expr, scope: Scope) -> Access | None:
    if isinstance(node, ast.Name) and node.id in scope.iterators:
        scope.refuse("W411", f"iterator '{node.id}' is set in its loop", node)
        return None
    if isinstance(node, ast.Name | ast.Subscript):
        return access(node, scope)
    message = f"target that cannot be read: '{scope.source.excerpt(node)}'"
    scope.refuse("W411", message, node, "a target is an element of an array or a scalar")
    return None


def _statement(target: Access, found: Value, reduction: str, node: ast.stmt, scope: Scope) -> Statement:
    if is_large(found):
        scope.refuse("W411", "a value has too many parts", node)
    return Statement(target, found, reduction, scope.source.span(node))

"""Statements of workloads as people write them: `output += input * filter`, `y = max(y, x)`, `y = exp(x - m)`."""

from __future__ import annotations

import ast

from ..ir import Access, Compute, Diagnostic, Literal, Span, Statement, Value, WeftError, as_reduction, called
from ..ir.workload_rules import MAX_STATEMENT

MAX_PARTS = 256
"""Names, numbers and functions of a statement."""

FORMS = "a statement sets the output, as in 'output += input * filter', 'y = max(y, x)' or 'y = exp(x - m)'"

_OPERATORS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


def parse_statement(text: str, span: Span | None = None) -> Statement:
    """The statement of a text; WeftError (W001) for anything else."""
    if len(text) > MAX_STATEMENT:
        raise _refusal(f"the statement has more than {MAX_STATEMENT} characters", span)
    try:
        body = ast.parse(text.strip()).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise _refusal(f"'{text.strip()[:60]}' is no statement", span) from None
    if sum(1 for item in body for _ in ast.walk(item)) > 3 * MAX_PARTS:
        raise _refusal(f"the statement has more than {MAX_PARTS} parts", span)
    match body:
        case [ast.Assign([ast.Name(target)], value)]:
            return as_reduction(Statement(Access(target), _value(value, span), span=span))
        case [ast.AugAssign(ast.Name(target), operator, value)] if type(operator) in (ast.Add, ast.Mult, ast.Sub):
            found, function = _value(value, span), _OPERATORS[type(operator)]
            if function == "-":
                found, function = Compute("-", (found,)), "+"
            return Statement(Access(target), found, function, span)
    raise _refusal(f"'{text.strip()[:60]}' is no statement", span)


def _value(node: ast.expr, span: Span | None) -> Value:
    match node:
        case ast.Name(name):
            return Access(name)
        case ast.Constant(int() | float() as number) if not isinstance(number, bool):
            return Literal(number)
        case ast.UnaryOp(ast.USub(), ast.Constant(int() | float() as number)) if not isinstance(number, bool):
            return Literal(-number)
        case ast.UnaryOp(ast.USub(), operand):
            return Compute("-", (_value(operand, span),))
        case ast.BinOp(left, operator, right) if type(operator) in _OPERATORS:
            return Compute(_OPERATORS[type(operator)], (_value(left, span), _value(right, span)))
        case ast.Call(ast.Name(function), [_, *_] as operands, []):
            return called(function, tuple(_value(item, span) for item in operands))
    raise _refusal(f"'{ast.unparse(node)[:60]}' is no value", span)


def _refusal(message: str, span: Span | None) -> WeftError:
    return WeftError(Diagnostic("W001", message, span=span, hint=FORMS))

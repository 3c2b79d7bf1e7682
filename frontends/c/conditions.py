"""The condition of an `#if`: integers, what is defined, and operators of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...ir import WeftError
from .arithmetic import fold, integer_of
from .macros import Expansion
from .syntax import MAX_DEPTH, c_ast, depth, parse
from .tokens import Source, Token


def condition(word: Token, tokens: list[Token], expansion: Expansion) -> bool:
    """Whether the condition after `#if` or `#elif` holds; a finding and False if it cannot be told."""

    def names(name: str) -> int:
        # A name that is no macro is a given size or 0, as in C.
        return expansion.sizes.get(name) or 0

    value = evaluate(expansion.source, expansion.run(_defined(tokens, expansion)), names)
    if value is None:
        end = tokens[-1].end if tokens else word.end
        message = f"the condition of '#{word.text}' is no expression of integers and defined names"
        hint = "leave one of its branches in the text"
        expansion.findings.add("W411", message, expansion.source.span(word.start, end), hint=hint)
    return bool(value)


def evaluate(source: Source, tokens: list[Token], names: Callable[[str], int | None]) -> int | None:
    """The value of an expression of integers and names; None if it has none."""
    if len(tokens) == 1 and tokens[0].kind == "number":
        return integer_of(tokens[0].text)
    try:
        tree = parse(source, tokens, "int _ =", ";").ext[0].init if tokens else None
    except WeftError:
        return None
    return _value(tree, names) if tree and depth(tree) <= MAX_DEPTH else None


def _defined(tokens: list[Token], expansion: Expansion) -> list[Token]:
    """The tokens with `defined NAME` and `defined(NAME)` replaced by 1 or 0."""
    result: list[Token] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        place += 1
        if token.text == "defined":
            texts = [item.text for item in tokens[place : place + 3]]
            name = texts[1] if texts[:1] == ["("] and texts[2:] == [")"] else (texts or [""])[0]
            place += 3 if texts[:1] == ["("] else 1
            token = Token("number", str(int(name in expansion.macros)), token.start, token.end)
        result.append(token)
    return result


def _value(node: Any, names: Callable[[str], int | None]) -> int | None:
    """The value of a tree."""
    if isinstance(node, c_ast.ID):
        return names(node.name)
    if isinstance(node, c_ast.Constant):
        return integer_of(node.value)
    if isinstance(node, c_ast.UnaryOp):
        value = _value(node.expr, names)
        results = {"-": 0 if value is None else -value, "+": value, "!": int(not value)}
        return None if value is None else results.get(node.op)
    if isinstance(node, c_ast.BinaryOp):
        left, right = _value(node.left, names), _value(node.right, names)
        return None if left is None or right is None else fold(node.op, left, right)
    if isinstance(node, c_ast.TernaryOp):
        return _value(node.iftrue if _value(node.cond, names) else node.iffalse, names)
    return None

"""The lark parser, and the callbacks that turn what it reads into nodes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from types import SimpleNamespace
from typing import Any, cast

from lark import Lark, Token

from .nodes import (
    ClusterNode,
    DensityNode,
    EdgeNode,
    Expression,
    Extent,
    HoldNode,
    IndexNode,
    Literal,
    MapNode,
    Name,
    NoProgramNode,
    Operations,
    Pair,
    Power,
    Rounded,
    SectionNode,
    StatementNode,
    SubscriptNode,
    Symbol,
    TensorNode,
    TermNode,
    TypeNode,
)

MAX_DEPTH = 64
MAX_OPERANDS = 512
HUGE = 2**62


class TooDeepError(Exception):
    """An expression with more parentheses or operands than anyone writes."""

    def __init__(self, start: int) -> None:
        super().__init__(start)
        self.start = start


def _start(part: Any) -> int:
    return cast(int, part.start_pos if isinstance(part, Token) else part.start)


def _end(part: Any) -> int:
    """Where a token's text, or a node, ends."""
    return _start(part) + len(part.rstrip()) if isinstance(part, Token) else cast(int, part.end)


def _name(token: Token) -> Name:
    return Name(str(token), _start(token), _end(token))


def _number(token: Token) -> int:
    digits = token.lstrip("0")
    return HUGE if len(digits) > 18 else int(digits or "0")


def _depth(*operands: Expression) -> int:
    depth = 1 + max(getattr(operand, "depth", 0) for operand in operands)
    if depth > MAX_DEPTH:
        raise TooDeepError(operands[0].start)
    return depth


def _operands(*children: Any) -> tuple[Expression, tuple[tuple[str, Expression], ...], int]:
    """The parts of a chain of operators of one rank."""
    if len(children) > MAX_OPERANDS:
        raise TooDeepError(children[0].start)
    rest = tuple(zip(map(str, children[1::2]), children[2::2], strict=True))
    return children[0], rest, _depth(*children[::2])


def _signed(sign: Token, operand: Expression) -> tuple[Expression, tuple[tuple[str, Expression], ...], int]:
    """A sign before an operand, as a chain that starts with 0."""
    start = _start(sign)
    return Literal(0, start, start), ((str(sign), operand),), _depth(operand)


def _node(kind: Callable[..., Any], fields: Callable[..., tuple[Any, ...]]) -> Callable[[list[Any]], Any]:
    """What builds a node of what a rule reads: `fields`, and then where the first part starts and the last one ends."""
    return lambda children: kind(*fields(*children), _start(children[0]), _end(children[-1]))


_SUM = _node(Operations, _operands)
_CALLBACKS: dict[str, Callable[[list[Any]], Any]] = {
    "literal": _node(Literal, lambda number: (_number(number),)),
    "symbol": _node(Symbol, lambda name: (str(name),)),
    "extent": _node(Extent, lambda _, dimension, closing: (str(dimension),)),
    "rounded": _node(Rounded, lambda function, inner, closing: (str(function), inner, _depth(inner))),
    "power": _node(Power, lambda base, exponent: (base, _number(exponent), _depth(base))),
    # A parenthesis keeps a depth of its own, so that nesting is bounded.
    "group": _node(Operations, lambda opening, inner, closing: (inner, (), _depth(inner))),
    "signed": _node(Operations, _signed),
    "sum": _SUM,
    "product": _SUM,
    "constant": _node(Pair, lambda _, name, value: (_name(name), value)),
    "pair": _node(Pair, lambda name, value: (_name(name), value)),
    "type": _node(TypeNode, lambda _, name: (_name(name),)),
    "none": _node(NoProgramNode, lambda _: ()),
    "block": _node(SectionNode, lambda keyword: (str(keyword),)),
    "map": _node(MapNode, lambda keyword, size, offset, _, name: (str(keyword), size, offset, _name(name))),
    "cluster": _node(ClusterNode, lambda _, size, *rest: (size, _name(rest[0]) if len(rest) > 1 else None)),
    "hold": _node(HoldNode, lambda _, memory, *rest: (_name(memory), tuple(map(_name, rest[:-1])))),
    "term": _node(TermNode, lambda *parts: (_number(parts[0]) if len(parts) > 1 else 1, _name(parts[-1]))),
    "subscript": _node(SubscriptNode, lambda *terms: (terms,)),
    "index": _node(IndexNode, lambda name, subscript: (_name(name), subscript)),
    "tensor": _node(TensorNode, lambda name, *rest: (_name(name), rest[:-1])),
    "density": _node(DensityNode, lambda tensor, text: (_name(tensor), str(text).rstrip())),
    "statement": _node(StatementNode, lambda text: (str(text).rstrip(),)),
    "edge": _node(
        EdgeNode,
        lambda producer, consumer, *rest: (_number(producer), _number(consumer), _name(rest[0]) if rest else None),
    ),
    **dict.fromkeys(("constants", "head", "pairs", "program", "indices", "tensors", "densities", "edges"), tuple),
    **dict.fromkeys(("statements", "names"), tuple),
    "word": lambda children: _name(children[0]),
}
"""What a rule of the grammar builds of its parts; separators are none of them."""


@cache
def parser(start: str) -> Lark:
    """The parser of one start rule. Each has its own, for the lexer to expect only what may follow there."""
    grammar = files(__package__).joinpath("grammar.lark").read_text(encoding="utf-8")
    callbacks: Any = SimpleNamespace(**_CALLBACKS)
    return Lark(grammar, parser="lalr", start=start, transformer=callbacks, maybe_placeholders=False)

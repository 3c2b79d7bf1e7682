"""The lark parser, and the callbacks that turn what it reads into nodes."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, cast

from lark import Lark, Token, Transformer

from .nodes import (
    Chain,
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
    Pair,
    Power,
    Rounded,
    SectionNode,
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


def _end(token: Token) -> int:
    return cast(int, token.start_pos) + len(token)


def _start(token: Token) -> int:
    return cast(int, token.start_pos)


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


def _words(children: list[Any], kind: str) -> list[Name]:
    return [_name(child) for child in children if isinstance(child, Token) and child.type == kind]


class Builder(Transformer[Token, Any]):
    """Callbacks named after the grammar's rules."""

    def literal(self, children: list[Any]) -> Literal:
        """A number."""
        return Literal(_number(children[0]), _start(children[0]), _end(children[0]))

    def symbol(self, children: list[Any]) -> Symbol:
        """A name in a size."""
        return Symbol(*_name(children[0]))

    def extent(self, children: list[Any]) -> Extent:
        """`Sz(d)`; it ends at the parenthesis."""
        return Extent(str(children[1]), _start(children[0]), _end(children[2]))

    def rounded(self, children: list[Any]) -> Rounded:
        """A rounding function."""
        function, inner, closing = children
        return Rounded(str(function), inner, _depth(inner), _start(function), _end(closing))

    def power(self, children: list[Any]) -> Power:
        """A power with a written exponent."""
        base, exponent = children
        return Power(base, _number(exponent), _depth(base), base.start, _end(exponent))

    def group(self, children: list[Any]) -> Chain:
        """A parenthesis; it keeps a depth of its own, so that nesting is bounded."""
        opening, inner, closing = children
        return Chain(inner, (), _depth(inner), _start(opening), _end(closing))

    def signed(self, children: list[Any]) -> Chain:
        """A sign before an operand."""
        sign, operand = children
        start = _start(sign)
        return Chain(Literal(0, start, start), ((str(sign), operand),), _depth(operand), start, operand.end)

    def sum(self, children: list[Any]) -> Chain:
        """A chain of operators of one rank."""
        if len(children) > MAX_OPERANDS:
            raise TooDeepError(children[0].start)
        rest = tuple(zip(map(str, children[1::2]), children[2::2], strict=True))
        return Chain(children[0], rest, _depth(*children[::2]), children[0].start, children[-1].end)

    product = sum

    def constant(self, children: list[Any]) -> Pair:
        """`Constant NAME value`."""
        name, value = _name(children[1]), children[-1]
        return Pair(name, value, _start(children[0]), value.end)

    def pair(self, children: list[Any]) -> Pair:
        """`NAME: value`."""
        name, value = _name(children[0]), children[1]
        return Pair(name, value, name.start, value.end)

    def type(self, children: list[Any]) -> TypeNode:
        """`Type: NAME`."""
        return TypeNode(_name(children[1]), _start(children[0]), _end(children[1]))

    def none(self, children: list[Any]) -> NoProgramNode:
        """`Dataflow;`."""
        return NoProgramNode(_start(children[0]), _end(children[0]))

    def block(self, children: list[Any]) -> SectionNode:
        """`SECTION {`."""
        return SectionNode(str(children[0]), _start(children[0]), _end(children[0]))

    def map(self, children: list[Any]) -> MapNode:
        """A spatial or temporal map."""
        keyword, size, offset, _, dimension = children
        return MapNode(str(keyword), size, offset, _name(dimension), _start(keyword), _end(dimension))

    def cluster(self, children: list[Any]) -> ClusterNode:
        """A cluster, with the memory at its boundary."""
        memories = _words(children[2:], "WORD") + _words(children[2:], "NAME")
        memory = memories[0] if memories else None
        return ClusterNode(children[1], memory, _start(children[0]), _end(children[-1]))

    def hold(self, children: list[Any]) -> HoldNode:
        """A placement."""
        memory, *tensors = _words(children, "WORD")
        return HoldNode(memory, tuple(tensors), _start(children[0]), _end(children[-1]))

    def term(self, children: list[Any]) -> TermNode:
        """A term of a subscript."""
        coefficient = _number(children[0]) if len(children) > 1 else 1
        return TermNode(coefficient, _name(children[-1]), _start(children[0]), _end(children[-1]))

    def subscript(self, children: list[Any]) -> SubscriptNode:
        """A sum of terms."""
        terms = tuple(child for child in children if isinstance(child, TermNode))
        return SubscriptNode(terms, terms[0].start, terms[-1].end)

    def index(self, children: list[Any]) -> IndexNode:
        """An index over two dimensions."""
        name = _name(children[0])
        return IndexNode(name, children[-1], name.start, children[-1].end)

    def tensor(self, children: list[Any]) -> TensorNode:
        """A tensor with its subscripts."""
        name = _name(children[0])
        subscripts = tuple(child for child in children if isinstance(child, SubscriptNode))
        return TensorNode(name, subscripts, name.start, _end(children[-1]))

    def density(self, children: list[Any]) -> DensityNode:
        """A tensor with its density."""
        tensor, written = _name(children[0]), children[-1]
        return DensityNode(tensor, str(written).rstrip(), tensor.start, _start(written) + len(str(written).rstrip()))

    def edge(self, children: list[Any]) -> EdgeNode:
        """A producer and its consumer."""
        return EdgeNode(_number(children[0]), _number(children[1]), _start(children[0]), _end(children[1]))

    def _items(self, children: list[Any]) -> tuple[Any, ...]:
        return tuple(children)

    constants = head = pairs = program = indices = tensors = densities = edges = _items


@cache
def parser(start: str) -> Lark:
    """The parser of one start rule. Each has its own, for the lexer to expect only what may follow there."""
    grammar = files(__package__).joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", start=start, transformer=Builder(), maybe_placeholders=False)

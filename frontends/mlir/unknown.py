"""Passing over what the parser does not know: an operation, or a function or another part of a module as a whole.

An operation in a format of its own ends where the next line begins with an operation, outside of all brackets: so
does everything that prints MLIR. Without results it leaves no type open, and its operands are the values that it
names. The types of results stand at its end; where they do not, the function cannot be read on, but the others of
the file can.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Protocol

from xdsl.dialects.builtin import UnregisteredOp
from xdsl.dialects.func import FuncOp
from xdsl.ir import Attribute, Operation, Region, SSAValue
from xdsl.parser import Parser
from xdsl.utils.exceptions import ParseError
from xdsl.utils.mlir_lexer import MLIRToken, MLIRTokenKind

_OPENING = (MLIRTokenKind.L_PAREN, MLIRTokenKind.L_BRACE, MLIRTokenKind.L_SQUARE)
_CLOSING = (MLIRTokenKind.R_PAREN, MLIRTokenKind.R_BRACE, MLIRTokenKind.R_SQUARE)
_FIRST = (
    MLIRTokenKind.PERCENT_IDENT,
    MLIRTokenKind.BARE_IDENT,
    MLIRTokenKind.STRING_LIT,
    MLIRTokenKind.CARET_IDENT,
)


_VALUES = (MLIRTokenKind.PERCENT_IDENT, MLIRTokenKind.CARET_IDENT)


class Tokens(Protocol):
    """What is needed of a parser: its tokens one by one, and the values that are defined."""

    ssa_values: dict[str, tuple[SSAValue, ...]]

    @property
    def token(self) -> MLIRToken:
        """The current token."""

    def pass_over(self) -> None:
        """Go on to the next token."""

    def resume_from(self, place: int) -> None:
        """Go back, or on, to a place in the text."""

    def parse_type(self) -> Attribute:
        """Parse a type."""

    def parse_comma_separated_list(
        self, delimiter: Parser.Delimiter, parse: Callable[[], Attribute]
    ) -> Sequence[Attribute]:
        """Parse a list."""

    def begins_line(self, token: MLIRToken) -> bool:
        """Whether nothing but blanks stands before a token in its line."""


def opaque_operation(parser: Tokens, name: str) -> Operation:
    """The operation of a name with the operands, and a region if its text has braces, but nothing else."""
    return _opaque(parser, name, list(_rest_of_operation(parser)), ())


def opaque_values(parser: Tokens, name: str, count: int) -> Operation | None:
    """As `opaque_operation`, with so many results, of the types at its end; None if that names none."""
    tokens = list(_rest_of_operation(parser))
    end = parser.token.span.start
    for place in _places_of_types(tokens):
        parser.resume_from(place)
        try:
            types = _types(parser)
        except ParseError:
            continue
        if len(types) >= count and (parser.token.span.start == end or parser.token.text == "loc"):
            parser.resume_from(end)
            return _opaque(parser, name, tokens, types[-count:])
    return None


def opaque_part(parser: Tokens) -> Operation | None:
    """A part of a module that is no function, and whose format is not known, its first token being the current one."""
    parser.pass_over()
    return opaque_operation(parser, "weft.unknown")


def _opaque(parser: Tokens, name: str, tokens: Sequence[MLIRToken], types: Sequence[Attribute]) -> Operation:
    operands: dict[SSAValue, None] = {}
    for token in tokens:
        if token.kind is MLIRTokenKind.PERCENT_IDENT:
            operands |= dict.fromkeys(parser.ssa_values.get(token.text[1:].split("#")[0], ()))
    # Attributes stand in the line of their brace, the operations of a region in lines of their own.
    opened = [inner for outer, inner in pairwise(tokens) if outer.kind is MLIRTokenKind.L_BRACE]
    braces = any(token.kind in _VALUES or parser.begins_line(token) for token in opened)
    operation = UnregisteredOp.with_name(name)
    return operation.create(operands=list(operands), result_types=types, regions=[Region()] * braces)


def _places_of_types(tokens: Sequence[MLIRToken]) -> list[int]:
    """Where the types of results may begin: after the last arrow, the last `to`, and the last colon of a level."""
    depth = 0
    found: dict[str, int] = {}
    for token, after in pairwise(tokens):
        depth += (token.kind in _OPENING) - (token.kind in _CLOSING)
        if depth == 0 and token.text in ("->", "to", "into", ":"):
            found[token.text] = after.span.start
    return [found[text] for text in ("->", "to", "into", ":") if text in found]


def _types(parser: Tokens) -> Sequence[Attribute]:
    if parser.token.kind is MLIRTokenKind.L_PAREN:
        return parser.parse_comma_separated_list(Parser.Delimiter.PAREN, parser.parse_type)
    return parser.parse_comma_separated_list(Parser.Delimiter.NONE, parser.parse_type)


def _rest_of_operation(parser: Tokens) -> Iterator[MLIRToken]:
    depth = 0
    while (token := parser.token).kind is not MLIRTokenKind.EOF:
        if depth == 0 and (token.kind in _CLOSING or (token.kind in _FIRST and parser.begins_line(token))):
            return
        depth += (token.kind in _OPENING) - (token.kind in _CLOSING)
        yield token
        parser.pass_over()


def opaque_function(parser: Tokens) -> FuncOp | None:
    """A function without its body, its first token being the current one; None if its text does not end."""
    name, depth = "", 0
    while (token := parser.token).kind is not MLIRTokenKind.EOF:
        if not name and token.kind is MLIRTokenKind.AT_IDENT:
            name = token.text[1:].strip('"')
        depth += (token.kind in _OPENING) - (token.kind in _CLOSING)
        parser.pass_over()
        # What stands behind a brace on the same level is a body, and in front of it are attributes.
        if depth == 0 and token.kind is MLIRTokenKind.R_BRACE and parser.token.kind is not MLIRTokenKind.L_BRACE:
            return FuncOp.external(name, [], []) if name else None
    return None

"""The syntax tree of preprocessed tokens, by pycparser, and where its nodes stand in the text.

The parser is given one token a line, so that the lines of its tree count tokens.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from pycparser import c_ast
from pycparser.c_lexer import CLexer
from pycparser.c_parser import CParser

from ...ir import Diagnostic, Span, WeftError
from .tokens import Source, Token
from .unexpected import MAX_DEPTH, brackets, unexpected

__all__ = ["JUMPS", "MAX_DEPTH", "Syntax", "c_ast", "depth", "nodes", "parse", "replace_child", "replace_nodes"]

_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")
_LONG = 60
JUMPS = (c_ast.Break, c_ast.Continue, c_ast.Goto, c_ast.Return)
"""What leaves a place in the text for another."""

_MEMBER_NAMES = {c_ast.StructRef: "field", c_ast.NamedInitializer: "name"}
"""Where nodes have the names of members."""


class _Lexer(CLexer):
    """Remembers the line of its last token, where the parser's message names none."""

    line = 0

    def token(self) -> Any:
        """The next token."""
        found = super().token()
        self.line = found.lineno if found else self.line
        return found


def parse(source: Source, tokens: list[Token], before: str = "", after: str = "") -> Any:
    """The tree of a text `before` the tokens, the tokens and a text `after` them; WeftError if it is no C."""
    problem = brackets(source, tokens)
    if problem:
        raise WeftError(problem)
    parser = CParser(lexer=_Lexer)
    text = "\n".join([before, *(token.text.replace("\\\n", "") for token in tokens), after])
    try:
        return parser.parse(text, "c")
    except RecursionError:
        place = parser.clex.line
    except Exception as error:  # whatever stops the parser, the text is what it cannot read
        found = re.match(r"c:(\d+)", str(error))
        place = int(found[1]) if found else parser.clex.line
        raise WeftError(unexpected(source, tokens, place - 2, str(error))) from None
    span = source.at(tokens[max(0, min(place - 2, len(tokens) - 1))])
    raise WeftError(Diagnostic("W001", "nested too deeply", span=span))


def nodes(root: Any) -> Iterator[Any]:
    """A node and all below it, parents first, in the order of the text."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        stack += list(node)[::-1]


def replace_nodes(root: Any, new: Callable[[Any], Any]) -> None:
    """Put what `new` gives for a node below a root, if not None, in its place: the innermost first, each of them once.

    The names of members are no nodes of their own.
    """
    for node in reversed(list(nodes(root))):
        for name, child in node.children():
            found = None if _is_member_name(node, name) else new(child)
            if found is not None:
                replace_child(node, name, found)


def _is_member_name(node: Any, name: str) -> bool:
    return isinstance(node, c_ast.StructRef | c_ast.NamedInitializer) and name.startswith(_MEMBER_NAMES[type(node)])


def replace_child(node: Any, name: str, child: Any) -> None:
    """Set a child by pycparser's name of it, as `stmt` or `exprs[0]`."""
    base, bracket, number = name.partition("[")
    if bracket:
        getattr(node, base)[int(number[:-1])] = child
    else:
        setattr(node, base, child)


def depth(root: Any) -> int:
    """How many nodes stand inside of one another, at most."""
    deepest, level = 0, [root]
    while level:
        level = [child for node in level for child in node]
        deepest += 1
    return deepest


def member(node: Any) -> str:
    """`d.M` for the member of a structure, or of what a pointer points to; empty for anything else."""
    if not isinstance(node, c_ast.StructRef):
        return ""
    inner = node.name.expr if isinstance(node.name, c_ast.UnaryOp) and node.name.op == "*" else node.name
    base = inner.name if isinstance(inner, c_ast.ID) else member(inner)
    return f"{base}.{node.field.name}" if base else ""


class Syntax:
    """Where the nodes of a tree stand in its source."""

    def __init__(self, source: Source, tokens: list[Token]) -> None:
        self.source = source
        self.tokens = tokens

    def place(self, node: Any) -> int:
        """The index of a node's first token, as the parser has it: of an operator it is that of its left operand."""
        line = node.coord.line if node.coord else 2
        return max(0, min(int(line) - 2, len(self.tokens) - 1))

    def span(self, node: Any) -> Span:
        """The place of a node, cut at the end of its first line."""
        return self.source.span(*self._ends(node))

    def text(self, node: Any) -> str:
        """The text of a node in one line, cut if it is long."""
        return self._line(*self._ends(node))

    def _line(self, start: int, end: int) -> str:
        text = " ".join(self.source.text[start:end].split())
        return text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"

    def word(self, node: Any) -> Span:
        """The place of a node's first token."""
        return self.source.at(self.tokens[self.place(node)])

    def header(self, node: Any) -> tuple[Span, str]:
        """The place and the text of a statement's keyword with the parentheses after it, if there are any."""
        first = self.place(node)
        opened = first + 1 < len(self.tokens) and self.tokens[first + 1].text == "("
        start, end = self.tokens[first].start, self.tokens[self.closing(first + 1) if opened else first].end
        return self.source.span(start, end), self._line(start, end)

    def closing(self, place: int, level: int = 1) -> int:
        """The index of the bracket that closes the one at an index, or as many open ones as `level` says."""
        while level > 0 and place + 1 < len(self.tokens):
            place += 1
            level += _level(self.tokens[place])
        return place

    def _ends(self, node: Any) -> tuple[int, int]:
        """Where a node begins and ends in the text."""
        places = [self._first(item) for item in nodes(node) if item.coord]
        # The type of a declaration stands before the name, and serves the names between commas before it too.
        start = self.place(node) if isinstance(node, c_ast.Decl) else min(places, default=0)
        first, last = self._balanced(start, max(places, default=0))
        if last + 1 < len(self.tokens) and self.tokens[last + 1].text in ("++", "--"):
            last += 1
        if isinstance(node, c_ast.FuncCall) and node.args is None:
            last = min(last + 2, len(self.tokens) - 1)
        ends = self.tokens[first], self.tokens[last]
        return min(item.start for item in ends), max(item.end for item in ends)

    def _first(self, node: Any) -> int:
        """The index of a node's first token; a sign stands before the operand that the parser names."""
        place = self.place(node)
        if not isinstance(node, c_ast.UnaryOp):
            return place
        before = place - 1
        while before > 0 and self.tokens[before].text == "(":
            before -= 1
        return before if before >= 0 and self.tokens[before].text == node.op else place

    def _balanced(self, first: int, last: int) -> tuple[int, int]:
        """A range of tokens, widened to both sides until its brackets are closed."""
        level = least = 0
        for token in self.tokens[first : last + 1]:
            level += _level(token)
            least = min(least, level)
        while least < 0 and first > 0:
            first -= 1
            least, level = least + _level(self.tokens[first]), level + _level(self.tokens[first])
        return first, self.closing(last, level)


def _level(token: Token) -> int:
    return (token.text in _OPEN) - (token.text in _CLOSE)

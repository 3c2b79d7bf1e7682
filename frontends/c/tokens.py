"""The words of a C text, each with its place; comments and line splices are gone, directives keep their lines."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from ...ir import Diagnostic, Span
from ..text import Lines

MAX_TOKENS = 200_000
"""A text has no more words than these, with its macros replaced."""
_RULES = re.compile(
    r"""
      (?P<newline> \n )
    | (?P<blank>   (?: [ \t]+ | \\[ \t]*\n | /\*.*?\*/ | //(?: \\\n | [^\n] )* )+ )
    | (?P<open>    /\* )
    | (?P<number>  \.?[0-9] (?: [eEpP][+-] | [0-9A-Za-z_.] )* )
    | (?P<string>  (?: L|u8?|U )? " (?: \\. | [^"\\\n] )* " )
    | (?P<char>    (?: L|u8?|U )? ' (?: \\. | [^'\\\n] )+ ' )
    | (?P<name>    [A-Za-z_][A-Za-z_0-9]* )
    | (?P<punct>   \.\.\. | <<= | >>= | \#\# | -> | \+\+ | -- | << | >> | && | \|\| | [-+*/%&|^<>=!]=
                 | [-+*/%&|^<>=!~?:;,.(){}\[\]\#] )
    | (?P<wrong>   . )
    """,
    re.VERBOSE | re.DOTALL,
)
_SPLICED = re.compile(r"\\[ \t]*\n")
_NOT_LINES = str.maketrans(dict.fromkeys("\v\f\x1c\x1d\x1e\x85\u2028\u2029", " "))
_UNCLOSED = {'"': "text in double quotes", "'": "character in quotes", "/*": "comment"}


@dataclass(frozen=True, slots=True)
class Token:
    """A word; `start` and `end` are where it stands, or where the macro stands that it comes from."""

    kind: str
    text: str
    start: int
    end: int
    hidden: frozenset[str] = frozenset()
    """The macros that it comes from, which are not expanded again."""


class Source:
    """A text with its places; only line feeds end its lines."""

    def __init__(self, text: str, file: str = "<string>") -> None:
        self.text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_NOT_LINES)
        self.file = file
        self._lines = Lines(self.text, file)
        self._starts = [0, *(newline.end() for newline in re.finditer("\n", self.text))]

    def span(self, start: int, end: int) -> Span:
        """The place of `text[start:end]`, cut at the end of its first line."""
        start = max(0, min(start, len(self.text) - 1))
        line = bisect_right(self._starts, start)
        first = self._starts[line - 1]
        stop = self._starts[line] - 1 if line < len(self._starts) else len(self.text)
        return self._lines.span(line, start - first + 1, min(end, stop) - start)

    def at(self, token: Token) -> Span:
        """The place of a token."""
        return self.span(token.start, token.end)


def scan(source: Source) -> Iterator[list[Token]]:
    """The tokens of each line; a line that a splice or a comment continues is one line.

    What is no token has the kind `wrong`. An open comment ends the text, and so do too many words in one line.
    """
    line: list[Token] = []
    for found in _RULES.finditer(source.text):
        kind = found.lastgroup or ""
        if len(line) > MAX_TOKENS:
            break
        if kind == "newline":
            yield line
            line = []
        elif kind == "open":
            line.append(Token("wrong", found[0], found.start(), found.end()))
            break
        elif kind != "blank":
            line.append(Token(kind, _SPLICED.sub("", found[0]), found.start(), found.end()))
    yield line


def wrong(source: Source, token: Token) -> Diagnostic:
    """The finding about a token of the kind `wrong`."""
    unclosed = _UNCLOSED.get(token.text)
    message = f"the {unclosed} is never closed" if unclosed else f"unexpected character {token.text!r}"
    return Diagnostic("W001", message, span=source.at(token))

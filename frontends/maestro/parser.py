"""Parses the content of one block; what is wrong in it is told in plain words, and the rest is still read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from lark import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from ...ir import DIRECTIVES
from .building import TooDeepError, parser
from .sizes import guess

MAX_PROBLEMS = 20
"""So many problems of one block are told."""

_SHORT, _LONG = 2**16, 2**18
_LONGEST = dict.fromkeys(("head", "pairs", "indices", "densities", "statements", "names"), _SHORT)
_LONGEST |= {"program": _LONG, "tensors": _LONG}
"""Characters of a block, far more than anybody writes."""

_KEYWORDS = {
    "MAP": tuple(DIRECTIVES),
    "CLUSTER": ("Cluster",),
    "HOLD": ("Hold",),
    "TYPE": ("Type",),
    "SECTION": (
        *("Stride", "Dimensions", "Dilation", "Padding", "PaddingAfter", "Index", "Tensors", "Density"),
        *("Statement", "Operator", "Weights", "Outer", "Recompute"),
    ),
    "DATAFLOW": ("Dataflow",),
    "CONSTANT": ("Constant", "Network", "Layer", "Fuse"),
}
_SIZE = {"INT", "NAME", "HOLE", "OPEN", "EXTENT", "ROUND", "ADD"}
_PLAIN = {
    "INT": "a number",
    "NAME": "a name",
    "WORD": "a name",
    "OPEN": "'('",
    "LPAR": "'('",
    "CLOSE": "')'",
    "END": "']'",
    "LSQB": "'['",
    "LBRACE": "'{'",
    "RBRACE": "'}'",
    "EQUAL": "'='",
    "COLON": "':'",
    "DENSITY": "a density",
    "STATEMENT": "a statement",
}
_OPERATORS = {"ADD", "MUL", "__ANON_0", "PLUS", "STAR", "_D"}
_KIND = {"program": "directive", "head": "block"}


class Problem(NamedTuple):
    """What is wrong at `text[start:end]`."""

    code: str
    message: str
    start: int
    end: int
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What could be read, and what could not."""

    items: tuple[Any, ...]
    problems: tuple[Problem, ...] = ()


def parse_section(start: str, text: str, what: str) -> Parsed:
    """Parse `text` from the rule `start`; `what` names it in messages.

    Offsets count from the start of `text`.
    """
    longest = _LONGEST.get(start, len(text))
    if len(text) > longest and len(text.strip()) > longest:
        return Parsed((), (Problem("W001", f"{what} is too long to be meant", 0, 1),))
    items, problem = _attempt(start, text, what)
    if problem is None:
        return Parsed(items)
    if start == "head":
        return Parsed(_without(start, text, what, problem), (problem,))
    collected: list[Any] = []
    problems: list[Problem] = []
    for offset, piece in _pieces(text, ";" if start not in ("pairs", "densities") else ","):
        items, problem = _attempt(start, piece, what)
        collected += (shift(item, offset) for item in items)
        if problem:
            problems.append(problem._replace(start=problem.start + offset, end=problem.end + offset))
            if len(problems) == MAX_PROBLEMS:
                break
    return Parsed(tuple(collected), tuple(problems))


def shift(node: Any, offset: int) -> Any:
    """The same node, `offset` characters further on."""
    if not isinstance(node, tuple):
        return node
    fields = getattr(node, "_fields", None)
    if fields is None:
        return tuple(shift(item, offset) for item in node)
    moved = {name: shift(getattr(node, name), offset) for name in fields}
    kind: Any = type(node)
    return kind(**moved | {name: moved[name] + offset for name in ("start", "end")})


def _pieces(text: str, separator: str) -> Iterator[tuple[int, str]]:
    if separator not in text:
        separator = "\n"
    start = 0
    while start < len(text):
        stop = text.find(separator, start)
        stop = len(text) if stop < 0 else stop + 1
        yield start, text[start:stop]
        start = stop


def _without(start: str, text: str, what: str, problem: Problem) -> tuple[Any, ...]:
    # A layer whose heading is spoilt before a block may still have a good block after it.
    items, second = _attempt(start, text[problem.end :], what)
    return () if second else tuple(shift(item, problem.end) for item in items)


def _attempt(start: str, text: str, what: str) -> tuple[tuple[Any, ...], Problem | None]:
    try:
        result: Any = parser(start).parse(text)
    except UnexpectedInput as error:
        return (), _explain(error, start, text, what)
    except TooDeepError as error:
        return (), Problem("W001", "expression too long, or nested too deeply", error.start, error.start + 1)
    return result, None


def _explain(error: UnexpectedInput, start: str, text: str, what: str) -> Problem:
    if isinstance(error, UnexpectedToken):
        at, expected = error.token.start_pos, set(error.expected)
        if error.token.type == "$END":
            at = None
    else:
        assert isinstance(error, UnexpectedCharacters)
        at, expected = error.pos_in_stream, set(error.allowed or ())
    if at is None:
        end = len(text.rstrip())
        message = f"unexpected end of {what}: expected {_expected(expected)}"
        return Problem("W001", message, max(0, end - 1), max(1, end))
    word = re.compile(r"[\w.'-]+|\S").match(text, at)
    found = word[0] if word else text[at : at + 1]
    return _misspelt(found, at, text, expected, start) or Problem(
        "W001", f"unexpected '{found[:40]}' in {what}: expected {_expected(expected)}", at, at + len(found)
    )


def _misspelt(found: str, at: int, text: str, expected: set[str], start: str) -> Problem | None:
    keywords = [word for terminal, words in _KEYWORDS.items() if terminal in expected for word in words]
    if not keywords or not re.match(r"[^\W\d]", found) or len(found) > 40:
        return None
    near = guess(found, keywords)
    opens = text[at + len(found) :].lstrip()[:1] in ("(", "{", ":")
    if not near and not opens:
        return None
    kind = _KIND.get(start, "keyword")
    ending = near or f": expected {_expected(expected)}"
    return Problem("W002", f"unknown {kind} '{found}'{ending}", at, at + len(found))


def _expected(terminals: set[str]) -> str:
    """The expected terminals in plain words."""
    words: list[str] = []
    rest = terminals - {"$END"}
    if rest >= {"INT", "NAME", "OPEN"}:
        words.append("a size")
        rest -= _SIZE
    order = [*_KEYWORDS, *_PLAIN]
    if rest >= {"SECTION", "DATAFLOW"}:
        words.append("a block such as Dimensions or Dataflow")
        rest -= {"SECTION", "DATAFLOW"}
    for terminal in sorted(rest - _OPERATORS, key=lambda name: order.index(name) if name in order else 99):
        words += _KEYWORDS.get(terminal, (_PLAIN.get(terminal, terminal),))
    if not words:
        words = ["','"] if "_D" in terminals else ["the end"]
    words = list(dict.fromkeys(words))
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]

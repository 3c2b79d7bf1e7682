"""The text of a module as functions of operations, whose formats need not be known.

An operation ends where the next line begins with one, outside of all brackets, as in everything that prints MLIR. Its
operands are the values that it names before its types; its attributes stay text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from ...ir import Diagnostic, Span, WeftError
from ..text import Lines
from .types import TensorType, deeper, signature, type_of

MAX_DEPTH = 64
"""Regions that may stand in each other."""
MAX_TOKENS = 1 << 22
"""Words and signs of a module: some 80 000 operations. A constant is one, however large."""
MAX_RESULTS = 1 << 16
"""Values that one operation may make."""

_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*)
    |(?P<string>"(?:[^"\\]|\\.)*+")
    |(?P<value>%[\w$.-]+(?:[:\#]\d+)?)
    |(?P<symbol>@(?:[\w$.-]+|"(?:[^"\\]|\\.)*+"))
    |(?P<name>[A-Za-z_][\w$.]*)
    |(?P<caret>\^[\w$.-]+)
    |(?P<arrow>[-=]>)
    |(?P<open>[(\[{<])
    |(?P<close>[)\]}>])
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_STARTS = ("value", "name", "string", "caret")
_CONTINUED = ("reducer", "cond", "do", "else", "attributes")
_CLOSING = {"(": ")", "[": "]", "{": "}", "<": ">"}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    start: int
    end: int
    begins: bool
    """Whether nothing stands before it in its line."""


@dataclass(frozen=True)
class Operation:
    """An operation: values it defines and reads, its text without regions and types, its types, its regions.

    `labels` are the texts of the regions' own arguments.
    """

    name: str
    results: tuple[str, ...]
    operands: tuple[str, ...]
    text: str
    takes: tuple[TensorType | None, ...]
    makes: tuple[TensorType | None, ...]
    regions: tuple[tuple[Operation, ...], ...]
    labels: tuple[str, ...]
    span: Span


@dataclass(frozen=True)
class Function:
    """A function: the names and types of its arguments, and its operations."""

    name: str
    arguments: tuple[tuple[str, TensorType | None], ...]
    body: tuple[Operation, ...]
    span: Span


@dataclass
class _Reader:
    text: str
    lines: Lines
    tokens: list[_Token]
    at: int = 0
    starts: list[int] = field(init=False)
    """Where the lines begin."""

    def __post_init__(self) -> None:
        self.starts = [0, *(found.end() for found in re.finditer("\n", self.text))]

    def span(self, start: int, length: int = 1) -> Span:
        """A place by its offset."""
        line = bisect_right(self.starts, start)
        return self.lines.span(line, start - self.starts[line - 1] + 1, length)

    def word(self, token: _Token) -> str:
        """The letters of a token."""
        return self.text[token.start : token.end]

    def refuse(self, message: str) -> WeftError:
        """A finding at the current token."""
        start = self.tokens[self.at].start if self.at < len(self.tokens) else len(self.text)
        return WeftError(Diagnostic("W001", message, span=self.span(start)))

    def block(self, depth: int) -> tuple[tuple[Operation, ...], str]:
        """The operations up to the brace that closes a region, which is passed over, and its first label."""
        if depth > MAX_DEPTH:
            raise self.refuse(f"regions stand more than {MAX_DEPTH} deep in each other")
        found: list[Operation] = []
        label = ""
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if self.word(token) == "}":
                self.at += 1
                return tuple(found), label
            if token.kind == "caret":
                text = self._label()
                label = label or text
            elif token.kind in _STARTS:
                found.append(self._operation(depth))
            else:
                raise self.refuse(f"expected an operation, found '{self.word(token)[:20]}'")
        if depth:
            raise self.refuse("the module ends inside of a region")
        return tuple(found), label

    def _label(self) -> str:
        """A label of a block with its arguments."""
        level, start = 0, self.tokens[self.at].start
        while self.at < len(self.tokens):
            word = self.word(self.tokens[self.at])
            level += (word in _CLOSING) - (word in _CLOSING.values())
            self.at += 1
            if word == ":" and level == 0:
                break
        return self.text[start : self.tokens[self.at - 1].end]

    def _operation(self, depth: int) -> Operation:
        first = self.tokens[self.at]
        results = self._results()
        if self.at >= len(self.tokens):
            raise self.refuse("the module ends inside of an operation")
        name = self.word(self.tokens[self.at]).strip('"')
        start = self.tokens[self.at].end
        self.at += 1
        pieces, inner = self._rest(start, depth)
        regions = tuple(region for region, _ in inner)
        text, types = _at_types(pieces, name)
        takes, makes = signature(types)
        operands = tuple(re.findall(r"%[\w$.-]+(?:#\d+)?", text))
        return Operation(
            name,
            tuple(results),
            operands,
            text,
            tuple(takes),
            tuple(makes[-len(results) :] if results else makes),
            regions,
            tuple(label for _, label in inner),
            self.span(first.start, max(1, self.tokens[self.at - 1].end - first.start if not regions else 1)),
        )

    def _results(self) -> list[str]:
        """The values in front of the equals sign; `%a:2` are two."""
        found: list[str] = []
        while self.at < len(self.tokens) and self.tokens[self.at].kind == "value":
            name, _, count = self.word(self.tokens[self.at]).partition(":")
            if count and (len(count) > len(str(MAX_RESULTS)) or not 1 <= int(count) <= MAX_RESULTS):
                raise self.refuse(f"'{name}' is {count[:20]} values")
            found += [f"{name}#{number}" for number in range(int(count))] if count else [name]
            self.at += 1
            if self.at < len(self.tokens) and self.word(self.tokens[self.at]) in (",", "="):
                ends = self.word(self.tokens[self.at]) == "="
                self.at += 1
                if ends:
                    return found
        if found:
            raise self.refuse("expected '='")
        return found

    def _rest(self, start: int, depth: int) -> tuple[str, list[tuple[tuple[Operation, ...], str]]]:
        """The text of an operation behind its name, without its regions, and these with their labels."""
        text, regions = "", list[tuple[tuple[Operation, ...], str]]()
        level: list[str] = []
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            word = self.word(token)
            if not level and (word == "}" or (token.begins and token.kind in _STARTS and word not in _CONTINUED)):
                break
            if word == "{" and self._is_region():
                text += self.text[start : token.start]
                self.at += 1
                regions.append(self.block(depth + 1))
                start = self.tokens[self.at - 1].end
                continue
            if token.kind == "open":
                level.append(_CLOSING[word])
            elif token.kind == "close" and (not level or level.pop() != word):
                raise self.refuse(f"'{word}' closes nothing")
            self.at += 1
        end = self.tokens[self.at - 1].end
        return text + self.text[start : max(start, end)], regions

    def _is_region(self) -> bool:
        """Whether a brace opens a region: its operations stand in lines of their own."""
        behind = self.tokens[self.at + 1] if self.at + 1 < len(self.tokens) else None
        return behind is not None and behind.begins


def _tokens(text: str) -> Iterator[_Token]:
    begins = True
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or "other"
        if kind == "space":
            begins = begins or "\n" in found[0]
            continue
        yield _Token(kind, found.start(), found.end(), begins)
        begins = False


def _at_types(text: str, name: str) -> tuple[str, str]:
    """What stands before the last colon outside of all brackets, and the types behind it, without locations."""
    text = re.sub(r"\bloc\s*\((?:[^()\"]|\"[^\"]*\"|\((?:[^()\"]|\"[^\"]*\")*\))*\)\s*", "", text)
    text = re.sub(r"\s(?:cond|do|else|reducer\b.*)\s*(?=\s|$)", " ", text, flags=re.DOTALL)
    depth, colon = 0, -1
    for at, letter in enumerate(text):
        depth += deeper(text, at)
        if letter == ":" and depth == 0:
            colon = at
    if colon < 0 or name.startswith("func.func"):
        return text, ""
    return text[:colon], text[colon + 1 :]


def read_functions(text: str, file: str) -> dict[str, Function]:
    """The functions with a body, by name, also of nested modules. Raises WeftError (W001) for what is no module."""
    tokens = list(islice(_without_aliases(_tokens(text), text), MAX_TOKENS + 1))
    if len(tokens) > MAX_TOKENS:
        raise WeftError(Diagnostic("W008", f"'{file}' has more than {MAX_TOKENS} words and signs"))
    reader = _Reader(text, Lines(text, file), tokens)
    found: dict[str, Function] = {}
    pending = list(reader.block(0)[0])
    while pending:
        operation = pending.pop(0)
        if operation.name in ("func.func", "func", "util.func") and operation.regions:
            function = _function(operation)
            found[function.name] = function
        elif operation.name in ("module", "builtin.module"):
            pending += [item for region in operation.regions for item in region]
    return found


def _without_aliases(tokens: Iterable[_Token], text: str) -> Iterator[_Token]:
    """The tokens without the lines that define aliases, `#loc = …`."""
    skipping = False
    for token in tokens:
        if token.begins:
            skipping = text[token.start] in "#!"
        if not skipping:
            yield token


def _function(operation: Operation) -> Function:
    name = re.search(r'\bsym_name\s*=\s*(")([^"]+)"', operation.text)
    # In generic form the arguments are those of the body.
    text = operation.labels[0] if name else operation.text
    name = name or re.search(r'@("?)([^"\s(]+)\1', operation.text)
    arguments = re.findall(r"(%[\w$.-]+)\s*:\s*(tensor<(?:[^<>]|<[^<>]*>)*>|[\w!.]+)", text)
    types = tuple((value, type_of(text)) for value, text in arguments)
    return Function(name[2] if name else "", types, operation.regions[0], operation.span)

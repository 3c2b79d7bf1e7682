"""Macros: what `#define` says, and how its uses are replaced; each word remembers where the use stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ...ir import Diagnostic, Findings, WeftError
from ..sizes import Sizes
from .arithmetic import integer_of
from .tokens import MAX_TOKENS, Source, Token

_MAX_DEPTH = 60
_REST = "__VA_ARGS__"
_KEPT = frozenset(["floord", "ceild"])
"""Polyhedral tools define these divisions by conditionals, which would hide what they are."""
_OPERATORS = frozenset(["(", ")", "+", "-", "*", "/", "%", "<<", ">>"])
_KEYWORDS = (
    "auto break case char const continue default do double else enum extern float for goto if inline int long"
    " register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while"
    " _Alignas _Alignof _Atomic _Bool _Complex _Generic _Imaginary _Noreturn _Static_assert _Thread_local"
)
KEYWORDS = frozenset(_KEYWORDS.split())


@dataclass(frozen=True, slots=True)
class Macro:
    """A macro; one without parameters, not even `()`, has None. `sizable` if it may stand for a size."""

    name: str
    body: tuple[Token, ...]
    parameters: tuple[str, ...] | None = None
    sizable: bool = False


def define(name: str, body: list[Token], parameters: tuple[str, ...] | None = None) -> Macro:
    """The macro of a `#define`."""
    sizable = parameters is None and bool(body) and all(_is_integer(token) for token in body)
    return Macro(name, tuple(body), parameters, sizable)


def _is_integer(token: Token) -> bool:
    if token.kind == "name":
        return token.text not in KEYWORDS
    return token.text in _OPERATORS or (token.kind == "number" and integer_of(token.text) is not None)


def read_parameters(tokens: list[Token]) -> tuple[tuple[str, ...], int] | None:
    """The parameters of a function-like macro from its `(` on, and how many tokens they are; None if malformed."""
    names: list[str] = []
    for place in range(1, len(tokens)):
        token = tokens[place]
        if place % 2 == 0 or (place == 1 and token.text == ")"):
            if token.text == ")":
                return tuple(names), place + 1
            if token.text != ",":
                return None
        elif token.kind == "name" or token.text == "...":
            names.append(_REST if token.text == "..." else token.text)
        else:
            return None
    return None


@dataclass(slots=True)
class Expansion:
    """Replaces macros in the tokens of one text; a size that is given wins over a macro of its name."""

    source: Source
    sizes: Sizes
    findings: Findings
    fallbacks: Mapping[str, Macro]
    """Macros of headers that are not read; they do not count as defined."""
    macros: dict[str, Macro] = field(default_factory=dict)
    count: int = 0

    def run(self, tokens: list[Token], depth: int = 0) -> list[Token]:
        """The tokens with every macro replaced, again and again until none is left."""
        if tokens and depth > _MAX_DEPTH:
            message = f"macros nested deeper than {_MAX_DEPTH}"
            raise WeftError(Diagnostic("W411", message, span=self.source.at(tokens[0])))
        stack, result = tokens[::-1], []
        while stack:
            token = stack.pop()
            macro = self._macro(token)
            body = self._body(macro, token, stack, depth) if macro else None
            if body is None:
                result.append(token)
            else:
                self.spend(len(body) + 1, token)
                stack += body[::-1]
        return result

    def _macro(self, token: Token) -> Macro | None:
        """The macro that a token names."""
        name = token.text
        if token.kind != "name" or name in token.hidden or name in _KEPT:
            return None
        macro = self.macros.get(name) or self.fallbacks.get(name)
        if macro and macro.sizable and self.sizes.get(name) is not None:
            return None
        if macro is None and name.startswith("_PB_"):
            return Macro(name, (replace(token, text=name.removeprefix("_PB_")),))
        return macro

    def spend(self, count: int, token: Token) -> None:
        """Count words that were worked on; WeftError if they are too many."""
        self.count += count
        if self.count > MAX_TOKENS:
            message = f"the text has more than {MAX_TOKENS} words, with its macros replaced"
            raise WeftError(Diagnostic("W411", message, span=self.source.at(token)))

    def _body(self, macro: Macro, token: Token, stack: list[Token], depth: int) -> list[Token] | None:
        """What replaces a use of a macro; takes its arguments from the stack. None if it is no use of it."""
        start, end, arguments = token.start, token.end, None
        if macro.parameters is not None:
            if not stack or stack[-1].text != "(":
                return None
            arguments, last = self._arguments(macro, token, stack)
            if arguments is None:
                return None
            start, end = min(start, last.start), max(end, last.end)
        if any(item.text in ("#", "##") for item in macro.body):
            message = f"macro '{macro.name}' joins or quotes words with '#'"
            self.findings.add("W411", message, self.source.span(start, end), hint="write its uses out")
            return None
        hidden = token.hidden | {macro.name}
        expanded = {name: self.run(item, depth + 1) for name, item in (arguments or {}).items()}
        body: list[Token] = []
        for item in macro.body:
            body += expanded[item.text] if item.text in expanded else [Token(item.kind, item.text, start, end)]
        return [Token(item.kind, item.text, item.start, item.end, item.hidden | hidden) for item in body]

    def _arguments(self, macro: Macro, token: Token, stack: list[Token]) -> tuple[dict[str, list[Token]] | None, Token]:
        """The arguments of a use by parameter, and its last token; None with a finding if they do not fit."""
        parameters = macro.parameters or ()
        found: list[list[Token]] = [[]]
        depth, last = 0, token
        while stack:
            last = stack.pop()
            depth += {"(": 1, ")": -1}.get(last.text, 0)
            if depth == 0:
                break
            if last.text == "," and depth == 1 and not (_REST in parameters and len(found) == len(parameters)):
                found.append([])
            elif depth > 1 or last.text != "(":
                found[-1].append(last)
        if depth:
            self.findings.add("W001", f"the '(' of macro '{macro.name}' is never closed", self.source.at(token))
            return None, last
        return self._fit(macro, token, last, found), last

    def _fit(self, macro: Macro, token: Token, last: Token, found: list[list[Token]]) -> dict[str, list[Token]] | None:
        parameters = macro.parameters or ()
        if found == [[]] and not parameters:
            return {}
        if _REST in parameters and len(found) == len(parameters) - 1:
            found.append([])
        if len(found) != len(parameters):
            message = f"macro '{macro.name}' takes {len(parameters)} arguments, got {len(found)}"
            self.findings.add("W001", message, self.source.span(token.start, last.end))
            return None
        return dict(zip(parameters, found, strict=True))

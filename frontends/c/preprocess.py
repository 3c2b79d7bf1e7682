"""The preprocessor: directives are obeyed, macros replaced, local headers read; pragmas keep their place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from ...ir import Findings
from ...ir.nearest import did_you_mean
from ..sizes import Sizes
from .conditions import condition
from .headers import Headers
from .macros import Expansion, Macro, define, read_parameters
from .tokens import Source, Token, scan, wrong

_DEFINED = "#define _OPENMP 201511\n#define __STDC__ 1\n#define __STDC_VERSION__ 201112\n"
_FALLBACKS = """
#define POLYBENCH_1D(name, a, la) name[a]
#define POLYBENCH_2D(name, a, b, la, lb) name[a][b]
#define POLYBENCH_3D(name, a, b, c, la, lb, lc) name[a][b][c]
#define POLYBENCH_4D(name, a, b, c, d, la, lb, lc, ld) name[a][b][c][d]
#define POLYBENCH_5D(name, a, b, c, d, e, la, lb, lc, ld, le) name[a][b][c][d][e]
#define POLYBENCH_1D_ARRAY_DECL(name, type, a, la) type name[a]
#define POLYBENCH_2D_ARRAY_DECL(name, type, a, b, la, lb) type name[a][b]
#define POLYBENCH_3D_ARRAY_DECL(name, type, a, b, c, la, lb, lc) type name[a][b][c]
#define POLYBENCH_4D_ARRAY_DECL(name, type, a, b, c, d, la, lb, lc, ld) type name[a][b][c][d]
#define POLYBENCH_5D_ARRAY_DECL(name, type, a, b, c, d, e, la, lb, lc, ld, le) type name[a][b][c][d][e]
#define POLYBENCH_LOOP_BOUND(size, parameter) size
#define SCALAR_VAL(x) x
#define SQRT_FUN(x) sqrt(x)
#define EXP_FUN(x) exp(x)
#define POW_FUN(x, y) pow(x, y)
#define __attribute__(...)
#define __attribute(...)
#define __declspec(...)
#define __extension__
#define __asm__(...)
#define __restrict restrict
#define __restrict__ restrict
#define __inline inline
#define __inline__ inline
#define __const const
#define __volatile__ volatile
#define __signed__ signed
#define M_PI 3.14159265358979323846
#define M_E 2.71828182845904523536
#define M_SQRT2 1.41421356237309504880
#define FLT_MAX 3.402823466e+38F
#define FLT_MIN 1.175494351e-38F
#define FLT_EPSILON 1.192092896e-07F
#define DBL_MAX 1.7976931348623157e+308
#define DBL_MIN 2.2250738585072014e-308
#define DBL_EPSILON 2.2204460492503131e-16
#define INT_MAX 2147483647
#define RAND_MAX 2147483647
#define INT_MIN (-2147483647 - 1)
"""
_IGNORED = frozenset(["include_next", "import", "line", "ident", "sccs", "warning"])


@dataclass(frozen=True, slots=True)
class Pragma:
    """The words of a `#pragma` after that word, also with macros replaced; and the place of the first token after."""

    tokens: tuple[Token, ...]
    expanded: tuple[Token, ...]
    place: int


@dataclass(frozen=True, slots=True)
class Preprocessed:
    """A text after preprocessing."""

    source: Source
    tokens: list[Token]
    pragmas: list[Pragma]


@dataclass(slots=True)
class _Group:
    """A group of lines under `#if`: whether it is kept, and whether one of its siblings was or must not be."""

    opening: Token
    kept: bool
    settled: bool
    last: bool = False


def preprocess(source: Source, sizes: Sizes) -> Preprocessed:
    """The tokens and pragmas of a text; WeftError with all findings if its directives are wrong."""
    findings = Findings()
    run = _Preprocessor(source, sizes, findings)
    run.expansion.macros.update(_macros(_DEFINED))
    run.expansion.fallbacks = _macros(_FALLBACKS)
    run.read()
    findings.raise_errors()
    return Preprocessed(source, run.tokens, run.pragmas)


@cache
def _macros(text: str) -> dict[str, Macro]:
    """The macros of a text of definitions."""
    run = _Preprocessor(Source(text), Sizes(), Findings())
    run.read()
    return run.expansion.macros


def _words(text: str) -> list[Token]:
    return [token for line in scan(Source(text)) for token in line]


class _Preprocessor:
    """Reads a text line by line; tokens wait in `pending`, since the arguments of a macro may span lines."""

    def __init__(self, source: Source, sizes: Sizes, findings: Findings) -> None:
        self.source = source
        self.findings = findings
        self.expansion = Expansion(source, sizes, findings, {})
        self.tokens: list[Token] = []
        self.pragmas: list[Pragma] = []
        self.pending: list[Token] = []
        self.groups: list[_Group] = []
        self.place: Token | None = None
        """Inside of a header, the word that includes it."""
        self.headers = Headers(source.file)

    def read(self) -> None:
        """Read the whole text."""
        for line in filter(None, scan(self.source)):
            self._line(line)
        self._flush()
        for group in self.groups:
            self._wrong("W001", f"'#{group.opening.text}' has no '#endif'", group.opening)

    def _line(self, line: list[Token]) -> None:
        self.expansion.spend(len(line), self._at(line[0]))
        if line[-1].text == "/*":
            self.findings.items.append(wrong(self.source, self._at(line.pop())))
        if line and line[0].text == "#":
            self._directive(line)
        elif self._kept:
            self.pending += map(self._at, line)

    def _at(self, token: Token) -> Token:
        """A word where it stands in the text: one of a header stands where that is included."""
        return replace(token, start=self.place.start, end=self.place.end) if self.place else token

    @property
    def _kept(self) -> bool:
        return not self.groups or self.groups[-1].kept

    def _wrong(self, code: str, message: str, token: Token, hint: str = "") -> None:
        self.findings.add(code, message, self.source.at(self._at(token)), hint=hint)

    def _flush(self) -> None:
        found, self.pending = self.expansion.run(self.pending), []
        self.findings.items += [wrong(self.source, item) for item in found if item.kind == "wrong" or item.text in "##"]
        self._split(found)

    def _split(self, found: list[Token]) -> None:
        """Add tokens, and `_Pragma("…")` among them as pragmas."""
        place = 0
        while place < len(found):
            texts = [token.text for token in found[place : place + 4]]
            if texts[:2] == ["_Pragma", "("] and texts[3:] == [")"]:
                string = found[place + 2]
                words = [replace(token, start=string.start, end=string.end) for token in _words(string.text.strip('"'))]
                self._pragma(string, words)
                place += 4
            else:
                self.tokens.append(found[place])
                place += 1

    def _directive(self, line: list[Token]) -> None:
        """Obey a line that begins with `#`."""
        if len(line) == 1 or line[1].kind == "number":
            return
        word, rest = line[1], line[2:]
        if word.text in _CONDITIONALS:
            _CONDITIONALS[word.text](self, word, rest)
        elif self._kept and word.text in _DIRECTIVES:
            _DIRECTIVES[word.text](self, word, rest)
        elif self._kept and word.text not in _IGNORED:
            known = (f"#{name}" for name in (*_CONDITIONALS, *_DIRECTIVES, *_IGNORED))
            hint = did_you_mean(f"#{word.text}", known)
            self._wrong("W001", f"unknown directive '#{word.text}'", word, hint)

    def _define(self, word: Token, rest: list[Token]) -> None:
        self._flush()
        if not rest or rest[0].kind != "name":
            self._wrong("W001", "expected a name after '#define'", rest[0] if rest else word)
            return
        name, body = rest[0], rest[1:]
        if body and body[0].text == "(" and body[0].start == name.end:
            found = read_parameters(body)
            if found is None:
                self._wrong("W001", f"the parameters of macro '{name.text}' are not names between commas", name)
                return
            self.expansion.macros[name.text] = define(name.text, body[found[1] :], found[0])
        else:
            self.expansion.macros[name.text] = define(name.text, body)

    def _undef(self, word: Token, rest: list[Token]) -> None:
        self._flush()
        for token in rest[:1]:
            self.expansion.macros.pop(token.text, None)

    def _include(self, word: Token, rest: list[Token]) -> None:
        """Read a local header in the place of the line; one that is not there is left out, as those of the system."""
        self._flush()
        name = self._at(rest[0]) if rest and rest[0].kind == "string" else None
        text = self.headers.enter(name.text.strip('"')) if name else None
        if text is None:
            return
        around, self.place = self.place, name
        for line in filter(None, scan(Source(text))):
            self._line(line)
        self._flush()
        self.place = around
        self.headers.leave()

    def _pragma(self, word: Token, rest: list[Token]) -> None:
        self._flush()
        rest = list(map(self._at, rest))
        if [token.text for token in rest] == ["once"]:
            self.headers.never_again()
        elif rest:
            self.pragmas.append(Pragma(tuple(rest), tuple(self.expansion.run(rest)), len(self.tokens)))

    def _error(self, word: Token, rest: list[Token]) -> None:
        words = " ".join(token.text for token in (word, *rest))
        end = self._at(rest[-1] if rest else word).end
        place = self.source.span(self._at(word).start, end)
        self.findings.add("W411", f"the text refuses to be compiled: '#{words}'", place)

    def _if(self, word: Token, rest: list[Token]) -> None:
        self._flush()
        group = _Group(word, False, not self._kept)
        self.groups.append(group)
        if not group.settled:
            group.kept = group.settled = self._holds(word, rest)

    def _elif(self, word: Token, rest: list[Token]) -> None:
        self._flush()
        group = self._group(word)
        if group:
            group.kept = not group.settled and self._holds(word, rest)
            group.settled |= group.kept

    def _else(self, word: Token, rest: list[Token]) -> None:
        self._flush()
        group = self._group(word)
        if group:
            group.kept, group.settled, group.last = not group.settled, True, True

    def _endif(self, word: Token, rest: list[Token]) -> None:
        self._flush()
        if self.groups:
            self.groups.pop()
        else:
            self._wrong("W001", "'#endif' without '#if'", word)

    def _group(self, word: Token) -> _Group | None:
        """The group that an `#else` or `#elif` follows."""
        if self.groups and not self.groups[-1].last:
            return self.groups[-1]
        self._wrong("W001", f"'#{word.text}' without '#if'", word)
        return None

    def _holds(self, word: Token, rest: list[Token]) -> bool:
        if word.text in ("if", "elif"):
            return condition(self._at(word), list(map(self._at, rest)), self.expansion)
        if not rest or rest[0].kind != "name":
            self._wrong("W001", f"expected a name after '#{word.text}'", word)
            return False
        return (rest[0].text in self.expansion.macros) == (word.text == "ifdef")


_Handler = Callable[[_Preprocessor, Token, list[Token]], None]
_CONDITIONALS: dict[str, _Handler] = {
    "if": _Preprocessor._if,
    "ifdef": _Preprocessor._if,
    "ifndef": _Preprocessor._if,
    "elif": _Preprocessor._elif,
    "else": _Preprocessor._else,
    "endif": _Preprocessor._endif,
}
_DIRECTIVES: dict[str, _Handler] = {
    "define": _Preprocessor._define,
    "undef": _Preprocessor._undef,
    "include": _Preprocessor._include,
    "pragma": _Preprocessor._pragma,
    "error": _Preprocessor._error,
}

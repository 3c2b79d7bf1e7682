"""Pragmas of OpenMP and of Weft: which loops are parallel or chunks, on which units, and what memories hold."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ...ir import Findings, Placement, Span
from ...ir.nearest import did_you_mean
from ..sizes import Sizes
from .conditions import evaluate
from .preprocess import Pragma, Preprocessed
from .tokens import Token

_WEFT = ("chunk", "memory", "units", "hold")


@dataclass(frozen=True, slots=True)
class Marks:
    """What pragmas say of a loop; `collapse` counts the loops that share its iterations among `threads`."""

    span: Span
    parallel: bool = False
    chunk: bool = False
    collapse: int = 1
    threads: int | None = None
    units: int | None = None
    memory: str | None = None


@dataclass(slots=True)
class Marked:
    """The pragmas of a function by the places of the tokens that they stand before."""

    loops: dict[int, Marks] = field(default_factory=dict)
    regions: dict[int, int | None] = field(default_factory=dict)
    """Blocks and loops that every thread runs, and how many threads there are."""
    placements: list[Placement] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A word about the next parallel loop from a place on."""

    place: int
    units: int | None
    memory: str | None
    span: Span


def read_pragmas(program: Preprocessed, first: int, last: int, sizes: Sizes, findings: Findings) -> Marked:
    """The pragmas before the tokens from `first` to `last`."""
    reader = _Reader(program, sizes, findings)
    start = bisect_left(program.pragmas, first, key=lambda item: item.place)
    end = bisect_right(program.pragmas, last, key=lambda item: item.place)
    for pragma in program.pragmas[start:end]:
        reader.read(pragma)
    reader.finish()
    return reader.marked


class _Reader:
    def __init__(self, program: Preprocessed, sizes: Sizes, findings: Findings) -> None:
        self.program = program
        self.sizes = sizes
        self.findings = findings
        self.marked = Marked()
        self.waiting: list[_Waiting] = []

    def read(self, pragma: Pragma) -> None:
        """Note what a pragma says."""
        if pragma.tokens[0].text == "omp":
            self._openmp(pragma)
        elif pragma.tokens[0].text == "weft":
            self._weft(pragma)

    def finish(self) -> None:
        """Give the words about the next parallel loop to that loop."""
        places = sorted(place for place, marks in self.marked.loops.items() if marks.parallel)
        for item in self.waiting:
            index = bisect_left(places, item.place)
            if index == len(places):
                hint = "parallel loops stand under '#pragma omp parallel for'"
                self.findings.add("W411", "no parallel loop follows", item.span, hint=hint)
                continue
            marks = self.marked.loops[places[index]]
            marks = replace(marks, units=item.units or marks.units, memory=item.memory or marks.memory)
            self.marked.loops[places[index]] = marks

    def _openmp(self, pragma: Pragma) -> None:
        clauses = _clauses(pragma.expanded[1:])
        words = [word.text for word, arguments in clauses if arguments is None]
        options = {word.text: arguments for word, arguments in clauses if arguments is not None}
        threads = self._number(options.get("num_threads"))
        if threads is not None and threads < 1:
            self.findings.add("W411", "'num_threads' needs a positive number", self._span(pragma))
        if "for" in words or "distribute" in words:
            collapse = self._number(options.get("collapse")) if "collapse" in options else 1
            if collapse is None or collapse < 1:
                self.findings.add("W411", "'collapse' needs a positive constant", self._span(pragma))
                return
            self._mark(pragma, replace(self._marks(pragma), parallel=True, collapse=collapse, threads=threads))
        elif words == ["parallel"]:
            if self._text(pragma) in ("{", "for"):
                self.marked.regions[pragma.place] = threads
            else:
                self._misplaced(pragma, "block or loop")

    def _weft(self, pragma: Pragma) -> None:
        clauses = _clauses(pragma.tokens[1:])
        numbers = {word.text: arguments for word, arguments in _clauses(pragma.expanded[1:])}
        if not clauses:
            self.findings.add("W001", f"expected one of {', '.join(_WEFT)} after 'weft'", self._span(pragma))
        for word, arguments in clauses:
            texts = [token.text for token in arguments or ()]
            if word.text == "chunk" and arguments is None:
                self._mark(pragma, replace(self._marks(pragma), chunk=True))
            elif word.text == "memory" and len(texts) == 1:
                name = texts[0].strip('"')
                self.waiting.append(_Waiting(pragma.place, None, name, self._span(pragma)))
            elif word.text == "units" and (count := self._number(numbers.get("units"))) and count > 0:
                self.waiting.append(_Waiting(pragma.place, count, None, self._span(pragma)))
            elif word.text == "hold" and _is_holding(texts):
                self.marked.placements.append(Placement(texts[0], tuple(texts[2::2]), self._span(pragma)))
            else:
                self._unknown(word)

    def _unknown(self, word: Token) -> None:
        """A finding about a word of Weft's that is unknown, or whose arguments do not fit."""
        forms = {"chunk": "chunk", "memory": "memory(L1)", "units": "units(8)", "hold": "hold(L1: input, filter)"}
        span = self.program.source.at(word)
        if word.text in forms:
            self.findings.add("W001", f"expected '{forms[word.text]}'", span)
            return
        hint = did_you_mean(word.text, _WEFT, "words")
        self.findings.add("W002", f"unknown pragma of weft: '{word.text}'", span, hint=hint)

    def _marks(self, pragma: Pragma) -> Marks:
        return self.marked.loops.get(pragma.place) or Marks(self._span(pragma))

    def _mark(self, pragma: Pragma, marks: Marks) -> None:
        if self._text(pragma) != "for":
            self._misplaced(pragma, "'for' loop")
        elif marks.parallel and marks.chunk:
            self.findings.add("W411", "a loop is parallel or a chunk, not both", self._span(pragma))
        else:
            self.marked.loops[pragma.place] = marks

    def _misplaced(self, pragma: Pragma, what: str) -> None:
        words = " ".join(token.text for token in pragma.tokens[:3] if token.kind == "name")
        self.findings.add("W411", f"'#pragma {words}' stands before no {what}", self._span(pragma))

    def _text(self, pragma: Pragma) -> str:
        """The first word after a pragma."""
        tokens = self.program.tokens
        return tokens[pragma.place].text if pragma.place < len(tokens) else ""

    def _span(self, pragma: Pragma) -> Span:
        return self.program.source.span(pragma.tokens[0].start, pragma.tokens[-1].end)

    def _number(self, tokens: Sequence[Token] | None) -> int | None:
        return evaluate(self.program.source, list(tokens), self.sizes.get) if tokens else None


def _is_holding(texts: list[str]) -> bool:
    """Whether words are a memory, a colon, and names between commas, or none."""
    commas, count = texts[3::2], len(texts)
    return texts[1:2] == [":"] and set(commas) <= {","} and (count == 2 or count % 2 == 1)


def _clauses(tokens: Sequence[Token]) -> list[tuple[Token, tuple[Token, ...] | None]]:
    """Words, each with what stands in the parentheses after it, or None."""
    found: list[tuple[Token, tuple[Token, ...] | None]] = []
    place = 0
    while place < len(tokens):
        word, end = tokens[place], place + 1
        if end < len(tokens) and tokens[end].text == "(":
            level = 0
            while end < len(tokens):
                level += (tokens[end].text == "(") - (tokens[end].text == ")")
                end += 1
                if level == 0:
                    break
            found.append((word, tuple(tokens[place + 2 : end - 1])))
        elif word.text != ",":
            found.append((word, None))
        place = end
    return found

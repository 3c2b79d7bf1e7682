"""Diagnostics are values: a code, a message, where it stands, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from .printable import make_printable, printable

CODES: dict[str, str] = {
    "W001": "syntax error",
    "W002": "unknown name",
    "W003": "missing dimension",
    "W004": "bad size",
    "W005": "unbound symbol",
    "W006": "defined twice",
    "W007": "unsupported operator",
    "W008": "unreadable file",
    "W009": "missing dataflow",
    "W010": "extent out of range",
    "W011": "workload that cannot be counted",
    "W012": "part of another package that cannot be used",
    "W101": "dimension mapped twice in one level",
    "W102": "chunk holds no window",
    "W103": "windows that cannot be expressed on outputs",
    "W104": "gap: an iteration point is never executed",
    "W105": "overlap: an iteration point is executed twice",
    "W106": "cluster larger than the machine",
    "W107": "idle processing elements",
    "W108": "redundant directive",
    "W109": "zeros are multiplied",
    "W110": "chunks do not partition their parent",
    "W201": "memory over-full",
    "W202": "reduction without hardware",
    "W203": "memory cannot be placed",
    "W204": "part of the machine takes no part",
    "W205": "bad accelerator",
    "W301": "oracles disagree",
    "W302": "not verified",
    "W303": "impossible count",
    "W401": "subscript that is not affine",
    "W402": "bound that is not affine or depends on data",
    "W403": "conditional",
    "W404": "index over too many dimensions",
    "W405": "imperfect nest that cannot be split",
    "W406": "dependence that is not a reduction",
    "W407": "iteration space that is not a box",
    "W408": "order that no directive expresses",
    "W409": "nothing to raise",
    "W410": "statement that is not raised",
    "W411": "unsupported construct",
    "W412": "array counted as several tensors",
    "W413": "temporary counted as a tensor",
    "W414": "loops that were separated",
    "W415": "elements that an array does not have",
    "W501": "unsupported Timeloop key",
    "W502": "bad Timeloop value",
    "W503": "Timeloop loops that do not make up the problem",
    "W504": "Timeloop key without effect",
    "W505": "mapping that Timeloop cannot express",
    "W601": "bad density",
    "W602": "sparsity without effect",
    "W603": "compressed data may not fit",
    "W604": "search that counts zeros",
    "W701": "constraint that nothing satisfies",
    "W702": "template that is no space",
    "W703": "too many structures",
    "W704": "no valid program in the space",
    "W705": "no program found in time",
    "W706": "no common dataflow",
    "W707": "certificate that does not hold",
    "W708": "what a search has proved",
    "W709": "axes that share a dimension",
    "W710": "too many sizes at a level",
    "W721": "unusable store of results",
    "W722": "task whose worker died",
    "W723": "no workers",
    "W731": "bad job",
    "W732": "bad table of options",
    "W741": "layers that are no fused program",
    "W801": "model that cannot be read",
    "W802": "node that is left out",
    "W803": "node counted otherwise than it runs",
    "W804": "nodes that are no layers",
    "W805": "shapes that do not agree",
}
"""Every diagnostic code with its title; `docs/diagnostics.md` explains each."""


_AROUND = 120
"""Characters of a line that are shown before a place, and half of those behind it."""


class Severity(StrEnum):
    """How grave a finding is; only an error stops a layer."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a source: 1-based `line` and `column`, `length` characters of `text`, the whole line."""

    file: str
    line: int
    column: int
    length: int = 1
    text: str = ""

    def __str__(self) -> str:
        return f"{printable(self.file)}:{self.line}:{self.column}"

    def marked(self) -> tuple[str, str]:
        """The line, and under it carets below the place; what is escaped in the line is wider than it was.

        Of a long line it is what stands around the place: there may be a finding for every word of it.
        """
        first, last = max(0, self.column - 1 - _AROUND), self.column - 1 + 2 * _AROUND
        before = "…" * (first > 0) + self.text[first : self.column - 1].replace("\t", " ")
        rest = self.text[self.column - 1 : last].replace("\t", " ") + "…" * (last < len(self.text))
        number, start = str(self.line), printable(before)
        indent = max(0, self.column - 1 - len(self.text))  # of a place behind the end of the line
        width = max(1, len(printable(rest[: self.length])))
        carets = " " * (len(start) + indent) + "^" * width
        return f" {number} | {start}{printable(rest)}", f" {' ' * len(number)} | {carets}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding about a program, a machine or a file. Its texts are printable, whatever they quote."""

    code: str
    message: str
    severity: Severity = Severity.ERROR
    span: Span | None = None
    notes: tuple[str, ...] = ()
    hint: str = ""

    def __post_init__(self) -> None:
        make_printable(self, "message", "hint")
        if not all(note.isprintable() for note in self.notes):
            object.__setattr__(self, "notes", tuple(map(printable, self.notes)))

    @property
    def is_error(self) -> bool:
        """Whether the finding stops the layer that it concerns."""
        return self.severity is Severity.ERROR

    def __str__(self) -> str:
        where = f"{self.span}: " if self.span else ""
        lines = [f"{where}{self.severity}[{self.code}]: {self.message}"]
        lines += self.span.marked() if self.span and self.span.text else ()
        lines += [f"  note: {note}" for note in self.notes]
        if self.hint:
            lines.append(f"  hint: {self.hint}")
        return "\n".join(lines)


class WeftError(Exception):
    """A user's mistake, carried by the diagnostics that explain it."""

    def __init__(self, diagnostics: Iterable[Diagnostic] | Diagnostic) -> None:
        self.diagnostics = (diagnostics,) if isinstance(diagnostics, Diagnostic) else tuple(diagnostics)
        super().__init__("\n".join(str(diagnostic) for diagnostic in self.diagnostics))

    def __reduce__(self) -> tuple[type[WeftError], tuple[tuple[Diagnostic, ...]]]:
        # Errors come back from other processes, by default made of their text.
        return type(self), (self.diagnostics,)


class WeftWarning(UserWarning):
    """A finding that is no error, where a function has no place to return it."""


class InternalError(Exception):
    """A broken invariant: a defect of Weft, never of the user's program."""


@dataclass(slots=True)
class Findings:
    """Collects diagnostics, so that all of them are reported and not only the first."""

    items: list[Diagnostic] = field(default_factory=list)

    def add(
        self,
        code: str,
        message: str,
        span: Span | None = None,
        *,
        severity: Severity = Severity.ERROR,
        notes: Iterable[str] = (),
        hint: str = "",
    ) -> None:
        """Record one finding."""
        self.items.append(Diagnostic(code, message, severity, span, tuple(notes), hint))

    @property
    def has_errors(self) -> bool:
        """Whether any finding so far is an error."""
        return any(item.is_error for item in self.items)

    def raise_errors(self) -> None:
        """Raise `WeftError` with all findings if one of them is an error."""
        if self.has_errors:
            raise WeftError(self.items)

"""Where the operations of a module stand in its text, and what its values are called there."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import NoReturn

from xdsl.dialects.builtin import FileLineColLoc
from xdsl.ir import Operation, SSAValue

from ...ir import Diagnostic, Span
from ..text import Lines


class Source:
    """A text whose places are given as offsets."""

    def __init__(self, text: str, file: str) -> None:
        self._text = text
        self._lines = Lines(text, file)
        self._starts = [0, *accumulate(len(line) for line in text.splitlines(keepends=True) or [""])]

    def span(self, start: int, end: int | None = None) -> Span:
        """The place from one offset to another, at most to the end of the line."""
        start = min(start, len(self._text))
        line = max(1, min(bisect_right(self._starts, start), len(self._starts) - 1))
        rest = self._starts[line] if end is None else min(end, self._starts[line])
        shown = self._lines.span(line, start - self._starts[line - 1] + 1)
        return replace(shown, length=max(1, len(self._text[start:rest].rstrip())))


@dataclass(slots=True)
class Places:
    """The spans of operations and the full names of values, as the parser of a text met them.

    xDSL keeps neither: it drops a trailing `_1` of a name. Without a text, spans are the operations' own locations
    and names are xDSL's hints.
    """

    spans: dict[Operation, Span] = field(default_factory=dict)
    definitions: dict[SSAValue, Span] = field(default_factory=dict)
    names: dict[SSAValue, str] = field(default_factory=dict)
    unknown: dict[Operation, Diagnostic] = field(default_factory=dict)
    """The functions whose text could not be read, and why."""

    def span(self, operation: Operation) -> Span | None:
        """Where an operation stands."""
        found = self.spans.get(operation)
        location = operation.location
        if found is None and isinstance(location, FileLineColLoc):
            return Span(location.filename.data, location.line.data, location.column.data)
        return found

    def broken(self, operation: Operation) -> Diagnostic | None:
        """What is wrong with an operation, without what is inside of it, by the rules of xDSL."""
        try:
            object.__setattr__(operation, "emit_error", _raised)
            operation.verify(verify_nested_ops=False)
        except Exception as error:
            # Some verifiers raise a bare Exception.
            lines = str(error).strip().splitlines() or ["malformed operation"]
            return Diagnostic("W001", f"'{operation.name}': {lines[-1]}", span=self.span(operation))
        finally:
            object.__delattr__(operation, "emit_error")
        return None

    def argument(self, value: SSAValue, function: Operation) -> Span | None:
        """Where an argument of a function stands."""
        return self.definitions.get(value) or self.span(function)

    def name(self, value: SSAValue) -> str:
        """What a value is called, without `%`; empty if it has no name."""
        return self.names.get(value) or value.name_hint or ""


def _raised(message: str, error: Exception) -> NoReturn:
    """In place of what prints the whole function for every finding in it."""
    raise error

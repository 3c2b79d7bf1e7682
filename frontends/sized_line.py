"""A line `HEAD:NAME=SIZE,…`: its parts with their places, and the numbers that it gives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..ir import MAX_EXTENT, Findings, Layer, Span, Workload
from .maestro.extents import Numbers
from .maestro.sizes import guess
from .text import Lines

SHOWN = 40
"""Characters of a wrong name that are shown."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the line with its place."""

    text: str
    span: Span


class SizedLine:
    """Reads one line; what is wrong is collected in `findings`."""

    def __init__(self, text: str) -> None:
        self.text, self.lines = text, Lines(text, "<workload>")
        self.name = re.sub(r"\s+", "", text).rstrip(",")
        colon = text.find(":") if ":" in text else len(text)
        self.head, self.behind_head = self.part(0, colon), min(colon + 1, len(text))
        self.findings = Findings()

    def part(self, start: int, stop: int) -> Part:
        """The text between two places, without the spaces around it."""
        text = self.text[start:stop]
        start += len(text) - len(text.lstrip())
        return Part(text.strip(), self.lines.span(1, start + 1, len(text.strip())))

    def layer(self, name: str, workload: Workload) -> Layer:
        """A layer of the line, without dataflow."""
        return Layer(name, workload, operator=workload.operator, span=self.head.span)

    def numbers(self, names: tuple[str, ...], start: int, zero: tuple[str, ...] = ()) -> Numbers:
        """The numbers by name from a place on, those of `zero` from 0 on; a wrong one becomes 1: it is told once."""
        numbers: Numbers = {}
        for name, value in self._pairs(start):
            if name.text not in names:
                self.unknown_name(name, names)
            elif name.text in numbers:
                self.findings.add("W006", f"{name.text} is given twice", name.span)
            else:
                numbers[name.text] = self._number(name.text, value, 0 if name.text in zero else 1), name.span
        return numbers

    def _pairs(self, start: int) -> Iterator[tuple[Part, Part]]:
        """The names and values between the commas."""
        for found in re.compile(r"([^,=]*)(=?)([^,]*)(,|$)").finditer(self.text, start):
            pieces = [self.part(*found.span(group)) for group in (1, 3)]
            if found[2] and all(piece.text for piece in pieces):
                yield pieces[0], pieces[1]
            elif found[0] and not (found[0].strip() == "" and found.end() == len(self.text)):
                whole = self.part(found.start(), found.end())
                self.findings.add("W001", f"expected NAME=SIZE, found '{whole.text}'", whole.span)

    def unknown_name(self, name: Part, names: tuple[str, ...], hint: str = "") -> None:
        """Tell of a name that the head has not, with what it has or a better hint."""
        ending = guess(name.text[:SHOWN], names)
        hint = hint or f"{self.head.text} has {', '.join(names)}"
        self.findings.add("W002", f"{self.head.text} has no '{name.text[:SHOWN]}'{ending}", name.span, hint=hint)

    def _number(self, name: str, value: Part, least: int) -> int:
        if not re.fullmatch(r"[+-]?[0-9]+", value.text):
            self.findings.add("W004", f"{name} must be an integer, not '{value.text[:SHOWN]}'", value.span)
            return 1
        number = int(value.text) if len(value.text) < SHOWN else MAX_EXTENT + 1
        if number < least:
            self.findings.add("W004", f"{name} is {number}; it must be at least {least}", value.span)
        elif number > MAX_EXTENT:
            message = f"{name} is {value.text[:SHOWN]}; the limit is {MAX_EXTENT} (2**31-1)"
            self.findings.add("W010", message, value.span)
        return number if least <= number <= MAX_EXTENT else 1

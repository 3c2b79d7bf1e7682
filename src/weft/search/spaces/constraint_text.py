"""The text of one constraint: its words, where they stand, and what is said about a wrong one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ...ir import Findings, Span
from ...ir.nearest import SHORT, did_you_mean

_HEAD = re.compile(r"\s*(?P<key>[^\s:@,]+)(?:\s+(?P<subject>[^\s:@,]+))?(?:\s*@\s*(?P<where>[^\s:@,]+))?\s*:")
_WORD = re.compile(r"[^\s,]+")
_RANGE = re.compile(r"(?P<low>\d*)\s*\.\.\s*(?P<high>\d*)|(?P<one>\d+)")

MOST_SIZES = 1_000_000
"""Sizes that a range may list."""

FORMS = "'K: 16..64', 'K@L1: 8', 'order: C outside K', 'spatial: K, C', 'shape: 16x16', 'hold L2: input'"


def number_of(digits: str) -> int:
    """The number of some decimal digits; one beyond any size if there are too many."""
    return int(digits) if len(digits) < 19 else 10**18


@dataclass(frozen=True, slots=True)
class Word:
    """A word and its place in the text, counted from 0."""

    text: str
    start: int


@dataclass(frozen=True)
class ConstraintText:
    """`KEY [SUBJECT][@WHERE]: VALUE`. `number` counts constraints from 1, as the line of their diagnostics."""

    text: str
    number: int
    key: Word
    subject: Word | None
    where: Word | None
    value: Word
    findings: Findings = field(compare=False)

    def report(self, code: str, message: str, word: Word, hint: str = "") -> None:
        """Record what is wrong with a word."""
        self.findings.add(code, message, _span(self.text, self.number, word), hint=hint)

    def unknown(self, kind: str, word: Word, known: Iterable[str]) -> None:
        """Record an unknown name with the nearest one."""
        names = list(known)
        near = did_you_mean(word.text, names, likeness=SHORT)
        listed = ", ".join(names)
        ending = f", {near}" if near else ""
        self.report("W002", f"unknown {kind} '{word.text}'{ending}", word, f"there are {listed}" if listed else "")

    def words(self) -> list[Word]:
        """The words of the value, between commas and blanks."""
        return [Word(found[0], self.value.start + found.start()) for found in _WORD.finditer(self.value.text)]

    def names(self, kind: str, known: Iterable[str]) -> list[str] | None:
        """The words of the value, all of them known; None with findings."""
        names, words, before = list(known), self.words(), len(self.findings.items)
        seen: set[str] = set()
        for word in words:
            if word.text not in names:
                self.unknown(kind, word, names)
            elif word.text in seen:
                self.report("W006", f"{kind} '{word.text}' is named twice", word)
            seen.add(word.text)
        return [word.text for word in words] if len(self.findings.items) == before else None

    def numbers(self, most: int) -> tuple[int, ...] | None:
        """The numbers up to `most` that the value lists or spans (`4, 8..16, 32..`), ascending; None with findings."""
        ranges: list[tuple[int, int]] = []
        before = len(self.findings.items)
        parts = list(self._parts())
        if not parts:
            self.report("W001", "expected sizes, such as 16..64 or 1, 2, 4", self.value)
        for part in parts:
            match = _RANGE.fullmatch(part.text)
            if match is None or part.text == "..":
                self.report("W001", f"'{part.text}' is no size and no range", part, "write 16, 16..64, 16.. or ..64")
                continue
            low = number_of(match["one"] or match["low"] or "1")
            high = number_of(match["one"] or match["high"] or str(max(low, most)))
            if low > high:
                self.report("W004", f"the range {part.text} is empty: {low} is more than {high}", part)
            elif low < 1:
                self.report("W004", f"a size is at least 1, not {low}", part)
            ranges.append((low, min(high, most)))
        if len(self.findings.items) > before:
            return None
        found = _merged(ranges)
        if not found:
            self.report("W701", f"no size from 1 to {most} is in '{self.value.text.strip()}'", self.value)
        elif sum(high - low + 1 for low, high in found) > MOST_SIZES:
            self.report("W010", f"these are more than {MOST_SIZES} sizes", self.value, "give a shorter range")
        else:
            return tuple(size for low, high in found for size in range(low, high + 1))
        return None

    def _parts(self) -> Iterator[Word]:
        for found in re.finditer(r"[^,]+", self.value.text):
            stripped = found[0].strip()
            if stripped:
                yield Word(stripped, self.value.start + found.start() + found[0].index(stripped))


def _merged(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same numbers in ascending ranges that do not overlap."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        low = max(low, found[-1][1] + 1) if found else low
        if low <= high:
            found.append((low, high))
    return found


def read_constraint(text: str, number: int, findings: Findings) -> ConstraintText | None:
    """The parts of a text; None with a finding if it has no colon where one belongs."""
    match = _HEAD.match(text)
    if match is None:
        first = _WORD.search(text)
        word = Word(first[0], first.start()) if first else Word(text, 0)
        findings.add("W001", "this is no constraint", _span(text, number, word), hint=f"constraints are {FORMS}")
        return None
    key, subject, where = (Word(match[n], match.start(n)) if match[n] else None for n in ("key", "subject", "where"))
    assert key is not None
    rest = text[match.end() :]
    value = Word(rest.strip(), match.end() + len(rest) - len(rest.lstrip()))
    return ConstraintText(text, number, key, subject, where, value, findings)


def _span(text: str, number: int, word: Word) -> Span:
    return Span("constraint", number, word.start + 1, max(1, len(word.text)), text)

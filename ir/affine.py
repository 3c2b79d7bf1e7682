"""Quasi-affine expressions over iterators: Σ coefficient·atom + constant, where an atom may be a floor division."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class FloorDiv:
    """⌊numerator / divisor⌋ with a positive divisor."""

    numerator: Affine
    divisor: int

    def __str__(self) -> str:
        return f"({_factor(self.numerator)} // {self.divisor})"


Atom: TypeAlias = str | FloorDiv


@dataclass(frozen=True, slots=True)
class Affine:
    """A sum of `(atom, coefficient)` terms and a constant; equal sums are equal values.

    Build it with `Affine.of` and the operators `+`, `-`, `*` (by a number), `//` and `%` (by a positive number,
    rounding down).
    """

    terms: tuple[tuple[Atom, int], ...] = ()
    constant: int = 0

    @staticmethod
    def of(value: int | str | Affine) -> Affine:
        """A number, an iterator by name, or an expression as it is."""
        if isinstance(value, Affine):
            return value
        return Affine((), value) if isinstance(value, int) else Affine(((value, 1),))

    @staticmethod
    def total(terms: Mapping[Atom, int], constant: int = 0) -> Affine:
        """The sum of terms in normal order, without those that vanish."""
        kept = sorted((item for item in terms.items() if item[1]), key=lambda item: str(item[0]))
        return Affine(tuple(kept), constant)

    def __add__(self, other: Affine | int | str) -> Affine:
        other = Affine.of(other)
        terms = dict(self.terms)
        for atom, coefficient in other.terms:
            terms[atom] = terms.get(atom, 0) + coefficient
        return Affine.total(terms, self.constant + other.constant)

    def __sub__(self, other: Affine | int | str) -> Affine:
        return self + Affine.of(other) * -1

    def __mul__(self, factor: int) -> Affine:
        return Affine.total({atom: coefficient * factor for atom, coefficient in self.terms}, self.constant * factor)

    def __floordiv__(self, divisor: int) -> Affine:
        # Whole multiples of the divisor leave the division.
        whole = Affine(
            tuple((atom, c // divisor) for atom, c in self.terms if c % divisor == 0), self.constant // divisor
        )
        rest = Affine(tuple((atom, c) for atom, c in self.terms if c % divisor), self.constant % divisor)
        return whole + Affine(((FloorDiv(rest, divisor), 1),)) if rest.terms else whole

    def __mod__(self, divisor: int) -> Affine:
        return self - (self // divisor) * divisor

    @property
    def is_constant(self) -> bool:
        """Whether no iterator occurs."""
        return not self.terms

    @property
    def is_linear(self) -> bool:
        """Whether no floor division occurs."""
        return all(isinstance(atom, str) for atom, _ in self.terms)

    @property
    def names(self) -> frozenset[str]:
        """The iterators that occur, also inside divisions."""
        return frozenset(
            name for atom, _ in self.terms for name in ((atom,) if isinstance(atom, str) else atom.numerator.names)
        )

    def coefficient(self, name: str) -> int:
        """The coefficient of an iterator outside of divisions."""
        return dict(self.terms).get(name, 0)

    def substitute(self, values: Mapping[str, Affine]) -> Affine:
        """The expression with iterators replaced."""
        found = Affine((), self.constant)
        for atom, coefficient in self.terms:
            if isinstance(atom, str):
                new = values.get(atom, Affine(((atom, 1),)))
            else:
                new = atom.numerator.substitute(values) // atom.divisor
            found = found + new * coefficient
        return found

    def value(self, values: Mapping[str, int]) -> int:
        """The number that it is for given iterators; KeyError for one that has none."""
        return self.constant + sum(
            coefficient * (values[atom] if isinstance(atom, str) else atom.numerator.value(values) // atom.divisor)
            for atom, coefficient in self.terms
        )

    def bounds(self, ranges: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
        """Between which values it lies where each iterator lies in its range; KeyError for one that has none."""
        low = high = self.constant
        for atom, coefficient in self.terms:
            if isinstance(atom, str):
                first, last = ranges[atom]
            else:
                first, last = (end // atom.divisor for end in atom.numerator.bounds(ranges))
            low += coefficient * (first if coefficient > 0 else last)
            high += coefficient * (last if coefficient > 0 else first)
        return low, high

    def __str__(self) -> str:
        """The expression in Python's syntax."""
        text = ""
        for atom, coefficient in self.terms:
            size = "" if abs(coefficient) == 1 else f"{abs(coefficient)}*"
            sign = "-" if coefficient < 0 else "+"
            text += f" {sign} {size}{atom}" if text else f"{'-' * (coefficient < 0)}{size}{atom}"
        if not text:
            return str(self.constant)
        return text + (f" {'-' if self.constant < 0 else '+'} {abs(self.constant)}" if self.constant else "")


def _factor(expression: Affine) -> str:
    """The expression as an operand of a division."""
    simple = len(expression.terms) == 1 and not expression.constant and expression.terms[0][1] == 1
    return str(expression) if simple or expression.is_constant else f"({expression})"

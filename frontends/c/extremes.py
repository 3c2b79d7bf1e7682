"""The least or the greatest of affine expressions, as bounds need them; a lone expression is the simplest case."""

from __future__ import annotations

from dataclasses import dataclass

from ...ir import Affine

_OTHER = {"": "", "min": "max", "max": "min"}


@dataclass(frozen=True, slots=True)
class Extreme:
    """The `function` (`min` or `max`) of several expressions, or a lone expression if that is empty."""

    parts: tuple[Affine, ...]
    function: str = ""

    @staticmethod
    def of(value: int | str | Affine) -> Extreme:
        """A lone expression."""
        return Extreme((Affine.of(value),))

    @property
    def lone(self) -> Affine | None:
        """The expression, if it is a lone one."""
        return None if self.function else self.parts[0]

    @property
    def constant(self) -> int | None:
        """The number that it is, if no iterator occurs."""
        return self.parts[0].constant if not self.function and self.parts[0].is_constant else None

    def plus(self, other: Extreme) -> Extreme | None:
        """The sum, if one of them is a lone expression."""
        if other.lone is None:
            return other.plus(self) if self.lone is not None else None
        return Extreme(tuple(part + other.parts[0] for part in self.parts), self.function)

    def times(self, factor: int) -> Extreme:
        """The product with a number; a negative one turns the least into the greatest."""
        function = self.function if factor > 0 else _OTHER[self.function]
        return extreme_of(function, tuple(part * factor for part in self.parts))

    def over(self, divisor: int) -> Extreme:
        """The quotient by a positive number, rounded down."""
        return extreme_of(self.function, tuple(part // divisor for part in self.parts))


def join(function: str, left: Extreme, right: Extreme) -> Extreme | None:
    """The `min` or `max` of both; None if one of them is an extreme of the other kind."""
    if {left.function, right.function} - {"", function}:
        return None
    return extreme_of(function, left.parts + right.parts)


def extreme_of(function: str, parts: tuple[Affine, ...]) -> Extreme:
    """The extreme without what occurs twice and with one constant at most."""
    constants = [part.constant for part in parts if part.is_constant]
    best = Affine.of((max if function == "max" else min)(constants)) if constants else None
    kept = dict.fromkeys(best if best is not None and part.is_constant else part for part in parts)
    return Extreme(tuple(kept), function if len(kept) > 1 else "")

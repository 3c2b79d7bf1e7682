"""What a search minimises."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite
from numbers import Real
from typing import TYPE_CHECKING, Any, TypeAlias

from ..ir import Diagnostic, WeftError
from ..ir.nearest import did_you_mean

if TYPE_CHECKING:
    from .descent.descend import Goal


@dataclass(frozen=True, slots=True)
class Metrics:
    """Energy in picojoules and cycles of the time model of the search."""

    energy_pj: float
    cycles: int


Function: TypeAlias = Callable[[Metrics], float]
"""A function that never falls when energy or cycles grow."""

EXPONENTS = {"cycles": (0, 1), "energy": (1, 0), "edp": (1, 1), "ed2p": (1, 2)}
"""Objectives by name: energy^a · cycles^b in picojoules and cycles."""


@dataclass(frozen=True, slots=True)
class Objective:
    """One objective, by name or as a function, or several names at once, for which there is a front."""

    names: tuple[str, ...] = ("edp",)
    function: Function | None = None

    @property
    def exponents(self) -> tuple[int, int] | None:
        """Those of a single named objective."""
        return EXPONENTS[self.names[0]] if self.function is None and len(self.names) == 1 else None

    def value(self, metrics: Metrics) -> float:
        """The value of the objective, of the first one if there are several.

        ValueError for a function that does not give a finite number: nothing could be compared with it.
        """
        if self.function is not None:
            found = self.function(metrics)
            if isinstance(found, bool) or not isinstance(found, Real) or not isfinite(found):
                raise ValueError(f"the objective '{self}' gives {found!r:.60} for {metrics}, not a finite number")
            return float(found)
        return named_value(self.names[0], metrics)

    def __str__(self) -> str:
        return ",".join(self.names) if self.function is None else getattr(self.function, "__name__", "function")


def worth(goal: Goal, energy: Any, cycles: Any) -> Any:
    """What a search goes by, of numbers or arrays: energy^a · cycles^b (of a front a = b = 1)."""
    return energy**goal.a * cycles**goal.b


def named_value(name: str, metrics: Metrics) -> float:
    """The value of an objective with a name."""
    a, b = EXPONENTS[name]
    return float(metrics.energy_pj**a * metrics.cycles**b)


def read_objective(given: str | Sequence[str] | Function | Objective) -> Objective:
    """An objective from `edp`, `energy,cycles`, several names or a function; WeftError W002 for an unknown name."""
    if isinstance(given, Objective):
        return given
    if callable(given):
        return Objective((), given)
    if not isinstance(given, Sequence) or (not given and not isinstance(given, str)):
        raise TypeError(f"the objective is {given!r:.60}; it must be a name, several names or a function")
    names = tuple(given.split(",") if isinstance(given, str) else given)
    for name in names:
        if name not in EXPONENTS:
            hint = did_you_mean(
                name, EXPONENTS, otherwise=f"objectives: {', '.join(EXPONENTS)}, or several with commas"
            )
            raise WeftError(Diagnostic("W002", f"unknown objective '{name}'", hint=hint))
        if names.count(name) > 1:
            raise WeftError(Diagnostic("W002", f"the objective '{name}' is named twice", hint="name it once"))
    return Objective(names)

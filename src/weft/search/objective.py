"""What a search minimises, and what its programs may cost at most: the one definition of both.

Everything that compares programs or bounds, compiled or not, comes here: a value is `power_product`, what a search goes
by is `Objective.bound`, and a limit is kept if `Ceiling.keeps` says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor, inf, isfinite
from numbers import Real
from sys import float_info
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..ir import Accelerator, Diagnostic, WeftError
from ..ir.nearest import did_you_mean
from .compiled import compiled

TINY = 1e-12
"""Values this close, as a part of themselves, are taken to be equal: sums of floats are not more precise."""


@dataclass(frozen=True, slots=True)
class Metrics:
    """Energy in picojoules and cycles of the time model of the search."""

    energy_pj: float
    cycles: int


Function: TypeAlias = Callable[[Metrics], float]
"""A function that never falls when energy or cycles grow."""

EXPONENTS = {"cycles": (0, 1), "energy": (1, 0), "edp": (1, 1), "ed2p": (1, 2)}
"""Objectives by name: energy^a · cycles^b in picojoules and cycles."""

LIMITED = ("cycles", "energy_pj", "seconds", "power_mw")
"""Metrics that a limit can be put on; `power_mw` is the energy over the time at the machine's clock, on average."""


def power_product(energy: Any, cycles: Any, a: Any, b: Any) -> Any:
    """energy^a · cycles^b, of numbers or arrays. As a, b ≥ 0 it grows with both: of least ones it is a lower bound."""
    return energy**a * cycles**b


class Goal(NamedTuple):
    """An objective as compiled code takes it: minimise energy^a · cycles^b.

    With `front` every point is kept that no other beats in both metrics. What could be better only by the factor
    `slack` or less is left out; 1 leaves out nothing that is better. Programs beyond `most_energy`, `most_cycles` or
    `most_power` (picojoules a cycle) are no answers.
    """

    a: float
    b: float
    front: bool
    slack: float
    most_energy: float
    most_cycles: float
    most_power: float


_compiled_product: Any = compiled(power_product)


@compiled
def value_of(goal: Goal, energy: float, cycles: float) -> float:
    """What a search goes by, as `Objective.bound`."""
    return _compiled_product(energy, cycles, goal.a, goal.b)  # type: ignore[no-any-return]  # numba's functions have no types


@compiled
def exceeds(goal: Goal, energy: float, cycles: float) -> bool:
    """Whether every program with at least these metrics is beyond a limit: of a box, by its bounds.

    Power says nothing here: it falls when cycles grow.
    """
    return energy > goal.most_energy * (1 + TINY) or cycles > goal.most_cycles


@compiled
def is_beyond(goal: Goal, energy: float, cycles: float) -> bool:
    """Whether a program is beyond a limit, as `Ceiling.keeps` has it."""
    return exceeds(goal, energy, cycles) or energy > goal.most_power * cycles * (1 + TINY)


class Ceiling(NamedTuple):
    """The most that the limits allow on a machine: energy in picojoules, cycles, picojoules a cycle; inf: any."""

    energy_pj: float = inf
    cycles: float = inf
    power: float = inf

    @property
    def monotone(self) -> bool:
        """Whether a program that another one beats in energy and in cycles is never the only one within."""
        return self.power == inf

    def keeps(self, metrics: Metrics) -> bool:
        """Whether the metrics are within the limits; energy and power may be above one by `TINY` of it."""
        most = min(self.energy_pj, self.power * metrics.cycles)
        return bool(metrics.energy_pj <= most * (1 + TINY) and metrics.cycles <= self.cycles)

    def excess(self, metrics: Metrics) -> float:
        """How many times the worst limit the metrics are: 1 within the limits, inf above a limit of 0."""
        if self.keeps(metrics):
            return 1.0
        powered = metrics.energy_pj, self.power * metrics.cycles
        pairs = ((metrics.energy_pj, self.energy_pj), (metrics.cycles, self.cycles), powered)
        return max(amount / most if most else inf for amount, most in pairs if amount > most)


@dataclass(frozen=True, slots=True)
class Objective:
    """One objective, by name or as a function, or several names at once, for which there is a front.

    `limits` are (metric, maximum): a program above one of them is no candidate.
    """

    names: tuple[str, ...] = ("edp",)
    function: Function | None = None
    limits: tuple[tuple[str, float], ...] = ()

    @property
    def exponents(self) -> tuple[int, int] | None:
        """Those of a single named objective."""
        return EXPONENTS[self.names[0]] if self.function is None and len(self.names) == 1 else None

    @property
    def front(self) -> bool:
        """Whether the front of energy and cycles is searched: for several names, and for a function, whose best value
        is on it, as it never falls when a metric grows."""
        return self.exponents is None

    def value(self, metrics: Metrics) -> float:
        """The value of the objective, of the first one if there are several.

        ValueError for a function that does not give a finite number: nothing could be compared with it.
        """
        if self.function is not None:
            found = self.function(metrics)
            if isinstance(found, bool) or not isinstance(found, Real) or not isfinite(found):
                raise ValueError(f"the objective '{self}' gives {found!r:.60} for {metrics}, not a finite number")
            return float(found)
        return float(power_product(metrics.energy_pj, metrics.cycles, *EXPONENTS[self.names[0]]))

    @property
    def powers(self) -> tuple[int, int]:
        """The exponents of energy and cycles in what a search goes by."""
        return self.exponents or (1, 1)

    @property
    def energetic(self) -> bool:
        """Whether energy counts in it."""
        return self.powers[0] > 0

    def bound(self, energy: Any, cycles: Any) -> Any:
        """What a search goes by, of numbers or arrays: the value, or energy times cycles where a front is searched.

        Of the least energy and the least cycles of some programs it is a lower bound for all of them.
        """
        return power_product(energy, cycles, *self.powers)

    def beats(self, one: Metrics, other: Metrics) -> bool:
        """Whether a program is at least as good as another."""
        if self.front:
            return one.energy_pj <= other.energy_pj and one.cycles <= other.cycles
        return bool(self.bound(one.energy_pj, one.cycles) <= self.bound(other.energy_pj, other.cycles))

    def settled(
        self, known: Iterable[Metrics], energy: NDArray[np.float64], cycles: NDArray[np.float64], slack: float
    ) -> NDArray[np.bool_]:
        """[N] whether nothing with at least so much energy and time is better than all that is known, by more than the
        slack."""
        found = np.zeros(len(energy), np.bool_)
        for item in known:
            if self.front:
                found |= (item.energy_pj <= energy * slack * (1 + TINY)) & (item.cycles <= cycles * slack)
            else:
                most = self.bound(energy, cycles) * slack * (1 + TINY)
                found |= self.bound(item.energy_pj, item.cycles) <= most
        return found

    def ceiling(self, machine: Accelerator) -> Ceiling:
        """The limits as the most energy, cycles and power on a machine."""
        given = {"seconds": inf} | dict(self.limits)
        cycles = min(given.get("cycles", inf), _cycles_within(given["seconds"], machine))
        # A milliwatt at a megahertz is a nanojoule a cycle.
        return Ceiling(given.get("energy_pj", inf), cycles, 1e3 * given.get("power_mw", inf) / machine.clock_mhz)

    def goal(self, machine: Accelerator, gap: float) -> Goal:
        """What compiled code takes for a search on a machine that may end above the best by a part `gap` of it."""
        a, b = self.powers
        most = self.ceiling(machine)
        return Goal(float(a), float(b), self.front, 1.0 + gap, *map(float, most))

    def limited_objectives(self) -> tuple[str, ...]:
        """The objectives whose least value says how low the limits can be; of power there is none."""
        of = {"energy_pj": "energy", "cycles": "cycles", "seconds": "cycles"}
        return tuple(dict.fromkeys(of[metric] for metric, _ in self.limits if metric in of))

    def without_power(self) -> Objective:
        """The objective with the limits that a program keeps whenever one with more energy and cycles does."""
        return replace(self, limits=tuple(item for item in self.limits if item[0] != "power_mw"))

    def with_power(self, most_mw: float) -> Objective:
        """The objective with one more limit on power, in milliwatts; inf: as it is."""
        if most_mw == inf:
            return self
        most = min(most_mw, dict(self.limits).get("power_mw", inf))
        return replace(self, limits=(*self.without_power().limits, ("power_mw", most)))

    def limit_texts(self) -> tuple[str, ...]:
        """The limits as people read them."""
        return tuple(f"{metric} <= {maximum:g}" for metric, maximum in self.limits)

    def __str__(self) -> str:
        return ",".join(self.names) if self.function is None else getattr(self.function, "__name__", "function")


def _cycles_within(seconds: float, machine: Accelerator) -> float:
    """The most cycles that take no longer than so many seconds, by the division that gives a program's seconds."""
    rate = machine.clock_mhz * 1e6
    if seconds * rate >= 2.0**53:  # more than any program has that is counted one by one
        return seconds * rate
    most = floor(seconds * rate)
    return float(next(cycles for cycles in (most + 1, most, most - 1) if cycles / rate <= seconds))


def read_objective(
    given: str | Sequence[str] | Function | Objective, limits: Mapping[str, float] | None = None
) -> Objective:
    """An objective from `edp`, `energy,cycles`, several names or a function, with limits by metric.

    WeftError W002 for an unknown name or metric; ValueError for a limit that is negative or no finite number.
    """
    most = _read_limits(limits or {})
    if isinstance(given, Objective):
        return Objective(given.names, given.function, given.limits + most)
    if callable(given):
        return Objective((), given, most)
    if not isinstance(given, Sequence) or (not given and not isinstance(given, str)):
        raise TypeError(f"the objective is {given!r:.60}; it must be a name, several names or a function")
    names = tuple(given.split(",") if isinstance(given, str) else given)
    for name in names:
        if name not in EXPONENTS:
            raise _unknown("objective", name, EXPONENTS, "objectives: {}, or several with commas")
        if names.count(name) > 1:
            raise WeftError(Diagnostic("W002", f"the objective '{name}' is named twice", hint="name it once"))
    return Objective(names, limits=most)


def _read_limits(limits: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    for metric, maximum in limits.items():
        if metric not in LIMITED:
            raise _unknown("metric", metric, LIMITED, "metrics that can be limited: {}")
        if isinstance(maximum, bool) or not isinstance(maximum, int | float) or not 0 <= maximum <= float_info.max:
            raise ValueError(f"the limit of {metric} is {maximum!r:.60}; it must be a finite number from 0 on")
    return tuple(sorted((metric, float(maximum)) for metric, maximum in limits.items()))


def _unknown(kind: str, name: object, known: Iterable[str], listed: str) -> WeftError:
    hint = did_you_mean(str(name), known, otherwise=listed.format(", ".join(known)))
    return WeftError(Diagnostic("W002", f"unknown {kind} '{name}'", hint=hint))

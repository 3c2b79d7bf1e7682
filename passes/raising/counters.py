"""A statement with its loops counted from zero, and its subscripts as sums of the counters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import gcd
from typing import TypeAlias

import islpy as isl

from ...ir import Access, Affine, Findings, FloorDiv, LoopKind, NestLoop, Span, Statement
from .isl_text import isl_text

Range: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Counter:
    """A loop as a number of iterations: the counter runs from 0 to below the minimum of `trips`.

    `trips` depend on outer counters; `longest` is the most iterations that there ever are. `loop` is the iterator of
    the loop that it counts, or a part of, and `shown` that as a sum of counters.
    """

    name: str
    loop: str
    trips: tuple[Affine, ...]
    longest: int
    kind: LoopKind
    shown: Affine
    units: int | None = None
    memory: str | None = None
    span: Span | None = field(default=None, compare=False)

    @property
    def is_fixed(self) -> bool:
        """Whether the number of iterations is the same whatever the outer counters are."""
        return len(self.trips) == 1 and self.trips[0].is_constant

    @property
    def marks_level(self) -> bool:
        """Whether this is a parallel loop of one iteration: a level that works on unit 0 alone, if it moves nothing."""
        return self.kind is LoopKind.PARALLEL and self.longest == 1


@dataclass(frozen=True, slots=True)
class Split:
    """A counter that became two: `divisor · outer + inner`."""

    counter: Counter
    outer: str
    inner: str
    divisor: int

    @property
    def value(self) -> Affine:
        """The counter as its halves."""
        return Affine.of(self.outer) * self.divisor + self.inner


@dataclass(frozen=True, slots=True)
class Point:
    """A statement in one perfect nest: counters from the outermost loop, and every access over counters.

    `splits` are the loops that became two counters each.
    """

    statement: Statement
    counters: tuple[Counter, ...]
    target: Access
    operands: tuple[Access, ...]
    splits: tuple[Split, ...] = ()
    guards: tuple[Affine, ...] = ()
    """The conditions of the statement, in their order: it changes nothing where one is negative."""

    @property
    def accesses(self) -> tuple[Access, ...]:
        """The target, then the operands."""
        return (self.target, *self.operands)

    def counter(self, name: str) -> Counter:
        """The counter of that name; KeyError if there is none."""
        return {counter.name: counter for counter in self.counters}[name]


def count_loops(statement: Statement, loops: tuple[NestLoop, ...], findings: Findings) -> Point | None:
    """The statement over counters, or None with findings where its bounds are those of no box."""
    counters: list[Counter] = []
    values: dict[str, Affine] = {}
    for loop in loops:
        counter = _count(loop, values, ranges_of(counters), findings)
        if counter is None:
            return None
        counters += _unit_by_unit(counter, {item.name for item in counters} | {item.iterator for item in loops})
        values[loop.iterator] = counters[-1].shown
    target, *rest = (
        replace(item, subscripts=tuple(axis.substitute(values) for axis in item.subscripts))
        for item in (statement.target, *statement.operands)
    )
    guards = tuple(condition.substitute(values) for condition in statement.conditions)
    return Point(statement, tuple(counters), target, tuple(rest), guards=guards)


def _count(
    loop: NestLoop, values: Mapping[str, Affine], ranges: Mapping[str, Range], findings: Findings
) -> Counter | None:
    if loop.step < 0:
        message = f"loop '{loop.iterator}' runs downwards, and a map only advances"
        findings.add("W408", message, loop.span, hint="count upwards: the order of a reduction does not change its sum")
        return None
    lower = _binding([item.substitute(values) for item in loop.lower], ranges, -1)
    if len(lower) > 1:
        starts = ", ".join(str(item) for item in loop.lower)
        message = f"loop '{loop.iterator}' starts at the largest of {starts}, so its iterations are no box"
        findings.add("W407", message, loop.span, hint="start every loop at one place, such as the start of its tile")
        return None
    start = lower[0]
    # A counter that takes one value bounds nothing.
    still = {name: Affine.of(0) for name, (_, last) in ranges.items() if last == 0}
    ends = [(end.substitute(values) - start).substitute(still) for end in loop.upper]
    lengths = [(end + (loop.step - 1)) // loop.step for end in ends]
    trips = tuple(_binding([simplified(length, ranges) for length in lengths], ranges, 1))
    longest = min(length.bounds(ranges)[1] for length in trips)
    if longest < 1:
        findings.add("W407", f"loop '{loop.iterator}' has no iterations", loop.span)
        return None
    shown = start + Affine.of(loop.iterator) * loop.step
    return Counter(loop.iterator, loop.iterator, trips, longest, loop.kind, shown, loop.units, loop.memory, loop.span)


def _unit_by_unit(counter: Counter, taken: set[str]) -> list[Counter]:
    """A parallel loop with fewer units than iterations as its folds over time, and the units of one fold."""
    units = counter.units
    if units is None or units >= counter.longest:
        return [counter]
    name = f"{counter.name}_f"
    while name in taken:
        name += "_"
    fold = replace(
        counter,
        name=name,
        trips=tuple((trip + (units - 1)) // units for trip in counter.trips),
        longest=-(-counter.longest // units),
        kind=LoopKind.SEQUENTIAL,
        units=None,
        memory=None,
    )
    start = Affine.of(name) * units
    value = counter.shown.substitute({counter.name: start + counter.name})
    trips = (Affine.of(units), *(trip - start for trip in counter.trips if trip.constant % units or trip.terms))
    return [fold, replace(counter, trips=trips, longest=units, shown=value, units=None)]


def bounds_text(counters: Iterable[Counter], names: dict[str, str]) -> str:
    """The bounds of counters in isl's syntax."""
    parts = []
    for counter in counters:
        item = names[counter.name]
        parts += [f"0 <= {item}", *(f"{item} < {isl_text(trip, names)}" for trip in counter.trips)]
    return " and ".join(parts)


def may_not_run(counter: Counter, counters: tuple[Counter, ...]) -> bool:
    """Whether a loop has no iteration at some values of the counters outside of it."""
    if counter.is_fixed:
        return False
    outside = counters[: counters.index(counter)]
    names = {item.name: f"i{number}" for number, item in enumerate(outside)}
    none = " or ".join(f"{isl_text(trip, names)} < 1" for trip in counter.trips)
    inside = " and ".join(filter(None, [bounds_text(outside, names), f"({none})"]))
    return not isl.Set(f"{{ [{', '.join(names.values())}] : {inside} }}").is_empty()


def ranges_of(counters: Iterable[Counter]) -> dict[str, Range]:
    """The values that counters take."""
    return {counter.name: (0, counter.longest - 1) for counter in counters}


def _binding(expressions: list[Affine], ranges: Mapping[str, Range], sign: int) -> list[Affine]:
    """The expressions that can be the least of all (`sign` 1) or the largest (-1), without repetitions."""
    kept = list(dict.fromkeys(expressions))
    for item in list(kept):
        differences = [(item - other) * sign for other in kept if other != item]
        if any(difference.bounds(ranges)[0] >= 0 for difference in differences) or any(
            not difference.is_linear and _is_never_negative(difference, ranges) for difference in differences
        ):
            kept.remove(item)
    return kept


def _is_never_negative(expression: Affine, ranges: Mapping[str, Range]) -> bool:
    """Decided with isl, since interval arithmetic does not see that `p - 2*(p // 2)` is 0 or 1."""
    names = {name: f"i{number}" for number, name in enumerate(sorted(expression.names))}
    inside = [f"{ranges[name][0]} <= {item} <= {ranges[name][1]}" for name, item in names.items()]
    negative = " and ".join([f"{isl_text(expression, names)} < 0", *inside])
    return bool(isl.Set(f"{{ [{', '.join(names.values())}] : {negative} }}").is_empty())


def simplified(expression: Affine, ranges: Mapping[str, Range]) -> Affine:
    """The expression without divisions whose value is known from the ranges of the counters."""
    found = Affine.of(expression.constant)
    for atom, coefficient in expression.terms:
        new = Affine(((atom, 1),)) if isinstance(atom, str) else _divided(atom, ranges)
        found = found + new * coefficient
    return found


def _divided(atom: FloorDiv, ranges: Mapping[str, Range]) -> Affine:
    """⌊n / d⌋, where the small terms of n cannot reach the next multiple of the common factor of the large ones."""
    numerator, divisor = simplified(atom.numerator, ranges), atom.divisor
    terms = sorted(numerator.terms, key=lambda item: -abs(item[1]))
    for kept in range(len(terms) + 1):
        factor = gcd(divisor, *(coefficient for _, coefficient in terms[:kept]))
        if factor == 1:
            break
        rest = Affine.total(dict(terms[kept:]), numerator.constant)
        low, high = (end // factor for end in rest.bounds(ranges))
        if low == high:
            large = Affine.total({name: coefficient // factor for name, coefficient in terms[:kept]}, low)
            return large // (divisor // factor)
    return numerator // divisor

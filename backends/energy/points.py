"""Energies between the points of a source: straight lines in logarithms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log

from .estimator import Component


@dataclass(frozen=True, slots=True)
class EnergyPoint:
    """What a source says of one size: picojoules per access of `width_bits` bits.

    `capacity_bytes` is that of the memory; None for a MAC, whose `read` is the energy of the operation.
    """

    width_bits: int
    read: float
    write: float
    capacity_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A value between points, and how it came about."""

    value: float
    how: str


class OutOfRange(ValueError):
    """The points do not reach this size; the text says which they reach."""


def memory_reading(points: Sequence[EnergyPoint], component: Component, action: str) -> Reading:
    """Picojoules of one access to a memory.

    Over the capacity a straight line in logarithms, never beyond the outermost points; between two widths likewise.
    An access that is narrower than all points is its share of the narrowest, a wider one a multiple of the widest.
    """

    def energy(point: EnergyPoint) -> float:
        return point.write if action == "write" else point.read

    capacity = component.capacity_bytes
    if capacity is None:
        raise OutOfRange(_span(points))
    curves = _curves(points)
    found = {
        width: _over_capacity(curve, capacity, energy) for width, curve in curves.items() if _covers(curve, capacity)
    }
    if not found:
        raise OutOfRange(_span(points))
    return _over_width(found, component.width_bits)


def mac_reading(points: Sequence[EnergyPoint], bits: int) -> Reading:
    """Picojoules of a multiply-accumulate of `bits` bits: a straight line in logarithms, never beyond the points."""
    known = [(point.width_bits, point.read) for point in sorted(points, key=lambda point: point.width_bits)]
    if not known[0][0] <= bits <= known[-1][0]:
        raise OutOfRange(f"{known[0][0]} to {known[-1][0]} bits")
    return _line(known, bits, "bits")


def _curves(points: Sequence[EnergyPoint]) -> dict[int, list[EnergyPoint]]:
    """The points of each width, the narrowest first."""
    widths = sorted({point.width_bits for point in points})
    return {width: [point for point in points if point.width_bits == width] for width in widths}


def _capacities(points: Sequence[EnergyPoint]) -> list[int]:
    return sorted({point.capacity_bytes or 0 for point in points})


def _covers(points: Sequence[EnergyPoint], capacity: int) -> bool:
    known = _capacities(points)
    return known[0] <= capacity <= known[-1]


def _span(points: Sequence[EnergyPoint]) -> str:
    """The capacities that the points reach, apart for each width where there are several."""
    curves = _curves(points)
    reach = {width: _capacities(curve) for width, curve in curves.items()}
    spans = [(width, f"{known[0]} to {known[-1]} bytes") for width, known in reach.items()]
    return ", ".join(span if len(spans) == 1 else f"{span} ({width} bits)" for width, span in spans)


def _over_capacity(points: Sequence[EnergyPoint], capacity: int, of: Callable[[EnergyPoint], float]) -> Reading:
    known = sorted((point.capacity_bytes or 0, of(point)) for point in points)
    return _line(known, capacity, "bytes")


def _over_width(found: dict[int, Reading], bits: int) -> Reading:
    """The value at `bits` from those at the widths of the source."""
    widths = sorted(found)
    if bits in found:
        return found[bits]
    if widths[0] < bits < widths[-1]:
        line = _line([(width, found[width].value) for width in widths], bits, "bits")
        return Reading(line.value, "; ".join([*(found[width].how for width in widths), line.how]))
    nearest = widths[0] if bits < widths[0] else widths[-1]
    return Reading(found[nearest].value * bits / nearest, f"{found[nearest].how}; from {nearest} to {bits} bits")


def _line(known: Sequence[tuple[int, float]], at: int, unit: str) -> Reading:
    """The value on the straight line in logarithms between the neighbours of `at`; straight where one of them is 0."""
    for size, value in known:
        if size == at:
            return Reading(value, f"point {size} {unit}")
    (low, below), (high, above) = next(pair for pair in pairwise(known) if pair[1][0] > at)
    share = (log(at) - log(low)) / (log(high) - log(low))
    how = f"{at} {unit} between {low} ({below:g}) and {high} ({above:g})"
    if below > 0 and above > 0:
        return Reading(exp(log(below) + share * (log(above) - log(below))), f"{how}, log-log")
    return Reading(below + share * (above - below), f"{how}, over log {unit}")

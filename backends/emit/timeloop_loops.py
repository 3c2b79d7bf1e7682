"""The loops of a program as Timeloop's factors: where each stands, its bound and its last bound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...ir import Findings, Loop, Schedule


@dataclass(frozen=True, slots=True)
class Factor:
    """A loop of `bound` steps over chunks of `size`; `last` of them where all loops around it are at their last."""

    level: int
    dimension: str
    size: int
    bound: int
    last: int
    spatial: bool

    def __str__(self) -> str:
        return f"{self.bound}" if self.last == self.bound else f"{self.bound},{self.last}"


def factors_of(schedule: Schedule, findings: Findings) -> list[Factor]:
    """All loops from the outermost; level `len(levels)` is what a processing element does by itself.

    Timeloop's chunks are products of the bounds inside, so each size must be a multiple of the next: what is not is
    a finding (W505).
    """
    found: list[Factor] = []
    chunks = dict(schedule.mapping.workload.extents)
    outermost = set(chunks)
    for number, level in enumerate(schedule.levels):
        for loop in level.loops:
            for size, spatial in _steps(loop, level.units, chunks[loop.dimension]):
                _add(found, number, loop, size, spatial, chunks, outermost, findings)
    rest = len(schedule.levels)
    for name, chunk in chunks.items():
        if chunk > 1:
            found.append(Factor(rest, name, 1, chunk, chunk, False))
    return [_with_last(factor, found, schedule.mapping.workload.extents) for factor in found]


def _steps(loop: Loop, units: int, chunk: int) -> list[tuple[int, bool]]:
    """A loop as sizes of chunks: a spatial one folds where there are fewer units than positions."""
    if not loop.spatial:
        return [(loop.size, False)]
    folds = -(-chunk // loop.size) > units
    return [(units * loop.size, False), (loop.size, True)] if folds else [(loop.size, True)]


def _add(
    found: list[Factor],
    level: int,
    loop: Loop,
    size: int,
    spatial: bool,
    chunks: dict[str, int],
    outermost: set[str],
    findings: Findings,
) -> None:
    name, span = loop.dimension, loop.source.span if loop.source else None
    bound = -(-chunks[name] // size)
    if bound == 1:
        return
    if chunks[name] % size and name not in outermost:
        message = f"chunks of {size} of '{name}' inside of chunks of {chunks[name]}: Timeloop's chunks are multiples"
        findings.add("W505", message, span, hint="choose a size that divides the one around it")
    found.append(Factor(level, name, size, bound, bound, spatial))
    chunks[name] = size
    outermost.discard(name)


def _with_last(factor: Factor, found: list[Factor], extents: Mapping[str, int]) -> Factor:
    """The loop with its last bound: a digit of the last point in the number system of the chunks."""
    outer = next(item for item in found if item.dimension == factor.dimension)
    digit = (extents[factor.dimension] - 1) // factor.size
    last = digit + 1 if factor is outer else digit % factor.bound + 1
    return Factor(factor.level, factor.dimension, factor.size, factor.bound, last, factor.spatial)

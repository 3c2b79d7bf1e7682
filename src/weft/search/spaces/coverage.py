"""What the programs of a space have free, what they share, and what lies outside: what a proof covers, in one line."""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial, prod

from .default import placement_choices
from .point import Structure
from .sides import groups_of
from .space import MapSpace

_SIZES = {"even": "even chunk sizes", "any": "all chunk sizes", "perfect": "chunk sizes that divide"}


@dataclass(frozen=True, slots=True)
class Coverage:
    """The axes of a space that differ between its programs, those that do not, and programs that are not in it.

    Programs beyond `limits` are in the space, but no answers.
    """

    free: tuple[str, ...]
    fixed: tuple[str, ...]
    outside: tuple[str, ...]
    limits: tuple[str, ...] = ()

    def __str__(self) -> str:
        parts = [("free", self.free), ("fixed", self.fixed), ("not covered", self.outside)]
        if self.limits:
            parts.insert(2, ("limits", self.limits))
        return "; ".join(f"{name}: {', '.join(items) or 'nothing'}" for name, items in parts)


def coverage(space: MapSpace, limits: tuple[str, ...] = ()) -> Coverage:
    """What a space covers, told from its parts alone, and what its programs may cost at most, as texts."""
    several = "more than two dimensions on one side" if space.is_sided else "several dimensions spread by one level"
    free, fixed, outside = [], [], [several, "chunks that overlap"]
    sizes = _sizes(space)
    for choices, whole, name, narrow in (_orders(space), _spread(space), sizes, _shapes(space), _placements(space)):
        if choices <= 1:
            fixed.append(name)
            continue
        free.append(name if whole else narrow)
        if not whole:
            outside.append(f"other {name}")
    if space.split != "any" and sizes[1]:
        outside.append("other chunk sizes")
    if space.levels:
        levels = len(space.levels)
        outside.append("more levels" if levels > 1 else "more than one level")
    return Coverage(tuple(free), tuple(fixed), tuple(outside), limits)


_Axis = tuple[int, bool, str, str]
"""How many choices there are, whether none is left out, and the name of the axis whole and in part."""


def _structures(space: MapSpace) -> list[Structure]:
    return [family.first for family in space.families]


def _orders(space: MapSpace) -> _Axis:
    counts = [
        (space.orders(one, level).count, factorial(len(space.mapped(one, level))))
        for one in _structures(space)
        for level in range(len(space.levels))
    ]
    most = max((count for count, _ in counts), default=0)
    return most, all(count == every for count, every in counts), "orders", "some orders"


def _spread(space: MapSpace) -> _Axis:
    moving = {name for name, extent in space.workload.dimensions if extent > 1}
    most, whole = 0, True
    for shape in space.shapes:
        for level, units in zip(space.levels, shape, strict=True):
            choices = level.spreads(units)
            most = max(most, len(choices))
            whole = whole and (units == 1 or set(choices) >= moving)
    return most, whole, "spread dimensions", "some spread dimensions"


def _sizes(space: MapSpace) -> _Axis:
    counts = (prod(space.chains(one, name).count for name in space.workload.extents) for one in _structures(space))
    own = any(level.sizes or level.among or level.steps for level in space.levels)
    narrowed = space.tiles or space.bound or space.chunks or space.alone or own
    name = _SIZES[space.split]
    return max(counts, default=0), not narrowed, name if not narrowed else "chunk sizes", "some chunk sizes"


def _shapes(space: MapSpace) -> _Axis:
    groups = groups_of(space.levels)
    shapes = {tuple(prod(units[n] for n in group) for group in groups) for units in space.wired.values()}
    units = "x".join(map(str, *shapes)) if len(shapes) == 1 else ""
    return len(shapes), True, f"units {units}" if units else f"units ({len(shapes)} shapes)", ""


def _placements(space: MapSpace) -> _Axis:
    every = dict(placement_choices(space.workload, space.accelerator))
    whole = all(set(sets) == set(every.get(name, ())) for name, sets in space.holds)
    return prod(len(sets) for _, sets in space.holds), whole, "placements", "some placements"

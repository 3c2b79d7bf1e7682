"""Relations between time, units, points and elements of one program, as isl maps, and what is counted on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import islpy as isl

from ...analysis.spacetime import Coordinate, chains, coordinates, relation, starts
from ...ir import Schedule, Tensor

IN, OUT, SET = isl.dim_type.in_, isl.dim_type.out, isl.dim_type.set


@dataclass(frozen=True)
class View:
    """The levels above a boundary: from (time, unit) to the points of the chunk.

    Coordinates and dimensions that have one value only are left out; `names` and `dimensions` are what is left.
    """

    names: tuple[Coordinate, ...]
    dimensions: tuple[str, ...]
    chunk: isl.Map
    start: isl.Map

    @staticmethod
    def of(schedule: Schedule, boundary: int) -> View:
        """The view of the levels above `boundary`."""
        workload = schedule.mapping.workload
        units = tuple(level.units for level in schedule.levels)
        steps = tuple(
            tuple(step for step in chain if step.level < boundary)
            for chain in chains(workload, schedule.canonical, units)
        )
        names = tuple(item for item in coordinates(workload, schedule.canonical) if item.level < boundary)
        chunk = relation(tuple(workload.extents.values()), steps, names)
        start = starts(steps, names)
        points = chunk.wrap()
        kept = [axis for axis in range(len(names)) if points.dim_max_val(axis).to_python() > 0]
        wide = [axis for axis, extent in enumerate(workload.extents.values()) if extent > 1]
        return View(
            tuple(names[axis] for axis in kept),
            tuple(list(workload.extents)[axis] for axis in wide),
            keep(keep(chunk, IN, kept), OUT, wide),
            keep(keep(start.intersect_domain(chunk.domain()), IN, kept), OUT, wide),
        )

    @property
    def times(self) -> int:
        """The number of time coordinates; the units follow them."""
        return sum(item.kind != "unit" for item in self.names)

    @cached_property
    def active(self) -> isl.Set:
        """When which unit is at work."""
        return self.chunk.domain()

    @cached_property
    def steps(self) -> isl.Set:
        """The steps in which any unit is at work."""
        return self.active.project_out(SET, self.times, len(self.names) - self.times)

    def unit_axes(self, chosen: Callable[[int], bool]) -> list[int]:
        """The axes of the units of the levels for which `chosen` holds."""
        return [axis for axis, item in enumerate(self.names) if item.kind == "unit" and chosen(item.level)]

    def access(self, tensor: Tensor) -> isl.Map:
        """From points to the element of a tensor."""
        return isl.Map(f"{{ [{', '.join(self._points)}] -> [{', '.join(self._element(tensor))}] }}")

    def placed_access(self, tensor: Tensor) -> isl.Map:
        """From (point, start of its chunk) to (position in the chunk, element)."""
        begins = [f"s{axis}" for axis in range(len(self._points))]
        positions = [f"{point} - {begin}" for point, begin in zip(self._points, begins, strict=True)]
        before, after = [*self._points, *begins], [*positions, *self._element(tensor)]
        return isl.Map(f"{{ [{', '.join(before)}] -> [{', '.join(after)}] }}")

    def _element(self, tensor: Tensor) -> list[str]:
        return [
            " + ".join(f"{term.coefficient}*{self._point(term.dimension)}" for term in subscript.terms)
            for subscript in tensor.subscripts
        ]

    @property
    def _points(self) -> list[str]:
        return [f"x{axis}" for axis in range(len(self.dimensions))]

    def _point(self, dimension: str) -> str:
        return f"x{self.dimensions.index(dimension)}" if dimension in self.dimensions else "0"

    @cached_property
    def previous(self) -> isl.Map:
        """From a unit at work to the last step before in which it was."""
        found, open_steps = isl.Map.empty(self._pairs([]).get_space()), self.active
        for depth in reversed(range(self.times)):
            same = [f"a{axis} = b{axis}" for axis in range(depth)]
            earlier = self._pairs([*same, f"b{depth} < a{depth}"])
            latest = earlier.intersect_domain(open_steps).intersect_range(self.active).lexmax()
            found = found.union(latest)
            open_steps = open_steps.subtract(latest.domain())
        return found

    @cached_property
    def last(self) -> isl.Map:
        """From a unit to its last step at work."""
        units = range(self.times, len(self.names))
        first = ", ".join(f"b{axis}" for axis in units)
        second = ", ".join(f"b{axis}" for axis in range(len(self.names)))
        return isl.Map(f"{{ [{first}] -> [{second}] }}").intersect_range(self.active).lexmax()

    def shift(self, level: int, by: int) -> isl.Map | None:
        """From (time, unit) to (time, neighbour at `level`); None if the level uses one unit only."""
        axes = self.unit_axes(lambda number: number == level)
        if not axes:
            return None
        first = [f"a{axis}" for axis in range(len(self.names))]
        second = [f"{name} + {by}" if axis == axes[0] else name for axis, name in enumerate(first)]
        return isl.Map(f"{{ [{', '.join(first)}] -> [{', '.join(second)}] }}")

    def _pairs(self, conditions: list[str]) -> isl.Map:
        """Pairs of two steps of one unit."""
        first = ", ".join(f"a{axis}" for axis in range(len(self.names)))
        second = ", ".join(f"b{axis}" for axis in range(len(self.names)))
        same = [f"a{axis} = b{axis}" for axis in range(self.times, len(self.names))]
        return isl.Map(f"{{ [{first}] -> [{second}] : {' and '.join(['true', *same, *conditions])} }}")


def keep(item: isl.Map, kind: isl.dim_type, axes: Iterable[int]) -> isl.Map:
    """A map projected onto some of its axes of one kind."""
    kept = set(axes)
    for axis in reversed(range(item.dim(kind))):
        if axis not in kept:
            item = item.project_out(kind, axis, 1)
    return item


def size(item: isl.Map | isl.Set) -> int:
    """The number of pairs of a map, or of points of a set; with barvinok, where islpy was built with it."""
    flat = item.wrap() if isinstance(item, isl.Map) else item
    if hasattr(flat, "card"):
        number = flat.card()
        return int(number.eval(isl.Point.zero(number.get_domain_space())).to_python())
    return int(flat.count_val().to_python())


def points(item: isl.Set) -> list[tuple[int, ...]]:
    """All points of a set."""
    found: list[tuple[int, ...]] = []
    axes = range(item.dim(SET))
    item.foreach_point(
        lambda point: found.append(tuple(point.get_coordinate_val(SET, axis).to_python() for axis in axes))
    )
    return found

"""Traffic between memories and to the arithmetic, from sets of elements (docs/model.md, A9 to A15)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import islpy as isl

from ...ir import InputTraffic, Interconnect, OutputTraffic, Tensor
from .relations import IN, View, keep, points, size


@dataclass(frozen=True)
class Way:
    """The levels from boundary `top` down to the view's, with the networks of all levels."""

    view: View
    top: int
    networks: tuple[Interconnect, ...]

    def groups(self, moved: isl.Map, together: Callable[[Interconnect], bool]) -> int:
        """Pairs counted once per group of units: those that agree above and where networks do not join."""
        apart = self.view.unit_axes(lambda level: level < self.top or not together(self.networks[level]))
        return size(keep(moved, IN, [*range(self.view.times), *apart]))

    def ever(self, held: isl.Map) -> int:
        """Elements that are ever present under a parent, summed over the parents."""
        return size(keep(held, IN, self.view.unit_axes(lambda level: level < self.top)))

    def flushed(self, held: isl.Map) -> int:
        """Elements that the groups write when everything is left at the end."""
        last = self.view.last.apply_range(held)
        apart = self.view.unit_axes(lambda level: level < self.top or not self.networks[level].reduction)
        return size(keep(last, IN, [axis - self.view.times for axis in apart]))


def input_traffic(tensor: Tensor, way: Way) -> InputTraffic:
    """What an input moves into the memories at the view's boundary."""
    held = way.view.chunk.apply_range(way.view.access(tensor))
    before = way.view.previous.apply_range(held)
    new = held.subtract(before).coalesce()
    near = _near(way, new, before)
    reads = way.groups(new.subtract(near), lambda network: network.multicast)
    return InputTraffic(size(new), reads, size(near))


def _near(way: Way, new: isl.Map, before: isl.Map) -> isl.Map:
    """What is new and was held by a neighbour that is at work, along the innermost network that forwards."""
    able = [level for level in range(way.top, len(way.networks)) if way.networks[level].forwarding]
    near = new.subtract(new)
    for side in (-1, 1):
        neighbour = way.view.shift(able[-1], side) if able else None
        if neighbour is not None:
            near = near.union(new.intersect(neighbour.apply_range(before)))
    return near.coalesce()


def output_traffic(tensor: Tensor, way: Way) -> OutputTraffic:
    """What the output moves between the memories at the view's boundary and their parents."""
    held = way.view.chunk.apply_range(way.view.access(tensor))
    before = way.view.previous.apply_range(held)
    new, left = held.subtract(before).coalesce(), before.subtract(held).coalesce()
    updates = way.groups(left, lambda network: network.reduction) + way.flushed(held)
    entries = way.groups(new, lambda network: network.reduction)
    return OutputTraffic(size(new), updates, entries - way.ever(held))


def local_reads(tensor: Tensor, view: View, lanes: int) -> InputTraffic:
    """What the arithmetic reads of an input that the memory at the PE holds (A14)."""
    return InputTraffic(size(view.chunk), _runs(tensor, view, lanes), 0)


def local_updates(tensor: Tensor, view: View, lanes: int) -> OutputTraffic:
    """What the arithmetic updates of the output that the memory at the PE holds (A14)."""
    held = view.chunk.apply_range(view.access(tensor))
    updates = _runs(tensor, view, lanes)
    ever = size(keep(held, IN, view.unit_axes(lambda level: True)))
    return OutputTraffic(size(view.chunk), updates, updates - ever)


def _runs(tensor: Tensor, view: View, lanes: int) -> int:
    """Runs of neighbouring points that differ in dimensions that do not move the tensor, per group of lanes."""
    if lanes == 1:
        return size(view.chunk)
    moved = [name in tensor.dimensions for name in view.dimensions]
    chunks: dict[tuple[int, ...], list[tuple[int, ...]]] = defaultdict(list)
    coordinates = len(view.names)
    for point in points(view.chunk.wrap()):
        chunks[point[:coordinates]].append(point[coordinates:])
    runs = 0
    for chunk in chunks.values():
        before: list[int] = []
        for position, point in enumerate(sorted(chunk)):
            place = [value for value, moves in zip(point, moved, strict=True) if moves]
            runs += position % lanes == 0 or place != before
            before = place
    return runs


def remote_reads(tensor: Tensor, way: Way) -> InputTraffic:
    """What the arithmetic reads of an input that no memory at the PE holds (A15)."""
    return InputTraffic(
        size(way.view.chunk), way.groups(_placed(tensor, way.view), lambda network: network.multicast), 0
    )


def remote_updates(tensor: Tensor, way: Way) -> OutputTraffic:
    """What the arithmetic updates of the output that no memory at the PE holds (A15)."""
    held = way.view.chunk.apply_range(way.view.access(tensor))
    updates = way.groups(_placed(tensor, way.view), lambda network: network.reduction)
    return OutputTraffic(size(way.view.chunk), updates, updates - way.ever(held))


def _placed(tensor: Tensor, view: View) -> isl.Map:
    """From (time, unit) to (position in the chunk, element) of every point."""
    return view.chunk.flat_range_product(view.start).apply_range(view.placed_access(tensor))

"""Points of a space to numbers: energy, cycles and what overflows, without a schedule for each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .descent.single import Evaluation, PointEvaluator
from .ground import skeleton, skeleton_units, spread_units
from .spaces.point import Holds, Point, Structure
from .spaces.sides import groups_of
from .spaces.space import MapSpace
from .structure.plan import Ints, Plan


class PointCosts:
    """The exact costs of a space's points by the throughput time, for searches of one's own.

    Structures with equal units share an evaluator. ValueError if the machine's costs are no linear forms.
    """

    def __init__(self, space: MapSpace) -> None:
        self.space = space
        self._known: dict[tuple[int, ...], PointEvaluator] = {}
        self._places = {holds: number for number, holds in enumerate(space.placements())}

    def evaluator(self, structure: Structure) -> PointEvaluator:
        """What evaluates the points of a structure."""
        units = skeleton_units(self.space, structure)
        if units not in self._known:
            plan = Plan(skeleton(self.space, structure), self.space.placements(), "throughput")
            self._known[units] = PointEvaluator(plan)
        return self._known[units]

    def placement(self, holds: Holds) -> int:
        """The number of a placement; KeyError if the space has it not."""
        return self._places[holds]

    def evaluate(self, point: Point) -> Evaluation:
        """What a point costs: picojoules, cycles, the room that overflows, counts."""
        evaluator = self.evaluator(point.structure)
        dimensions = evaluator.plan.dimensions
        place = {name: number for number, name in enumerate(dimensions)}
        levels = [[item for n in group for item in point.levels[n]] for group in groups_of(self.space.levels)]
        sizes = np.zeros((len(place), len(levels)), np.int64)
        for level, directives in enumerate(levels):
            for name, size in directives:
                if name in place:
                    sizes[place[name], level] = size
        order = order_array(dimensions, [[name for name, _ in level] for level in levels])
        units = np.stack([spread_units(self.space, point.structure, name) for name in dimensions])
        return evaluator.evaluate(sizes, units, order, self.placement(point.holds))


def order_array(dimensions: tuple[str, ...], order: Sequence[Sequence[str]]) -> Ints:
    """[L, D] per level the numbers of its dimensions, outermost first, then -1."""
    found = np.full((len(order), len(dimensions)), -1, np.int64)
    for level, names in enumerate(order):
        numbers = [dimensions.index(name) for name in names if name in dimensions]
        found[level, : len(numbers)] = numbers
    return found

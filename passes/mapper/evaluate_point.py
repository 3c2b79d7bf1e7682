"""Points of a space to numbers: energy, cycles and what overflows, without a schedule for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ...backends.cost.grid.candidates import Chains
from ...backends.cost.grid.grid import Grid, build_grid
from ...backends.cost.grid.plan import Ints, Plan
from ...backends.cost.grid.single import Evaluation, PointEvaluator
from ...backends.cost.grid.terms import Sums, build_sums
from .ground import skeleton, spread_units
from .space import Holds, MapSpace, Point, Structure


class SpaceCosts:
    """The costs of a space's points by the throughput time.

    Structures with equal units share an evaluator. ValueError if the machine's costs are no linear forms.
    """

    def __init__(self, space: MapSpace) -> None:
        self.space = space
        self._known: dict[tuple[int, ...], PointEvaluator] = {}
        self._places = {holds: number for number, holds in enumerate(space.placements())}

    def evaluator(self, structure: Structure) -> PointEvaluator:
        """What evaluates the points of a structure."""
        if structure.units not in self._known:
            plan = Plan(skeleton(self.space, structure), self.space.placements(), "throughput")
            self._known[structure.units] = PointEvaluator(plan)
        return self._known[structure.units]

    def placement(self, holds: Holds) -> int:
        """The number of a placement; KeyError if the space has it not."""
        return self._places[holds]

    def evaluate(self, point: Point) -> Evaluation:
        """What a point costs: picojoules, cycles, the room that overflows, counts."""
        evaluator = self.evaluator(point.structure)
        dimensions = evaluator.plan.dimensions
        place = {name: number for number, name in enumerate(dimensions)}
        sizes = np.zeros((len(place), len(point.levels)), np.int64)
        for level, directives in enumerate(point.levels):
            for name, size in directives:
                if name in place:
                    sizes[place[name], level] = size
        order = order_array(dimensions, [[name for name, _ in level] for level in point.levels])
        units = np.stack([spread_units(point.structure, name) for name in dimensions])
        return evaluator.evaluate(sizes, units, order, self.placement(point.holds))

    def grid(
        self,
        structure: Structure,
        order: Sequence[Sequence[str]],
        holds: Holds,
        chains: Mapping[str, Ints] | None = None,
    ) -> Grid:
        """All tilings of a structure with one order per level and one placement; see `sums`."""
        return build_grid(self.sums(structure, order, holds, chains))

    def sums(
        self,
        structure: Structure,
        order: Sequence[Sequence[str]],
        holds: Holds,
        chains: Mapping[str, Ints] | None = None,
    ) -> Sums:
        """What all tilings of a structure with one order per level and one placement cost, as sums of products.

        `chains` gives the chains of some dimensions, in rows [n, L]; the others have all of the space.
        """
        evaluator, given = self.evaluator(structure), chains or {}
        plan = evaluator.plan
        spread = {name: spread_units(structure, name) for name in plan.dimensions}
        candidates = [
            [
                Chains(given[name] if name in given else self.space.chains(structure, name).all(), spread[name])
                for name in group
            ]
            for group in plan.groups
        ]
        return build_sums(
            plan, evaluator.problem, candidates, order_array(plan.dimensions, order), self.placement(holds)
        )


def order_array(dimensions: tuple[str, ...], order: Sequence[Sequence[str]]) -> Ints:
    """[L, D] per level the numbers of its dimensions, outermost first, then -1."""
    found = np.full((len(order), len(dimensions)), -1, np.int64)
    for level, names in enumerate(order):
        numbers = [dimensions.index(name) for name in names if name in dimensions]
        found[level, : len(numbers)] = numbers
    return found

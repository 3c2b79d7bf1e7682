"""The search of one layer: structures by their bound, each by branch and bound over its tilings."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...backends.cost.grid.candidates import Chains, group_boxes, join
from ...backends.cost.grid.descend import Best, Stack, Trees
from ...backends.cost.grid.orders import closure
from ...backends.cost.grid.plan import Ints, Plan
from ...backends.cost.grid.problem import build_problem
from ...ir import Mapping, Schedule
from ..pipeline import schedule
from .space import MapSpace, Point, Structure

OBJECTIVES = {"cycles": (0.0, 1.0), "energy": (1.0, 0.0), "edp": (1.0, 1.0), "ed2p": (1.0, 2.0)}


def skeleton(space: MapSpace, structure: Structure) -> Schedule:
    """A schedule with the structure's levels, memories and networks; its sizes mean nothing."""
    levels = tuple(
        tuple((name, 1) for name in space.mapped(structure, level)) for level in range(len(space.levels))
    )
    whole = {memory.name: memory.holds for memory in space.accelerator.memories}
    tensors = tuple(tensor.name for tensor in space.workload.tensors)
    holds = tuple(
        (name, tuple(t for t in tensors if whole[name] is None or t in whole[name])) for name, _ in space.holds
    )
    program = space.program(Point(structure, levels, holds))
    return schedule(Mapping(space.workload, program, space.accelerator), "warning")


class Searcher:
    """Everything that structures with the same units share."""

    def __init__(self, space: MapSpace, structure: Structure, time: str) -> None:
        self.space = space
        self.plan = Plan(skeleton(space, structure), space.placements(), time)
        self.problem = build_problem(self.plan, [level.outside for level in space.levels])
        self.width = space.accelerator.vector_width
        self.boxes: dict[Any, Any] = {}
        self.known_rows: dict[Any, Any] = {}

    def trees(self, structure: Structure) -> Trees:
        place = {name: number for number, name in enumerate(self.plan.dimensions)}
        groups, boxes, units = [], [], []
        for group in self.plan.groups:
            numbers = [place[name] for name in group]
            spread = [self._units(structure, name) for name in group]
            chains = [
                Chains(self.rows(structure, name), item) for name, item in zip(group, spread, strict=True)
            ]
            key = tuple((self.space.workload.extents[name], id(c.sizes), tuple(c.units)) for name, c in zip(group, chains, strict=True))
            if key not in self.boxes:
                self.boxes[key] = group_boxes(self.problem, numbers, chains, self.width)
            groups.append(numbers)
            boxes.append(self.boxes[key])
            units.append(spread)
        return join(self.problem, groups, boxes, units)

    def rows(self, structure: Structure, name: str) -> Ints:
        chains = self.space.chains(structure, name)
        key = (chains.extent, chains.tiles, tuple(None if item is None else item.tobytes() for item in chains.allowed))
        if key not in self.known_rows:
            self.known_rows[key] = chains.all()
        return self.known_rows[key]

    def _units(self, structure: Structure, name: str) -> Ints:
        return np.array(
            [n if name == spread else 0 for n, spread in zip(structure.units, structure.spatial, strict=True)],
            np.int64,
        )

    def inside(self) -> Ints:
        place = {name: number for number, name in enumerate(self.plan.dimensions)}
        found = np.zeros((len(self.space.levels), len(place)), np.int64)
        for level, item in enumerate(self.space.levels):
            pairs = tuple((place[a], place[b]) for a, b in item.outside if a in place and b in place)
            for outer, bits in closure(pairs).items():
                found[level, outer] = bits
        return found


def new_best(groups: int, levels: int, size: int) -> Best:
    return Best(
        np.zeros(1, np.int64), np.zeros(size), np.zeros(size), np.zeros((size, groups), np.int64),
        np.zeros(size, np.int64), np.zeros((size, levels), np.int64),
    )  # fmt: skip


def new_stack(groups: int, placements: int, size: int = 512) -> Stack:
    return Stack(
        np.zeros(1, np.int64), np.zeros((size, groups), np.int64), np.zeros((size, placements), np.int64),
        np.zeros(size, np.int64), np.zeros(size), np.zeros(size),
    )  # fmt: skip

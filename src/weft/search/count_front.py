"""The programs of a layer that can be best on some machine of a structure, whatever its energies, widths and rooms.

A program that another beats in every count is beaten on every machine of that structure. What is left is the layer's
front: with it each of millions of machines has its proved optimum by a few products (docs/explore.md).
"""

from __future__ import annotations

import time as clock
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf

import numpy as np
from numpy.typing import NDArray

from ..backends.energy import arithmetic_energy, leaks, load_energy_table, picojoules
from ..ir import Accelerator, Dataflow, machine_for
from .decode import decode
from .descent.count_front import OpenVectors, Vectors, descend_front
from .descent.forest import Forest
from .descent.tally import BOXES, SKIPPED, TALLY
from .front_prices import price_front
from .ground import Ground, skeleton, skeleton_units
from .layer import count_listed
from .listing import Late, check_lengths
from .objective import EXPONENTS
from .priced import room_bits, widths_of
from .spaces.point import Point, Structure
from .spaces.space import MapSpace
from .spaces.symmetry import is_first, renamings
from .stacks import is_full, moved
from .structure.cost_arrays import build_cost_arrays
from .structure.flat import Flat, flatten
from .structure.plan import Floats, Plan

MOST = 1 << 15
"""Programs that a front can have."""

_SLICE = 4096

OPTIMA = np.dtype([("energy_pj", "f8"), ("cycles", "f8"), ("program", "i8")])
"""What `CountFront.best` gives for each machine; a program of -1: none fits."""


@dataclass(frozen=True)
class CountFront:
    """The programs [K] and their counts: actions, elements per cycle and width, cycles of the arithmetic, bits.

    With `any_room` capacities are free as well; without, machines have those of the front's own.

    `complete` says that no program of the space is missing that could be best on any machine of the structure.
    `machine` is the one that the space was made for: what it does not limit, no machine of the front does.
    """

    space: MapSpace
    plan: Plan
    any_room: bool
    points: tuple[Point, ...]
    counts: Floats
    complete: bool
    boxes: int
    seconds: float

    @property
    def programs(self) -> tuple[Dataflow, ...]:
        """The programs as dataflows."""
        return tuple(map(self.space.program, self.points))

    @property
    def row(self) -> np.dtype[np.void]:
        """The fields of a machine: picojoules of an action (`pj: MAC` of a point's), elements a cycle, bytes."""
        names = [f"pj: {name} {'+'.join(tensors)}" for name, tensors in self.plan.apart]
        names += [f"width: {resource.name}" for resource in self.plan.resources]
        tensors = [tensor.name for tensor in self.plan.tensors]
        rooms = [
            f"bytes: {room.memory} {'+'.join(tensors[t] for t in room.tensors)}"
            for room in (self.plan.rooms if self.any_room else ())
        ]
        return np.dtype([(name, "f8") for name in ("pj: MAC", *names, *rooms)])

    def rows(self, machines: Sequence[Accelerator]) -> NDArray[np.void]:
        """The rows of machines of the structure.

        ValueError for one that leaks or idles, or that limits what the front's own does not.
        """
        found = np.empty(len(machines), self.row)
        table = found.view(np.float64).reshape(len(machines), -1)
        for numbers, machine in zip(table, machines, strict=True):
            numbers[:] = self._row(machine)
        return found

    def _row(self, machine: Accelerator) -> list[float]:
        if leaks(machine):
            raise ValueError(f"{machine.name} leaks or idles: its costs are no linear forms of counts")
        first = self.space.structures()[0]
        schedule = skeleton(_on(self.space, machine), first)
        energies = load_energy_table(machine.energy_table)
        known = {(item.name, item.use.tensor): picojoules(energies, item) for item in self.plan.charges(schedule)}
        each = [known[name, tensors[0]] for name, tensors in self.plan.apart]
        rooms = room_bits(self.plan, [schedule])[0] / 8 if self.any_room else ()
        point = arithmetic_energy(schedule, energies) / self.space.workload.points
        return [point, *each, *widths_of(self.plan, [schedule])[0], *rooms]

    def best(self, rows: NDArray[np.void], objective: str = "edp") -> NDArray[np.void]:
        """The best program on every machine [N], with its energy in picojoules and its cycles by throughput.

        KeyError for an unknown objective, ValueError for rows of other fields.
        """
        if rows.dtype != self.row:
            raise ValueError("the rows are none of this front")
        table = np.ascontiguousarray(rows).view(np.float64).reshape(rows.size, -1)
        actions, resources = len(self.plan.apart), len(self.plan.resources)
        a, b = EXPONENTS[objective]
        winner, found = np.empty(rows.size, np.int64), np.full((rows.size, 2), inf)
        width, room = table[:, 1 + actions : 1 + actions + resources], 8 * table[:, 1 + actions + resources :]
        arithmetic = self.space.workload.points * table[:, 0]
        price_front(
            self.counts, actions, arithmetic, np.ascontiguousarray(table[:, 1 : 1 + actions]),
            np.ascontiguousarray(width), room, a, b, winner, found,
        )  # fmt: skip
        out = np.empty(rows.size, OPTIMA)
        out["energy_pj"], out["cycles"], out["program"] = found[:, 0], found[:, 1], winner
        return out


def count_front(space: MapSpace, any_room: bool = False, deadline: float = inf) -> CountFront:
    """The front of a space: of programs that fit its machine or, with `any_room`, for all capacities.

    What it has not looked at by the deadline (seconds since the epoch) makes it incomplete.

    ValueError for a machine whose costs are no linear forms, or with more programs on its front than `MOST`.
    """
    search = _FrontSearch(space, any_room, deadline)
    begin = clock.monotonic()
    search.run()
    return search.front(clock.monotonic() - begin)


def _on(space: MapSpace, machine: Accelerator) -> MapSpace:
    return replace(space, accelerator=machine_for(space.workload, machine))


def _apart(plan: Plan) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The charges that every machine of the structure prices alike: of one name, for tensors with one component."""
    found: dict[tuple[str, object], list[str]] = {}
    for charge in plan.charges(plan.schedule):
        found.setdefault((charge.name, charge.component), []).append(charge.use.tensor)
    return tuple((name, tuple(tensors)) for (name, _), tensors in found.items())


class _FrontSearch:
    """The search for a front: one structure after the other, the programs of all together."""

    def __init__(self, space: MapSpace, any_room: bool, deadline: float) -> None:
        self.space, self.any_room, self.deadline = space, any_room, deadline
        count_listed(space)
        check_lengths(space)
        exchanges = renamings(space) if space.accelerator.lanes == 1 else []
        self.structures = [item for item in space.structures() if is_first(space, item, exchanges)]
        self.tally = np.zeros(TALLY, np.int64)
        self.complete = True
        self._decoded: dict[int, Point] = {}
        self._grounds: dict[tuple[int, ...], tuple[Ground, Plan, Flat]] = {}
        if not self.structures:
            raise ValueError("the space has no programs")
        first = self._ground(self.structures[0])[1]
        width = len(first.apart) + len(first.resources) + 1
        width += len(first.rooms) if any_room else 0
        groups, levels = len(first.groups), len(first.schedule.levels)
        self.kept = Vectors(
            np.zeros(1, np.int64), np.zeros((MOST, width)), np.zeros((MOST, groups), np.int64),
            np.zeros(MOST, np.int64), np.zeros((MOST, levels), np.int64), np.zeros(MOST, np.int64),
        )  # fmt: skip

    def _ground(self, structure: Structure) -> tuple[Ground, Plan, Flat]:
        units = skeleton_units(self.space, structure)
        if units not in self._grounds:
            ground = Ground(self.space, structure, "throughput")
            if not ground.plan.exact:
                raise ValueError("the counts of this machine are no linear forms: there is no front of counts")
            plan = replace(ground.plan, apart=_apart(ground.plan))
            flat = flatten(build_cost_arrays(plan, [level.outside for level in ground.levels]))
            self._grounds[units] = ground, plan, flat
        return self._grounds[units]

    def run(self) -> None:
        """Search all structures."""
        try:
            for number, structure in enumerate(self.structures):
                self._search(number, structure)
        except Late:
            self.complete = False
        self.complete &= not self.tally[SKIPPED]

    def _look(self) -> None:
        if clock.time() > self.deadline:
            raise Late

    def _search(self, number: int, structure: Structure) -> None:
        ground, plan, flat = self._ground(structure)
        if not ground.has_chains(structure):
            return
        forest, rules = ground.forest(structure, self._look), ground.rules(structure)
        stack = _new_stack(len(ground.groups), len(plan.placements), self.kept.counts.shape[1], 128)
        counts = np.zeros(TALLY, np.int64)
        try:
            while not counts[BOXES] or stack.size[0]:
                if self.kept.filled[0] >= MOST // 2:
                    raise ValueError(f"the front has more than {MOST // 2} programs")
                descend_front(
                    flat, self.kept, forest.trees, stack, rules, len(plan.apart), number, _SLICE, counts
                )  # fmt: skip
                forest.list_wanted()
                stack = _with_room(stack)
                self._look()
        finally:
            self.tally += counts
            self._decode(number, structure, ground, forest)

    def _decode(self, number: int, structure: Structure, ground: Ground, forest: Forest) -> None:
        """The programs of a structure, while its trees are there; entries then speak of these."""
        for k in range(int(self.kept.filled[0])):
            if self.kept.structure[k] == number and self.kept.candidate[k, 0] >= 0:
                place = len(self._decoded)
                self._decoded[place] = decode(
                    ground, structure, forest, self.kept.candidate[k], int(self.kept.placement[k]), self.kept.orders[k]
                )
                self.kept.candidate[k, 0], self.kept.placement[k] = -1, place

    def front(self, seconds: float) -> CountFront:
        """What was found."""
        size = int(self.kept.filled[0])
        points = tuple(self._decoded[int(place)] for place in self.kept.placement[:size])
        plan = self._ground(self.structures[0])[1]
        boxes = int(self.tally[BOXES])
        return CountFront(
            self.space, plan, self.any_room, points, self.kept.counts[:size].copy(), self.complete, boxes, seconds
        )


def _new_stack(groups: int, placements: int, width: int, size: int) -> OpenVectors:
    return OpenVectors(
        np.zeros(1, np.int64), np.zeros((size, groups), np.int64), np.zeros((size, placements), np.int64),
        np.zeros(size, np.int64), np.full((size, width), inf), np.zeros(size),
    )  # fmt: skip


def _with_room(stack: OpenVectors) -> OpenVectors:
    """The stack with room for more boxes, if it is full."""
    if not is_full(stack):
        return stack
    groups, placements, width = stack.nodes.shape[1], stack.alive.shape[1], stack.least.shape[1]
    return moved(stack, _new_stack(groups, placements, width, 2 * stack.key.size))

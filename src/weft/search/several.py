"""One search for many machines of a structure: each gets its best program, with a bound, in one descent.

Machines that differ in bandwidths, capacities and energies alone have the same programs with the same counts. So boxes
of programs are bounded once and priced for all of them (`descent/several.py`), and what is better on none is left out.
"""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from math import inf

import numpy as np

from ..ir import Accelerator
from .decode import decode
from .descent.forest import Forest
from .descent.several import Open, Winners, descend_several
from .descent.tally import BOXES, SKIPPED, TALLY
from .ground import Ground, skeleton_units
from .layer import count_listed
from .listing import Late, check_lengths
from .objective import Goal, Metrics, Objective
from .priced import Priced
from .spaces.point import Point, Structure
from .spaces.space import MapSpace
from .spaces.symmetry import is_first, renamings
from .stacks import is_full, moved
from .structure.plan import Floats, Ints

_FIRST_LIMIT, _GROWTH = 100, 4
SLICE = 4096
"""Boxes between two looks at the clock, at most."""


@dataclass(frozen=True, slots=True)
class Optimum:
    """What was found for a machine: the best program (None: none is known) and its metrics. No program of the space is
    below `lower_bound`."""

    metrics: Metrics | None
    point: Point | None
    lower_bound: float


class SeveralSearch:
    """Searches a space for all machines; what is proved is in the bounds of `optima`.

    The objective is a single name. ValueError for machines whose costs are no linear forms, WeftError (W703, W710) for
    a space that is too large.
    """

    def __init__(
        self,
        space: MapSpace,
        machines: Sequence[Accelerator],
        objective: Objective,
        gap: float = 0.0,
        deadline: float = inf,
    ) -> None:
        self.space, self.deadline = space, deadline
        if objective.exponents is None:
            raise ValueError(f"several machines are searched for one objective, not for '{objective}'")
        if objective.limits and len({machine.clock_mhz for machine in machines}) > 1:
            raise ValueError("limits of machines with several clocks cannot be searched at once")
        self.goal: Goal = objective.goal(space.accelerator, gap)
        count = len(machines)
        self.scale = np.ones(count)
        self.counts = np.zeros(TALLY, np.int64)
        self._found: list[tuple[_Work, int, Ints, int, Ints] | None] = [None] * count
        self._values, self._metrics = np.full(count, inf), np.full((count, 2), inf)
        self._begin(machines)

    def _begin(self, machines: Sequence[Accelerator]) -> None:
        count_listed(self.space)
        check_lengths(self.space)
        structures = self.space.structures()
        exchanges = renamings(self.space) if self.space.accelerator.lanes == 1 else []
        monotone = self.goal.most_power == inf
        grounds: dict[tuple[int, ...], Priced] = {}
        self._works: list[_Work] = []
        self._waiting: list[Structure] = [item for item in structures if is_first(self.space, item, exchanges)]
        for structure in self._waiting:
            units = skeleton_units(self.space, structure)
            if units not in grounds:
                grounds[units] = Priced(Ground(self.space, structure, "throughput", monotone), structure, machines)
        self._grounds = grounds

    @property
    def finished(self) -> bool:
        """Whether nothing is left to look at."""
        return not self._waiting and not any(work.open for work in self._works)

    def run(self) -> None:
        """Search until everything is proved or the time is up."""
        with suppress(Late):
            while self._waiting:
                self._look()
                self._start(self._waiting[0])
                del self._waiting[0]
            self._set_scale()
            while open_works := [work for work in self._works if work.open]:
                best = min(open_works, key=lambda work: (work.key, work.number))
                self._go_on(best, best.limit)
                best.limit *= _GROWTH

    def _look(self) -> None:
        if clock.time() > self.deadline:
            raise Late

    def _start(self, structure: Structure) -> None:
        """Bound the whole of a structure."""
        priced = self._grounds[skeleton_units(self.space, structure)]
        if not priced.ground.has_chains(structure):
            return
        work = _Work(len(self._works), priced, structure, self._look, len(self.scale))
        self._go_on(work, 1)
        self._works.append(work)

    def _set_scale(self) -> None:
        """Compare machines by the least that any structure has for them."""
        roots = np.array([work.root for work in self._works]).reshape(-1, len(self.scale))
        least = roots.min(axis=0, initial=inf)
        self.scale[:] = np.where((least > 0) & (least < inf), least, 1.0)
        for work in self._works:
            size = int(work.stack.size[0])
            work.stack.key[:size] = (work.stack.bound[:size] / self.scale).min(axis=1)

    def _go_on(self, work: _Work, limit: int) -> None:
        """Take so many boxes of a structure further."""
        winners = work.winners(self._values, self._metrics)
        until = work.counts[BOXES] + limit
        before = work.counts.copy()
        try:
            while True:
                descend_several(
                    work.priced.flat, work.priced.machines, self.goal, winners, work.forest.trees, work.stack,
                    work.rules, self.scale, min(SLICE, int(until - work.counts[BOXES])), work.counts,
                )  # fmt: skip
                work.forest.list_wanted()
                work.make_room()
                if not work.open or work.counts[BOXES] >= until:
                    return
                self._look()
        finally:
            self.counts += work.counts - before
            self._take(work, winners)

    def _take(self, work: _Work, winners: Winners) -> None:
        for machine in np.flatnonzero(winners.candidate[:, 0] >= 0):
            self._values[machine] = winners.value[machine]
            self._metrics[machine] = winners.energy[machine], winners.cycles[machine]
            self._found[machine] = (
                work, int(machine), winners.candidate[machine].copy(), int(winners.placement[machine]),
                winners.orders[machine].copy(),
            )  # fmt: skip

    def optima(self) -> tuple[Optimum, ...]:
        """What is known of every machine."""
        return tuple(self._optimum(machine, bound) for machine, bound in enumerate(self.lower_bounds()))

    def lower_bounds(self) -> Floats:
        """What no program is below, per machine."""
        found = self._values / self.goal.slack
        for work in self._works:
            size = int(work.stack.size[0])
            found = np.minimum(found, work.stack.bound[:size].min(axis=0, initial=inf))
            if work.counts[SKIPPED]:
                found = np.minimum(found, work.root)
        return np.zeros_like(found) if self._waiting else found

    def _optimum(self, machine: int, bound: float) -> Optimum:
        found = self._found[machine]
        if found is None:
            return Optimum(None, None, float(bound))
        work, _, candidates, placement, orders = found
        point = decode(work.priced.ground, work.structure, work.forest, candidates, placement, orders)
        energy, cycles = self._metrics[machine]
        return Optimum(Metrics(float(energy), int(cycles)), point, float(bound))


class _Work:
    """A structure with its open boxes."""

    def __init__(
        self, number: int, priced: Priced, structure: Structure, look: Callable[[], None], machines: int
    ) -> None:
        self.number, self.priced, self.structure, self.limit = number, priced, structure, _FIRST_LIMIT
        self.rules = priced.ground.rules(structure)
        self.forest: Forest = priced.ground.forest(structure, partial(look))
        self.counts = np.zeros(TALLY, np.int64)
        self.stack = _new_stack(len(priced.ground.groups), len(priced.ground.plan.placements), machines, 128)
        self._root: Floats | None = None

    @property
    def open(self) -> bool:
        """Whether boxes are left."""
        return bool(self.stack.size[0])

    @property
    def key(self) -> float:
        """How promising the best open box is; less is better."""
        return float(self.stack.key[: self.stack.size[0]].min())

    @property
    def root(self) -> Floats:
        """The bound of the whole structure, once it is known."""
        if self._root is None:
            size = int(self.stack.size[0])
            self._root = self.stack.bound[:size].min(axis=0, initial=inf)
        return self._root

    def winners(self, values: Floats, metrics: Floats) -> Winners:
        """Room for what this structure does better."""
        groups, levels, count = len(self.priced.ground.groups), len(self.priced.ground.levels), len(values)
        return Winners(
            values.copy(), metrics[:, 0].copy(), metrics[:, 1].copy(), np.full((count, groups), -1, np.int64),
            np.zeros(count, np.int64), np.zeros((count, levels), np.int64),
        )  # fmt: skip

    def make_room(self) -> None:
        """Enlarge the stack if it is full."""
        if is_full(self.stack):
            tables = self.stack.nodes, self.stack.alive, self.stack.bound
            groups, placements, machines = (table.shape[1] for table in tables)
            self.stack = moved(self.stack, _new_stack(groups, placements, machines, 2 * self.stack.key.size))


def _new_stack(groups: int, placements: int, machines: int, size: int) -> Open:
    return Open(
        np.zeros(1, np.int64), np.zeros((size, groups), np.int64), np.zeros((size, placements), np.int64),
        np.zeros(size, np.int64), np.full((size, machines), inf), np.zeros(size),
    )  # fmt: skip

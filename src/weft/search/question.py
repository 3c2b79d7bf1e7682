"""What the tasks of a search are asked, and what any of them needs to answer: structures, grounds, single programs."""

from __future__ import annotations

import time as clock
from dataclasses import dataclass
from functools import lru_cache
from math import inf
from typing import NamedTuple

from ..backends.cost import evaluate_schedule
from ..backends.energy import EnergyTable, load_energy_table
from ..ir import Mapping
from ..passes.pipeline import schedule
from .ground import Ground, skeleton_units
from .listing import Late, Remembered
from .near.kept import Near
from .objective import Goal, Metrics
from .spaces.point import Point, Structure
from .spaces.space import MapSpace
from .spaces.structures import Every, Listed, Numbered

MOST_LISTED = 20_000
"""Structures that are listed, where they need not be."""


@dataclass(frozen=True)
class Question:
    """What tasks search: a space, what to minimise within which limits, the time model, and which programs beside the
    best (None: none)."""

    space: MapSpace
    goal: Goal
    time: str
    near: Near | None = None

    @property
    def monotone(self) -> bool:
        """Whether a program that costs less in energy and in cycles than another stands for it."""
        return self.goal.most_power == inf and self.near is None


class Entry(NamedTuple):
    """A program with its energy in picojoules and its cycles."""

    metrics: Metrics
    point: Point


@lru_cache(maxsize=4)
def structures_of(space: MapSpace) -> Every:
    """The structures of a space, listed once per process, or by number where they are many."""
    if Numbered.are_free(space) and sum(family.count for family in space.families) > MOST_LISTED:
        return Numbered(space)
    return Listed(space)


@lru_cache(maxsize=2)
def _remembered_of(space: MapSpace, time: str, monotone: bool, energies: EnergyTable) -> Remembered:
    """What all grounds of a space remember."""
    return Remembered()


@lru_cache(maxsize=64)
def ground_of(space: MapSpace, units: tuple[int, ...], time: str, monotone: bool, energies: EnergyTable) -> Ground:
    """The ground of all structures whose skeletons have the same units, made once per process and content of the table
    of energies."""
    return Ground(
        space, structures_of(space).with_units(units), time, monotone, _remembered_of(space, time, monotone, energies)
    )


def measure(space: MapSpace, point: Point, time: str) -> Metrics:
    """Energy and cycles of a program by single evaluation."""
    cost = evaluate_schedule(schedule(Mapping(space.workload, space.program(point), space.accelerator)))
    return Metrics(cost.energy_pj, cost.cycles(time))


def ground_for(question: Question, structure: Structure) -> Ground:
    """The ground of a structure for a search."""
    energies = load_energy_table(question.space.accelerator.energy_table)
    units = skeleton_units(question.space, structure)
    return ground_of(question.space, units, question.time, question.monotone, energies)


def look_at_clock(deadline: float) -> None:
    """Late if the time is over."""
    if clock.time() > deadline:
        raise Late

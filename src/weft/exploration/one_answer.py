"""What the exploration of one dataflow found: designs by their places in the order of the space, written out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, overload

import numpy as np

from ..ir import Mapping, Schedule, capacity_key
from ..passes.pipeline import schedule
from .capacities import needed_capacities
from .machines import with_capacities, without_limits
from .one_dataflow import OneDataflow
from .results import Design, Metrics, Program, Tally
from .sensitivity import Step


class OneAnswer:
    """The answer of a run on a layer of a network."""

    def __init__(self, run: OneDataflow, network: str, layer: str) -> None:
        self.run, self.network, self.layer = run, network, layer

    @property
    def tally(self) -> Tally:
        """How many designs there are, and why some are none."""
        counts = self.run.counts
        return Tally(counts.designs, counts.valid, counts.illegal, tuple(counts.over.items()))

    @property
    def seconds(self) -> float:
        """Time that the run took."""
        return self.run.seconds

    @property
    def certificate(self) -> dict[str, Any]:
        """What is proved, and by what: every design is accounted for, so that the best ones are the best."""
        counts = self.run.counts
        return {
            "status": "optimal",
            "gap": 0.0,
            "accounted": counts.designs,
            "priced": counts.priced,
            "left_out": {"illegal": counts.illegal, "over limits before pricing": counts.excluded},
        }

    @cached_property
    def best(self) -> dict[str, Design | None]:
        """The best design by every objective; None where no design is valid."""
        return {
            name: None if place < 0 else self.design(place, metrics)
            for name, (place, metrics) in self.run.best.designs.items()
        }

    @property
    def steps(self) -> dict[str, tuple[Step, ...]]:
        """By objective, how its best value changes one value down and up of every variable from those of the best."""
        return {name: self.run.marginals.steps(name, design.settings) for name, design in self.best.items() if design}

    def schedule(self, design: Design) -> Schedule:
        """The schedule of a design."""
        workload = self.run.programs[0].workload
        mapping = Mapping(workload, design.programs[0].dataflow, design.accelerator, self.layer)
        return schedule(mapping)

    @property
    def front(self) -> Sequence[Design]:
        """The designs that no other one beats, by the first objective of the front, then the next ones."""
        return _OnFront(self)

    def design(self, place: int, metrics: Sequence[float]) -> Design:
        """The design at a place, with its metrics: cycles, picojoules, mm2, milliwatts, seconds."""
        number = int(np.searchsorted(self.run.starts, place, side="right")) - 1
        program = self.run.programs[number]
        row, tile = divmod(place - int(self.run.starts[number]), program.tiles)
        settings = self.run.space.settings(row)
        machine = without_limits(self.run.space.machine([value for _, value in settings]), self.run.space.needed)
        bound = program.bound(tile)
        placed = schedule(Mapping(program.workload, bound, machine), "warning")
        capacities = needed_capacities(placed, self.run.space.needed)
        chosen = tuple((capacity_key(name), size) for name, size in capacities.items())
        cycles, energy, area, power, seconds = map(float, metrics)
        tiles = tuple(program.tile(tile).items())
        part = Program(self.network, self.layer, bound, int(cycles), energy, program.name, tiles)
        return Design(
            with_capacities(machine, capacities),
            (*settings, *chosen),
            (part,),
            Metrics(int(cycles), energy, area, power, seconds),
        )


class _OnFront(Sequence[Design]):
    """The designs of a front, each made when it is asked for: most of thousands are never looked at."""

    def __init__(self, answer: OneAnswer) -> None:
        self._answer, self._front = answer, answer.run.front

    def __len__(self) -> int:
        return len(self._front.places)

    @overload
    def __getitem__(self, number: int) -> Design: ...

    @overload
    def __getitem__(self, number: slice) -> Sequence[Design]: ...

    def __getitem__(self, number: int | slice) -> Design | Sequence[Design]:
        if isinstance(number, slice):
            return tuple(self[each] for each in range(*number.indices(len(self))))
        return self._answer.design(int(self._front.places[number]), self._front.metrics[number])

"""What one layer can have for itself: machines with programs of which none beats another in all that counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import product

import numpy as np

from ..ir import METRIC_OF, Dataflow, Job, MachineSpace, Workload
from ..search.structure.plan import Floats, Ints
from .machines import sizes_of
from .one_answer import OneAnswer
from .one_dataflow import OneDataflow
from .open_programs import OpenProgram, open_program
from .questions import Question
from .results import Design, Metrics, Tally

OBJECTIVE_OF: dict[str, str] = {metric: objective for objective, metric in METRIC_OF.items()}
"""The names of metrics as objectives of fronts, where they have any."""

PLACE_OF = {item.name: place for place, item in enumerate(fields(Metrics))}
"""The places of metrics in a row of `Front.metrics`."""

Alternative = tuple[str, Dataflow]
"""A program, behind the file that it is from."""


@dataclass(frozen=True)
class Share:
    """The designs of a layer that can be part of a best pipelined one: `metrics[N, 5]`, and where each was found."""

    answers: tuple[OneAnswer, ...]
    metrics: Floats
    answer: Ints
    places: Ints

    @property
    def tally(self) -> Tally:
        """All designs of the layer."""
        tallies = [answer.tally for answer in self.answers]
        return Tally(*(sum(getattr(item, name) for item in tallies) for name in ("designs", "valid", "illegal")))

    def column(self, metric: str) -> list[float]:
        """A metric of all designs."""
        return [float(value) for value in self.metrics[:, PLACE_OF[metric]]]

    @property
    def workload(self) -> Workload:
        """What the layer computes."""
        return self.answers[0].run.programs[0].workload

    def design(self, number: int, network: str, layer: str) -> Design:
        """One of the designs, for a layer of that name."""
        answer = self.answers[self.answer[number]]
        named = OneAnswer(answer.run, network, layer)
        return named.design(int(self.places[number]), tuple(self.metrics[number]))


def share(job: Job, workload: Workload, alternatives: Sequence[Alternative], metrics: Sequence[str]) -> Share:
    """Every design of a layer is looked at, and those are kept that no other equals or beats in these metrics."""
    front = tuple(OBJECTIVE_OF.get(name, name) for name in metrics)
    answers = []
    for space, tiles in _tied(job):
        machines = list(sizes_of(space))
        programs = [open_program(file, workload, dataflow, machines, tiles) for file, dataflow in alternatives]
        run = OneDataflow(space, programs, Question((), front, (), job.time))
        run.run()
        answers.append(OneAnswer(run, "", ""))
    found = np.concatenate([answer.run.front.metrics for answer in answers])
    places = np.concatenate([answer.run.front.places for answer in answers])
    numbers = np.repeat(np.arange(len(answers)), [len(answer.run.front.places) for answer in answers])
    return Share(tuple(answers), found, numbers, places)


def open_programs(job: Job, workload: Workload, alternatives: Sequence[Alternative]) -> list[OpenProgram]:
    """The programs as they are before sizes are tied to machines."""
    machines = list(sizes_of(job.space))
    return [open_program(file, workload, dataflow, machines, dict(job.tiles)) for file, dataflow in alternatives]


def _tied(job: Job) -> Iterator[tuple[MachineSpace, dict[str, tuple[int, ...]]]]:
    """The space by values of the fields to which sizes are tied, with the values of all sizes."""
    keys = dict.fromkeys(key for _, key in job.ties)
    tied = [variable for variable in job.space.variables if variable.key in keys]
    for values in product(*(variable.values for variable in tied)):
        fixed = dict(zip((variable.key for variable in tied), values, strict=True))
        variables = tuple(
            replace(item, values=(fixed[item.key],)) if item.key in fixed else item for item in job.space.variables
        )
        sizes = {symbol: (fixed[key],) for symbol, key in job.ties}
        yield replace(job.space, variables=variables), dict(job.tiles) | sizes

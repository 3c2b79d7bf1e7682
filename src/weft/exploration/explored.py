"""The result of an exploration as plain data (`docs/json.md`, `docs/explore.schema.json`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import Any

from ..backends.report import SCHEMA_VERSION, Sheet, Tabular
from ..ir import Job, capacity_key, setting_text
from .design_rows import Best, designs_sheet
from .one_answer import OneAnswer
from .results import METRICS, Design, Metrics, Tally, objective_of
from .sensitivity import Step

Data = dict[str, Any]


@dataclass(frozen=True)
class Exploration(Tabular):
    """What a job found: a run for every layer, each by itself. `seconds` is the time of all."""

    job: Job
    runs: tuple[OneAnswer, ...]

    @property
    def seconds(self) -> float:
        """Time that the runs took."""
        return sum(answer.seconds for answer in self.runs)

    @property
    def tally(self) -> Tally:
        """The designs of all runs together."""
        tallies = [answer.tally for answer in self.runs]
        names = dict.fromkeys(name for tally in tallies for name, _ in tally.over)
        over = tuple((name, sum(dict(tally.over).get(name, 0) for tally in tallies)) for name in names)
        designs, valid, illegal = (
            sum(getattr(tally, name) for tally in tallies) for name in ("designs", "valid", "illegal")
        )
        return Tally(designs, valid, illegal, over)

    def sheet(self) -> Sheet:
        """A row for the best design by each objective, of every layer, then for every design of the front."""
        return designs_sheet([item for answer in self.runs for item in _told(answer)], self.job.time)

    def to_dict(self) -> Data:
        """The whole document: what there is of a single run stands at the top, sums there for several."""
        machine = self.job.space.base.name
        head: Data = {"schema_version": SCHEMA_VERSION, "accelerator": machine, "question": question_data(self.job)}
        if len(self.runs) == 1:
            return head | _run(self.runs[0])
        whole = tally_data(self.tally) | {"seconds": self.seconds}
        return head | whole | {"runs": [_run(answer) for answer in self.runs]}


def _told(answer: OneAnswer) -> Iterator[Best]:
    workloads = {(answer.network, answer.layer): answer.run.programs[0].workload}
    for name, design in answer.best.items():
        if design is not None:
            bound = objective_of(design.metrics, name)
            yield Best(name, (design,), metrics_data(design.metrics), workloads, ("optimal", 0.0, bound))
    for design in answer.front:
        yield Best("front", (design,), metrics_data(design.metrics), workloads)


def question_data(job: Job) -> Data:
    """What a job asks."""
    varied = {item.key: [setting_text(value) for value in item.values] for item in job.space.variables}
    return {
        "vary": varied | {capacity_key(name): ["needed"] for name in job.space.needed},
        "limits": dict(job.limits),
        "objectives": list(job.objectives),
        "front": list(job.front),
        "time": job.time,
    }


def _run(answer: OneAnswer) -> Data:
    best = {name: None if design is None else best_data(design) for name, design in answer.best.items()}
    return {
        "network": answer.network,
        "layer": answer.layer,
        **tally_data(answer.tally),
        "best": best,
        "front": [design_data(design) for design in answer.front],
        "sensitivity": {name: [_step(step) for step in steps] for name, steps in answer.steps.items()},
        "certificate": answer.certificate,
        "seconds": answer.seconds,
    }


def _step(step: Step) -> Data:
    return {"key": step.key, "setting": _plain(step.setting), "value": step.value if step.value < inf else None}


def tally_data(tally: Tally) -> Data:
    """How many there are, and why some are none."""
    return {"designs": tally.designs, "valid": tally.valid, "illegal": tally.illegal, "over": dict(tally.over)}


def design_data(design: Design) -> Data:
    """A design without its machine, which its settings make."""
    return {
        "settings": {name: _plain(value) for name, value in design.settings},
        "programs": [
            {
                "network": program.network,
                "layer": program.layer,
                "file": program.file,
                "tiles": dict(program.tiles),
                "dataflow": str(program.dataflow),
                "cycles": program.cycles,
                "energy_pj": program.energy_pj,
            }
            for program in design.programs
        ],
        "metrics": metrics_data(design.metrics),
    }


def best_data(design: Design) -> Data:
    """A design with its machine."""
    return design_data(design) | {"machine": design.accelerator.to_dict()}


def metrics_data(metrics: Metrics) -> Data:
    """Metrics by name, the product of energy and cycles among them."""
    return {name: getattr(metrics, name) for name in METRICS}


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value

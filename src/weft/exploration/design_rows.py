"""The best designs of an exploration as rows: one for every layer of a design, with its program's cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

from ..backends.cost import Cost, evaluate_schedule
from ..backends.report import LAYER_COLUMNS, Sheet, cost_data, layer_data, layer_row, program_data, sheet_of
from ..ir import Mapping as Program
from ..ir import Workload, setting_text
from ..passes.pipeline import schedule
from .results import METRICS, Design

Row = dict[str, object]

PROOF_COLUMNS = ("status", "gap", "lower_bound")
"""What is proved of a best design; a design of a front has nothing there."""


@dataclass(frozen=True)
class Best:
    """A design that is told in rows: what it is the best by, or `front`, and what is proved of it.

    `metrics` are those of the whole design, by name, `workloads` those of its layers by network and name.
    """

    best: str
    designs: tuple[Design, ...]
    metrics: Mapping[str, object]
    workloads: Mapping[tuple[str, str], Workload]
    proof: tuple[object, object, object] = (None, None, None)


def designs_sheet(found: Iterable[Best], time: str) -> Sheet:
    """All rows, by the designs' order; `time` is the model that utilization refers to."""
    rows = [row for item in found for row in _rows(item, time)]
    settings = dict.fromkeys(name for row in rows for name in row if name.startswith("machine."))
    metrics = (f"design.{name}" for name in METRICS)
    return sheet_of(rows, ("best", *settings, *metrics, *PROOF_COLUMNS, *LAYER_COLUMNS))


def costs_of(design: Design, workloads: Mapping[tuple[str, str], Workload]) -> list[Cost]:
    """The cost of every program of a design on its machine."""
    found = []
    for program in design.programs:
        workload = workloads[program.network, program.layer]
        mapping = Program(workload, program.dataflow, design.accelerator, program.layer)
        found.append(evaluate_schedule(schedule(mapping)))
    return found


def _rows(item: Best, time: str) -> Iterator[Row]:
    head: Row = {"best": item.best} | {f"design.{name}": item.metrics[name] for name in METRICS}
    head |= dict(zip(PROOF_COLUMNS, item.proof, strict=True))
    for design in item.designs:
        settings = {f"machine.{name}": _cell(value) for name, value in design.settings}
        for program, cost in zip(design.programs, costs_of(design, item.workloads), strict=True):
            operator = cost.schedule.mapping.workload.operator
            data = layer_data(program.network, program.layer, operator) | cost_data(cost, time, ())
            yield head | settings | layer_row(data | program_data(cost))


def _cell(value: Any) -> object:
    """A setting: numbers and flags as such, no limit as an infinite number, others as texts."""
    if value is None:
        return inf
    return value if isinstance(value, bool | int | float) else setting_text(value)

"""What `weft explain` shows: reuse and its cause, formulas, and the terms of energy and time."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from .backends.cost import Cost, evaluate_schedule
from .backends.cost.formulas import Formula, entries_formula
from .backends.cost.nest import ALONE, Grouping, Nest
from .backends.cost.traffic import forward_level, sharing_levels
from .ir import Mapping, Schedule
from .passes import Reuse, analyse


@dataclass(frozen=True, slots=True)
class ExplainedCount:
    """One count with its formula; `forwards` are then taken off reads."""

    parent: str
    child: str
    tensor: str
    count: str
    formula: Formula


@dataclass(frozen=True, slots=True)
class Explanation:
    """A cost with the reuse behind it and the formulas of the counts between memories."""

    cost: Cost
    reuse: tuple[Reuse, ...]
    counts: tuple[ExplainedCount, ...]


def explain_mapping(mapping: Mapping) -> Explanation:
    """Explain a mapping; raises WeftError when it is illegal or does not fit."""
    program = analyse(mapping)
    program.raise_errors()
    assert program.schedule is not None
    assert program.reuse is not None
    return Explanation(evaluate_schedule(program.schedule), program.reuse, _explained(program.schedule))


def _explained(schedule: Schedule) -> tuple[ExplainedCount, ...]:
    nest = Nest(schedule)
    found = []
    for tensor in nest.workload.tensors:
        chain = schedule.holders(tensor.name)
        is_output = tensor == nest.workload.output
        for parent, child in itertools.pairwise(chain):
            shared = sharing_levels(schedule, tensor, parent.boundary, child.boundary)
            along = -1 if is_output else forward_level(schedule, parent.boundary, child.boundary)
            for count, grouping in (
                ("fills", ALONE),
                ("updates" if is_output else "reads", Grouping(shared, along)),
            ):
                formula = entries_formula(nest, tensor, child.boundary, grouping)
                found.append(ExplainedCount(parent.memory.name, child.memory.name, tensor.name, count, formula))
    return tuple(found)

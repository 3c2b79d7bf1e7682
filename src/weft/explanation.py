"""What `weft explain` shows: reuse and its cause, formulas, and the terms of energy and time."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from .analysis.nest import ALONE, Grouping, Nest
from .backends.cost import Cost, evaluate_schedule
from .backends.cost.formulas import (
    Formula,
    entries_formula,
    forwards_formula,
    macs_formula,
    operands_formula,
    readbacks_formula,
)
from .backends.cost.traffic import forward_level, sharing_levels
from .ir import Tensor
from .passes import Program, Reuse


@dataclass(frozen=True, slots=True)
class ExplainedCount:
    """One count of a tensor at an interface with its formula; `child` is a memory or `MAC`.

    `reads` leaves out what neighbours forward; `forwards` is explained where it is not zero.
    """

    parent: str
    child: str
    tensor: str
    count: str
    formula: Formula


@dataclass(frozen=True, slots=True)
class Explanation:
    """A cost with the reuse behind it, the formulas of all counts at all interfaces, and the parts of its time.

    `stepwise` gives the cycles of each part of `cost.cycles_stepwise`, one after the other.
    """

    cost: Cost
    reuse: tuple[Reuse, ...]
    counts: tuple[ExplainedCount, ...]
    stepwise: tuple[tuple[str, int], ...]


def explain_program(program: Program) -> Explanation:
    """Explain an analysed program; raises WeftError when it is illegal or does not fit."""
    program.raise_errors()
    assert program.schedule is not None
    assert program.reuse is not None
    nest = Nest(program.schedule)
    cost = evaluate_schedule(program.schedule)
    return Explanation(cost, program.reuse, tuple(_explained(nest)), cost.stepwise)


def _explained(nest: Nest) -> Iterator[ExplainedCount]:
    """Every count, tensor by tensor from the outermost memory to the arithmetic."""
    for tensor in nest.workload.tensors:
        chain = nest.schedule.holders(tensor.name)
        for parent, child in itertools.pairwise(chain):
            for count, formula in _between(nest, tensor, parent.boundary, child.boundary):
                yield ExplainedCount(parent.memory.name, child.memory.name, tensor.name, count, formula)
        for count, formula in _to_arithmetic(nest, tensor, chain[-1].boundary):
            yield ExplainedCount(chain[-1].memory.name, "MAC", tensor.name, count, formula)


def _between(nest: Nest, tensor: Tensor, parent: int, child: int) -> Iterator[tuple[str, Formula]]:
    """The counts between memories at two boundaries (A9 to A13)."""
    yield "fills", entries_formula(nest, tensor, child, ALONE)
    shared = sharing_levels(nest.schedule, tensor, parent, child)
    if tensor == nest.workload.output:
        yield from _updates(nest, entries_formula(nest, tensor, child, Grouping(shared)), parent)
        return
    along = forward_level(nest.schedule, parent, child)
    yield "reads", entries_formula(nest, tensor, child, Grouping(shared, along))
    forwards = forwards_formula(nest, tensor, child, along) if along >= 0 else None
    if forwards and forwards.elements:
        yield "forwards", forwards


def _to_arithmetic(nest: Nest, tensor: Tensor, parent: int) -> Iterator[tuple[str, Formula]]:
    """The counts between a tensor's last memory and the arithmetic (A14, A15)."""
    yield "fills", macs_formula(nest)
    accesses = operands_formula(nest, tensor, parent)
    if tensor == nest.workload.output:
        yield from _updates(nest, accesses, parent)
    else:
        yield "reads", accesses


def _updates(nest: Nest, updates: Formula, parent: int) -> Iterator[tuple[str, Formula]]:
    yield "updates", updates
    yield "readbacks", readbacks_formula(nest, updates.elements, parent)

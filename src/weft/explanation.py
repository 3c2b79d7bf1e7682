"""What `weft explain` shows: reuse and its cause, formulas, and the terms of energy and time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .analysis.counts import values_of
from .analysis.nest import Nest
from .analysis.table import table_of
from .backends.cost import Cost, evaluate_schedule
from .backends.cost.formulas import Formula, count_formula
from .ir import InternalError
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
    cost = evaluate_schedule(program.schedule)
    return Explanation(cost, program.reuse, tuple(_explained(cost)), cost.stepwise)


def _explained(cost: Cost) -> Iterator[ExplainedCount]:
    """Every count of the table, tensor by tensor from the outermost memory to the arithmetic."""
    nest, values = Nest(cost.schedule), values_of(cost.counts)
    for count, form in table_of(nest.schedule).counts.items():
        formula = count_formula(nest, form)
        if formula is not None and (count.name != "forwards" or formula.elements):
            # A count of several numbers would need a formula of its own.
            if formula.elements != values[count]:
                raise InternalError(f"the formula of {' '.join(count)} gives {formula.elements}")
            yield ExplainedCount(count.parent, count.child, count.tensor, count.name, formula)

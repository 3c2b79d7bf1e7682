"""The passes that say what a program is on a machine: `weft-infer-clusters`, `weft-validate` and `weft-cost`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from xdsl.context import Context
from xdsl.dialects.builtin import DictionaryAttr, FloatAttr, ModuleOp, StringAttr, f64
from xdsl.ir import Attribute

from ..backends.cost import Cost, evaluate_schedule
from ..frontends.mlir.convert import dataflow_of, replace_dataflow
from ..frontends.mlir.dialect import ProgramOp
from ..frontends.mlir.size_attr import size_attr
from ..ir import MAC, Schedule, WeftError
from ..passes import CanonicalizePass, InferPass, Program, run_passes
from ..passes import ValidatePass as WeftValidatePass
from .generated import Optioned, with_options
from .links import COST, fail, mark, programs
from .machine import Origin, ProgramPass, Schedules, analysed, mapping_of, note_facts
from .options import check_bound, numbers


@with_options(InferPass)
class InferClustersPass(Optioned, ProgramPass):
    """Rewrite every program onto dimensions, and say how many units each level has on the machine.

    `bind` gives values to free symbols of the program.
    """

    name: ClassVar[str] = "weft-infer-clusters"
    bind: tuple[str, ...] = ()

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """Treat all programs; a name that none of their sizes depends on is an error."""
        try:
            bound = numbers("bind", self.bind)
            free = {name for program in programs(op) for name in dataflow_of(program).free_symbols} if bound else set()
            check_bound(bound, free)
        except WeftError as error:
            fail(error.diagnostics)
        super().apply(ctx, op)

    def treat(self, program: ProgramOp) -> Schedule:
        """Replace the dataflow by its canonical form."""
        mapping = mapping_of(program, numbers("bind", self.bind))
        found = run_passes(Program(mapping), (CanonicalizePass(), self.weft_pass()))
        found.raise_errors()
        assert found.canonical is not None
        assert found.schedule is not None
        replace_dataflow(program, found.canonical)
        note_facts(program, found.schedule, found.diagnostics)
        return found.schedule


@with_options(WeftValidatePass)
class ValidatePass(Optioned, ProgramPass):
    """Refuse programs that are not legal, or do not fit the machine.

    `over-capacity=warning` lets an over-full memory pass, here and in later passes; it is then one of the findings
    that are written to the program.
    """

    name: ClassVar[str] = "weft-validate"

    def treat(self, program: ProgramOp) -> Schedule:
        """Write the findings to the program if none is an error."""
        return analysed(program, self.over_capacity)


@dataclass(frozen=True)
class CostPass(ProgramPass):
    """Write `weft.cost` to every program and to the operation that it comes from."""

    name: ClassVar[str] = "weft-cost"
    time: Literal["stepwise", "throughput"] = "stepwise"

    def treat(self, program: ProgramOp) -> Schedule:
        """Evaluate a program."""
        schedule = analysed(program)
        program.attributes[COST] = cost_attr(evaluate_schedule(schedule), self.time)
        return schedule

    def finish(self, origin: Origin, schedules: Schedules) -> None:
        """Copy the costs to where the programs come from."""
        for op, found in origin.items():
            mark(op, found)


def cost_attr(cost: Cost, time: str) -> DictionaryAttr:
    """A cost as a dictionary; `cycles` and `utilization` are those of the time model `time`."""
    zeros = {"zero_macs": cost.zero_macs} if cost.zero_macs else {}
    counted = {"macs": cost.macs, **zeros, "cycles": cost.cycles(time), "steps": cost.counts.steps}
    measured = {
        "utilization": cost.utilization(time),
        "energy_pj": cost.energy_pj,
        "area_um2": cost.area.area_um2,
        "power_mw": cost.power_mw,
    }
    others = {name: size_attr(times) for name, times in cost.operations.items() if name != MAC}
    needs: dict[str, Attribute] = {need.site.memory.name: size_attr(need.bytes_needed) for need in cost.occupancy}
    return DictionaryAttr(
        {
            "time": StringAttr(time),
            **{name: size_attr(value) for name, value in counted.items()},
            **{name: FloatAttr(value, f64) for name, value in measured.items()},
            **({"operations": DictionaryAttr(others)} if others else {}),
            "requires_bytes": DictionaryAttr(needs),
        }
    )

"""The passes that say what a program is on a machine: `weft-infer-clusters`, `weft-validate` and `weft-cost`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from xdsl.context import Context
from xdsl.dialects.builtin import DictionaryAttr, FloatAttr, ModuleOp, StringAttr, f64
from xdsl.ir import Attribute, Operation

from ..backends.cost import Cost, evaluate_schedule
from ..frontends.mlir.convert import replace_dataflow
from ..frontends.mlir.dialect import ProgramOp
from ..frontends.mlir.size_attr import size_attr
from ..passes import CanonicalizePass, InferPass, OverCapacity, Program, run_passes
from .links import one_or_all
from .machine import ProgramPass, analysed, mapping_of, note_facts
from .options import numbers

COST = "weft.cost"


@dataclass(frozen=True)
class InferClustersPass(ProgramPass):
    """Rewrite every program onto dimensions, and say how many units each level has on the machine.

    `bind` gives values to free symbols of the program.
    """

    name: ClassVar[str] = "weft-infer-clusters"
    bind: tuple[str, ...] = ()

    def treat(self, program: ProgramOp) -> None:
        """Replace the dataflow by its canonical form."""
        mapping = mapping_of(program, numbers("bind", self.bind))
        found = run_passes(Program(mapping), (CanonicalizePass(), InferPass()))
        found.raise_errors()
        assert found.canonical is not None
        assert found.schedule is not None
        replace_dataflow(program, found.canonical)
        note_facts(program, found.schedule, found.diagnostics)


@dataclass(frozen=True)
class ValidatePass(ProgramPass):
    """Refuse programs that are not legal, or do not fit the machine.

    `over-capacity=warning` lets an over-full memory pass, here and in later passes; it is then one of the findings
    that are written to the program.
    """

    name: ClassVar[str] = "weft-validate"
    over_capacity: OverCapacity | None = None

    def treat(self, program: ProgramOp) -> None:
        """Write the findings to the program if none is an error."""
        analysed(program, self.over_capacity)


@dataclass(frozen=True)
class CostPass(ProgramPass):
    """Write `weft.cost` to every program and to the operation that it comes from."""

    name: ClassVar[str] = "weft-cost"
    time: Literal["stepwise", "throughput"] = "stepwise"

    def treat(self, program: ProgramOp) -> None:
        """Evaluate a program."""
        program.attributes[COST] = cost_attr(evaluate_schedule(analysed(program)), self.time)

    def finish(self, ctx: Context, module: ModuleOp, origin: dict[Operation, tuple[ProgramOp, ...]]) -> None:
        """Copy the costs to where the programs come from."""
        for op, found in origin.items():
            op.attributes[COST] = one_or_all([program.attributes[COST] for program in found])


def cost_attr(cost: Cost, time: str) -> DictionaryAttr:
    """A cost as a dictionary; `cycles` and `utilization` are those of the time model `time`."""
    counted = {"macs": cost.counts.macs, "cycles": cost.cycles(time), "steps": cost.counts.steps}
    measured = {
        "utilization": cost.utilization(time),
        "energy_pj": cost.energy_pj,
        "area_um2": cost.area_power.area_um2,
        "power_mw": cost.area_power.power_mw,
    }
    needs: dict[str, Attribute] = {need.site.memory.name: size_attr(need.bytes_needed) for need in cost.occupancy}
    return DictionaryAttr(
        {
            "time": StringAttr(time),
            **{name: size_attr(value) for name, value in counted.items()},
            **{name: FloatAttr(value, f64) for name, value in measured.items()},
            "requires_bytes": DictionaryAttr(needs),
        }
    )

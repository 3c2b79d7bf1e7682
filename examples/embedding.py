"""A pass of one's own that asks Weft: which of two schedules of a `linalg.matmul` is better, and keeps that one.

    python examples/embedding.py [FILE.mlir]

The pass is an ordinary xDSL pass. In an `xdsl.universe` of your own it also runs from `xdsl-opt`, and the passes of
Weft run after it: `weft-cost` writes what the schedule costs, `weft-lower` puts its loops into the function.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from xdsl.context import Context
from xdsl.dialects import get_all_dialects
from xdsl.dialects.builtin import ModuleOp
from xdsl.parser import Parser
from xdsl.passes import ModulePass

import weft
from weft.xdsl import CostPass, LowerPass, raise_operation, set_program

OUTPUT_STATIONARY = "SpatialMap(1,1) M; Cluster(16); SpatialMap(1,1) N; TemporalMap(1,1) K;"
WEIGHT_STATIONARY = "SpatialMap(1,1) K; Cluster(16); SpatialMap(1,1) N; TemporalMap(1,1) M;"


@dataclass(frozen=True)
class KeepBetterSchedule(ModulePass):
    """Give every `linalg.matmul` the schedule that takes fewer cycles."""

    name: ClassVar[str] = "keep-better-schedule"
    accelerator: str = "generic_256"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """Evaluate both on the machine."""
        machine = weft.load_accelerator(self.accelerator)
        for matmul in [item for item in op.walk() if item.name == "linalg.matmul"]:
            (raised,) = raise_operation(matmul)
            programs = [weft.parse_dataflow(text) for text in (OUTPUT_STATIONARY, WEIGHT_STATIONARY)]
            costs = [weft.evaluate(weft.Mapping(raised.workload, program, machine)) for program in programs]
            best = min(costs, key=lambda cost: cost.cycles_stepwise).schedule.mapping
            set_program(matmul, best.workload, best.dataflow, accelerator=self.accelerator)


def main(file: Path) -> None:
    """Run the pass on a file, then evaluate and lower what it chose, and print the module."""
    context = Context()
    for name, dialect in get_all_dialects().items():
        context.register_dialect(name, dialect)
    module = Parser(context, file.read_text("utf-8"), file.name).parse_module()
    for item in (KeepBetterSchedule(), CostPass(), LowerPass()):
        item.apply(context, module)
    module.verify()
    print(module)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "mlir" / "matmul.mlir")

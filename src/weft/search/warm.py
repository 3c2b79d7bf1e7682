"""Compile what searches call, for images and before tests: `python -m weft.search.warm`. It takes about a minute."""

from __future__ import annotations

from ..ir import Accelerator, Memory, Workload
from ..ir.operators import operator_workload
from .quick.values import QuickBounds
from .request import Settings
from .spaces.default import machine_space
from .spaces.structures import all_structures
from .stepwise import search_of
from .workers.executors import this_process
from .workers.waves import drive

_MACHINE = Accelerator(
    "small", 4, (Memory("DRAM"), Memory("L2", capacity_bytes=1024), Memory("L1", None, 64)), shape=(2, 2)
)


def warm() -> None:
    """Search two small layers by both times, with all that is in them."""
    for operator, extents in (("GEMM", "M N K"), ("CONV", "K C R S Y' X'")):
        workload = operator_workload(operator, {"N": 1} | dict.fromkeys(extents.split(), 2))
        _search(workload, "throughput")
        _search(workload, "stepwise")
        space = machine_space(workload, _MACHINE, mixed=False)
        QuickBounds(space).least(all_structures(space), _MACHINE)


def _search(workload: Workload, time: str) -> None:
    search = search_of(workload.operator, machine_space(workload, _MACHINE), Settings(time=time))
    drive([search], this_process())


if __name__ == "__main__":
    warm()

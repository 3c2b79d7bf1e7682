"""Compile what searches call, for images and before tests: `python -m weft.search.warm`. It takes some minutes."""

from __future__ import annotations

from math import inf
from random import Random

import numpy as np

from ..ir import Accelerator, Mapping, Memory, Workload
from ..ir.operators import operator_workload
from ..passes.pipeline import schedule
from .objective import read_objective
from .quick.values import QuickCache
from .request import Settings
from .spaces.default import machine_space
from .spaces.space import MapSpace
from .steps import StepwiseBatch
from .stepwise import search_of
from .workers.executors import this_process
from .workers.waves import drive

_MACHINE = Accelerator(
    "small",
    4,
    (Memory("DRAM", shared_bandwidth=4), Memory("L2", capacity_bytes=1024), Memory("L1", None, 64)),
    shape=(2, 2),
)


def warm() -> None:
    """Search two small layers by both times, with all that is in them."""
    for operator, extents in (("GEMM", "M N K"), ("CONV", "K C R S Y' X'")):
        workload = operator_workload(operator, {"N": 1} | dict.fromkeys(extents.split(), 2))
        _search(workload, "throughput")
        _search(workload, "stepwise")
        space = machine_space(workload, _MACHINE, mixed=False)
        QuickCache(read_objective("edp")).least_value(space, inf, _MACHINE)
        _time(space)


def _search(workload: Workload, time: str) -> None:
    search = search_of(workload.operator, machine_space(workload, _MACHINE), Settings(time=time))
    drive([search], this_process())


def _time(space: MapSpace) -> None:
    """Time a program as those are that a search by stepwise time lists."""
    (point,) = space.sample(Random(0), 1)
    program = schedule(Mapping(space.workload, space.program(point), _MACHINE))
    batch = StepwiseBatch(program)
    sizes, units = batch.rows_of(program)
    batch.cycles(np.stack([sizes]), np.stack([units]))


if __name__ == "__main__":
    warm()

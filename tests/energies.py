"""Counts, a schedule and a table that the tests of energies share."""

from weft.backends.energy import EnergyEntry, EnergyTable
from weft.ir import (
    Accelerator,
    Counts,
    Dataflow,
    InputTraffic,
    Interface,
    Loop,
    Mapping,
    Memory,
    OutputTraffic,
    Schedule,
    ScheduledLevel,
    Site,
    SpatialMap,
    operator_workload,
)

TENSORS = ("input", "filter", "output")
WORKLOAD = operator_workload("GEMM", {"M": 4, "N": 3, "K": 5})
TABLE = EnergyTable(
    "tens",
    tuple(
        EnergyEntry(role, 10.0**power, "pJ", f"{role}'s source")
        for power, role in enumerate(("mac", "pe", "network", "buffer", "dram"))
    ),
)


def schedule(memories, boundaries, **machine):
    """One level of four units over M; memory i stands at boundary boundaries[i]."""
    accelerator = Accelerator("m", 4, tuple(memories), **machine)
    program = Dataflow(((SpatialMap(1, 1, "M"),),))
    level = ScheduledLevel(4, (Loop("M", 1, True),), memories[0].networks[0])
    sites = tuple(
        Site(memory, boundary, 4 if boundary else 1, TENSORS)
        for memory, boundary in zip(memories, boundaries, strict=True)
    )
    return Schedule(Mapping(WORKLOAD, program, accelerator), program, (level,), sites)


def counts(*interfaces, macs=60):
    return Counts(macs, 15, 4, 60, interfaces)


def accesses(terms):
    return {(term.name, term.tensor): term.accesses for term in terms}


L2, L1 = Memory("L2"), Memory("L1", None)
TO_L1 = Interface("L2", "L1", 4, (("filter", InputTraffic(60, 15, 7)), ("output", OutputTraffic(20, 18, 6))))
TO_MAC = Interface("L1", "MAC", 4, (("filter", InputTraffic(60, 50, 0)), ("output", OutputTraffic(60, 60, 48))))

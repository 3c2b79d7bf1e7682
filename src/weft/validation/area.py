"""Areas and powers of published chips and of CACTI, beside those from building blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .. import api
from ..backends.area import Area, area, load_area_table, memory_area
from ..backends.cost import Cost
from ..frontends.accelerator import load_accelerator
from ..frontends.maestro import parse_dataflow
from ..ir import Accelerator, Mapping, Memory, Workload, operator_workload
from .comparison import Cell, Check, Comparison, Table, about, published_rows
from .eyeriss import chip_layers

NEEDS = {"PE": 12}
"""Bytes of the registers of ShiDianNao's elements, which have no limit there: what its programs require."""

WITHIN = 2.0
"""How far from a published area ours may be."""

EYERISS_MW = 278.0
"""Measured on the chip, AlexNet (abstract of JSSC 2017, read)."""

TPU_WATTS = 40.0
"""Of a busy die (ISCA 2017, recalled)."""


@dataclass(frozen=True, slots=True)
class Part:
    """A chip, or a part of one, with its published size, and ours.

    `checked` is a whole chip without what no machine has blocks for, such as interfaces.
    """

    chip: str
    part: str
    machine: Accelerator
    published_mm2: float
    ours_mm2: float
    figure: str
    checked: bool
    leaves_out: str

    @property
    def ratio(self) -> float:
        """Ours over the published one."""
        return self.ours_mm2 / self.published_mm2


def parts() -> tuple[Part, ...]:
    """All published areas."""
    return tuple(map(_part, published_rows("area_chips")))


def _part(row: dict[str, str]) -> Part:
    machine = load_accelerator(row["preset"])
    found = area(machine, NEEDS)
    ours = sum(_sizes(found, row["blocks"])) / int(row["divide"]) / 1e6
    checked, published = row["checked"] == "yes", float(row["published_mm2"])
    return Part(row["chip"], row["part"], machine, published, ours, row["figure"], checked, row["leaves_out"])


def _sizes(found: Area, blocks: str) -> Iterator[float]:
    """The areas of the terms that a text names; a name may be part of another."""
    sizes = {term.name: term.area_um2 for term in found.terms}
    if blocks == "*":
        yield from sizes.values()
        return
    for name in sorted(sizes, key=len, reverse=True):
        if name in blocks:
            blocks = blocks.replace(name, "", 1)
            yield sizes[name]
    if blocks.strip():
        raise KeyError(blocks)


def on_chip_mw(cost: Cost) -> float:
    """Milliwatts of a program, without those of DRAM."""
    return sum(term.power_mw for term in cost.power.terms if term.name != "DRAM")


def _tpu_layers() -> Iterator[tuple[str, Cost]]:
    """Layers on the TPU, as in `examples/dataflows/tpu_v1.m`: one that weights limit, and two that keep it busy."""
    machine = load_accelerator("tpu_v1_like")
    for name, m, n, k in (("MLP0", 200, 2000, 2000), ("BERT_FFN1", 1024, 3072, 768)):
        work = operator_workload("GEMM", {"M": m, "N": n, "K": k})
        program = (
            "TemporalMap(2048,2048) M; Cluster(1, UB); TemporalMap(256,256) N; Cluster(1, ACC); TemporalMap(256,256) K;"
            "Cluster(1, FIFO); TemporalMap(1,1) M; Cluster(256); SpatialMap(1,1) K; Cluster(256); SpatialMap(1,1) N;"
        )
        yield name, _cost(work, program, machine)


def _cost(workload: Workload, program: str, machine: Accelerator) -> Cost:
    return api.evaluate(Mapping(workload, parse_dataflow(program).bind(workload.extents), machine))


def eyeriss_mw() -> float:
    """Milliwatts of Eyeriss on AlexNet's convolutions, as long as each takes."""
    machine = load_accelerator("eyeriss")
    layers = [(layer.groups, layer.cost(machine)) for layer in chip_layers("alexnet")]
    seconds = sum(groups * cost.seconds() for groups, cost in layers)
    return sum(groups * cost.seconds() * on_chip_mw(cost) for groups, cost in layers) / seconds


@dataclass(frozen=True, slots=True)
class Macro:
    """A memory of one bank and port, by CACTI and by ours, without the free floor around it."""

    nm: int
    size: int
    bits: int
    cacti_um2: float
    ours_um2: float

    @property
    def ratio(self) -> float:
        """Ours over CACTI's."""
        return self.ours_um2 / self.cacti_um2


def macros() -> tuple[Macro, ...]:
    """Some of the runs of CACTI that the periphery comes from."""
    return tuple(map(_macro, published_rows("area_cacti")))


def _macro(row: dict[str, str]) -> Macro:
    nm, size, bits = (int(row[name]) for name in ("nm", "bytes", "bits"))
    memory = Memory("M", block_size=bits)
    machine = Accelerator("m", 2, (memory,), default_word_bits=1, technology_nm=nm, energy_table="bench_256")
    placed = float(memory_area(machine, "M", np.array([size]))[0])
    return Macro(nm, size, bits, float(row["cacti_um2"]), placed / load_area_table("blocks").spread)


def comparison() -> Comparison:
    """Published areas, CACTI's memories, and the powers of two chips."""
    chips, memories = parts(), macros()
    whole = [part for part in chips if part.checked]
    ratios = sorted(macro.ratio for macro in memories)
    checks = (
        Check(
            f"ours is within a factor of {WITHIN:g} of all {len(whole)} chips",
            all(1 / WITHIN <= part.ratio <= WITHIN for part in whole),
        ),
        Check(
            f"memories are {ratios[0]:.2f} to {ratios[-1]:.2f} times as large as CACTI's",
            ratios[0] >= 0.5 and ratios[-1] <= 2,
        ),
        Check("MAESTRO's regression of 2019 gives 5.932 mm² and 125.8 mW for a design of its paper", _maestro_holds()),
    )
    tables = (_areas(chips), _powers(), _memories(memories))
    return Comparison("area", "Areas and powers of chips", about("area"), tables, checks)


def _maestro_holds() -> bool:
    settings = ["pes=56", "bandwidth=40", "area_table=maestro_2019"]
    found = area(load_accelerator("generic_256", settings), {"L1": 112, "L2": 6277})
    return (round(found.area_um2 / 1e6, 3), round(found.power_mw, 1)) == (5.932, 125.8)


def _areas(chips: tuple[Part, ...]) -> Table:
    columns = ("chip", "part", "nm", "published mm²", "Weft", "Weft / published", "figure", "ours leaves out")
    rows = tuple(
        (
            *(part.chip, part.part, f"{part.machine.technology_nm:g}", part.published_mm2, part.ours_mm2),
            *(f"{part.ratio:.2f}", part.figure, part.leaves_out),
        )
        for part in chips
    )
    return Table("Areas", columns, rows)


def _powers() -> Table:
    found: list[tuple[Cell, ...]] = []
    ours = eyeriss_mw()
    found.append(("Eyeriss", "AlexNet, convolutions", EYERISS_MW / 1e3, ours / 1e3, f"{ours / EYERISS_MW:.2f}"))
    for name, cost in _tpu_layers():
        watts = on_chip_mw(cost) / 1e3
        found.append(("TPU v1", name, TPU_WATTS, watts, f"{watts / TPU_WATTS:.2f}"))
    columns = ("chip", "program", "published W", "Weft", "Weft / published")
    return Table("Power on the chip", columns, tuple(found))


def _memories(memories: tuple[Macro, ...]) -> Table:
    columns = ("nm", "bytes", "bits of the port", "CACTI µm²", "Weft", "Weft / CACTI")
    rows = tuple(
        (str(macro.nm), macro.size, macro.bits, macro.cacti_um2, macro.ours_um2, f"{macro.ratio:.2f}")
        for macro in memories
    )
    return Table("Memories of one bank, without the free floor", columns, rows)

"""The hardware exploration of MAESTRO's paper: designs that the public tool was run on, beside `weft.explore`."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..backends.area import area
from ..exploration.one_dataflow import OneDataflow
from ..exploration.open_programs import open_program
from ..exploration.questions import Question
from ..frontends.accelerator import load_accelerator, machine_space
from ..frontends.maestro import parse_dataflow
from ..ir import Accelerator, Workload, operator_workload
from .comparison import DATA, Cell, Check, Comparison, Table, about
from .references import folder_with

PROGRAM = """SpatialMap(k,k) K; TemporalMap(c,c) C; TemporalMap(Sz(R),Sz(R)) R; TemporalMap(Sz(S),Sz(S)) S;
TemporalMap(Sz(R),1) Y; TemporalMap(Sz(S),1) X;"""
"""KC-P as the exploration of the paper has it: one level, filters over the processing elements."""

VGG16 = {
    "CONV1": (64, 3, 224), "CONV2": (64, 64, 224), "CONV3": (128, 64, 112), "CONV4": (128, 128, 112),
    "CONV5": (256, 128, 56), "CONV6": (256, 256, 56), "CONV7": (256, 256, 56), "CONV8": (512, 256, 28),
    "CONV9": (512, 512, 28), "CONV10": (512, 512, 28), "CONV11": (512, 512, 14), "CONV12": (512, 512, 14),
    "CONV13": (512, 512, 14),
}  # fmt: skip
"""Filters, channels, and rows and columns of the output of the layers."""

AREA_MM2, POWER_MW = 16.0, 450.0
"""The paper's limits."""

SPARE = {"cycles": 1e-5, "l1": 0.0, "l2": 0.0, "area_mm2": 3e-4, "power_mw": 5e-4}
"""How far numbers are apart that are called equal: the grid has areas and powers with a few digits."""

MOST = 1e-3
"""How far cycles are apart at most."""


@dataclass(frozen=True)
class Said:
    """What is said of a design: cycles, bytes of both memories, mm2, mW, and whether it keeps the paper's limits."""

    cycles: int
    l1: int
    l2: int
    area_mm2: float
    power_mw: float

    @property
    def valid(self) -> bool:
        """Whether it keeps the paper's limits."""
        return self.area_mm2 <= AREA_MM2 and self.power_mw <= POWER_MW


@dataclass(frozen=True)
class Row:
    """A design of the tool beside Weft's, and Weft's with the tool's counts of partial sums in the memories."""

    tool: Said
    tool_valid: bool
    weft: Said
    restated: Said


def layer_of(name: str) -> Workload:
    """A layer by its name in a grid; KeyError if it is none of VGG16."""
    filters, channels, outputs = VGG16[name.rsplit("-", 1)[-1]]
    extents = {"N": 1, "K": filters, "C": channels, "R": 3, "S": 3, "Y'": outputs, "X'": outputs}
    return operator_workload("CONV", extents)


def read_grid(path: Path) -> dict[str, list[dict[str, str]]]:
    """The rows of a grid by layer: PEs, bandwidth, tile sizes, and what the tool said."""
    found: dict[str, list[dict[str, str]]] = {}
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["layer"], []).append(row)
    return found


def compared(layer: str, grid: list[dict[str, str]]) -> list[Row]:
    """Every design of a grid of one layer, explored."""
    workload = layer_of(layer)
    machine = load_accelerator("generic_256", ["area_table=maestro_2019"])
    sizes = {name: sorted({int(row[name]) for row in grid}) for name in ("pe", "bw", "c", "k")}
    varied = {"pes": sizes["pe"], "L2.bandwidth": sizes["bw"], "L1.capacity_bytes": "needed"}
    space = machine_space(machine, varied | {"L2.capacity_bytes": "needed"})
    tiles = {"k": sizes["k"], "c": sizes["c"]}
    machines = [one for _, one in space.machines()]
    program = open_program("KC-P", workload, parse_dataflow(PROGRAM), machines, tiles)
    run = OneDataflow(space, [program], Question(("cycles",)))
    found: dict[int, tuple[float, ...]] = {}
    for block in run.designs():
        needs = np.broadcast_arrays(block.places, *(block.tiles.capacities[name][:, None] for name in ("L1", "L2")))
        values = (*needs[1:], block.measured.cycles, block.measured.area_mm2, block.measured.power_mw)
        columns = (value.ravel().tolist() for value in values)
        found |= dict(zip(block.places.ravel().tolist(), zip(*columns, strict=True), strict=True))
    return [_row(row, sizes, found, workload, machines) for row in grid]


def _row(
    row: dict[str, str],
    sizes: dict[str, list[int]],
    found: dict[int, tuple[float, ...]],
    layer: Workload,
    machines: Sequence[Accelerator],
) -> Row:
    pes, bandwidth, c, k = (int(row[name]) for name in ("pe", "bw", "c", "k"))
    machine = sizes["pe"].index(pes) * len(sizes["bw"]) + sizes["bw"].index(bandwidth)
    tile = sizes["k"].index(k) * len(sizes["c"]) + sizes["c"].index(c)
    l1, l2, cycles, area, power = found[machine * len(sizes["k"]) * len(sizes["c"]) + tile]
    tool = Said(
        int(row["runtime"]), int(row["l1_B"]), int(row["l2_B"]), float(row["area2019_mm2"]), float(row["power2019_mW"])
    )
    weft = Said(int(cycles), int(l1), int(l2), area, power)
    return Row(tool, row["valid_16mm2_450mW"] == "1", weft, _restated(weft, layer, machines[machine], c, k))


def _restated(weft: Said, layer: Workload, machine: Accelerator, c: int, k: int) -> Said:
    """Weft's design with the tool's buffers: those of the PEs are larger, so that areas and powers change."""
    taps, filters = layer.extents["R"] * layer.extents["S"], layer.extents["K"]
    c, k = min(c, layer.extents["C"]), min(k, filters)
    l1 = 2 * taps * (c + k * c + k)
    pieces = -(-filters // k)
    l2 = weft.l2 if machine.pes <= pieces or pieces == 1 else weft.l2 - 2 * (filters - (pieces - 1) * k)
    found = area(machine, {"L1": l1, "L2": l2})
    return Said(weft.cycles, l1, l2, found.area_um2 * 1e-6, found.power_mw)


def grids() -> list[Path]:
    """The grid that Weft ships, and further ones in the reference data."""
    folder = folder_with("anchors", "maestro_dse")
    more = sorted(folder.glob("grid_*.csv.gz")) if folder else []
    shipped = DATA / "grid_conv2.csv.gz"
    return [shipped, *(path for path in more if path.name != shipped.name)]


def comparison() -> Comparison:
    """Cycles, buffers, area, power and validity of every design of the grids."""
    rows: list[tuple[Cell, ...]] = []
    checks: list[Check] = []
    for path in grids():
        for layer, grid in read_grid(path).items():
            found = compared(layer, grid)
            rows += _table_rows(layer, found)
            checks += _checks(layer, found)
    columns = ("layer", "of the public tool", "designs", "equal", "largest difference", "with the tool's counts: equal")
    table = Table("Designs of the public tool, explored", columns, tuple(rows))
    return Comparison("explore", "MAESTRO's hardware exploration", about("explore"), (table,), tuple(checks))


def _table_rows(layer: str, rows: list[Row]) -> Iterator[tuple[Cell, ...]]:
    for name, spare in SPARE.items():
        apart = [_apart(item, item.weft, name) for item in rows]
        restated = [_apart(item, item.restated, name) for item in rows]
        equal, again = (sum(one <= spare for one in each) for each in (apart, restated))
        yield layer, name, len(rows), equal, f"{max(apart):.2g}", again
    yield layer, "valid", len(rows), sum(r.weft.valid == r.tool_valid for r in rows), "", _same_validity(rows)


def _apart(row: Row, weft: Said, name: str) -> float:
    """How far a number is from the tool's, as a part of that."""
    tool: float = getattr(row.tool, name)
    return abs(float(getattr(weft, name)) - tool) / tool


def _same_validity(rows: list[Row]) -> int:
    return sum(item.restated.valid == item.tool_valid for item in rows)


def _checks(layer: str, rows: list[Row]) -> Iterator[Check]:
    worst = max(_apart(item, item.weft, "cycles") for item in rows)
    close = sum(_apart(item, item.weft, "cycles") <= SPARE["cycles"] for item in rows)
    text = f"{layer}: cycles equal to 0.001 % in {close:,} of {len(rows):,} designs, and to 0.1 % in all"
    yield Check(text, worst <= MOST and close >= 0.99 * len(rows))
    for name in ("l1", "l2", "area_mm2", "power_mw"):
        same = all(_apart(item, item.restated, name) <= SPARE[name] for item in rows)
        yield Check(f"{layer}: {name} equal in all designs with the tool's counts of partial sums", same)
    yield Check(f"{layer}: the same designs are valid with the tool's counts", _same_validity(rows) == len(rows))

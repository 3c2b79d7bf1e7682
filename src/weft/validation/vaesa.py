"""VAESA's table of Simba-like designs, mapped by CoSA, beside Weft's proved optima: more never costs cycles."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from math import ceil
from pathlib import Path
from typing import NamedTuple

import numpy as np

from .. import api
from ..ir import Accelerator, Memory, Workload
from .comparison import Cell, Check, Comparison, Table, about, absent
from .references import folder_with

TITLE = "VAESA: Simba-like designs, mapped by CoSA"
DRAM_WORDS = 10
"""Words a cycle of the DRAM, each way; see the text of the comparison."""

SAMPLE, SEED = 4, 0
"""Designs that are mapped besides the smallest and the largest of each array."""

LAYERS: dict[str, tuple[int, int, int, int, int]] = {
    "conv1": (11, 55, 3, 64, 4),
    "conv2": (5, 27, 64, 192, 1),
    "conv3": (3, 13, 192, 384, 1),
    "conv4": (3, 13, 384, 256, 1),
    "conv5": (3, 13, 256, 256, 1),
    "fc6": (1, 1, 9216, 4096, 1),
    "fc7": (1, 1, 4096, 4096, 1),
    "fc8": (1, 1, 4096, 1000, 1),
}
"""AlexNet's layers as CoSA has them: window, outputs of a side, channels in and out, stride."""

_TO_BUFFERS = "Cluster(64, GB); SpatialMap(?,?) K; Cluster(2, IB); SpatialMap(?,?) {inner}; Cluster(1, WB);"
_CONVOLUTION = f"""
TemporalMap(?,?) K; TemporalMap(?,?) C; TemporalMap(?,?) Y'; TemporalMap(?,?) X'; {_TO_BUFFERS.format(inner="C")}
TemporalMap(1,1) Y'; TemporalMap(1,1) X'; TemporalMap({{lanes}},{{lanes}}) C; TemporalMap(1,1) R; TemporalMap(1,1) S;
TemporalMap(1,1) K; Cluster({{lanes}}, AB); SpatialMap(1,1) C;
"""
_FIRST = f"""
TemporalMap(?,?) K; TemporalMap(?,?) Y'; {_TO_BUFFERS.format(inner="Y'")}
TemporalMap({{rows}},{{rows}}) Y'; TemporalMap({{columns}},{{columns}}) X'; TemporalMap(1,1) C; TemporalMap(1,1) R;
TemporalMap(1,1) S; Cluster({{columns}}, AB); SpatialMap(1,1) X'; Cluster({{rows}}); SpatialMap(1,1) Y';
"""
_CONNECTED = f"""
TemporalMap(?,?) K; TemporalMap(?,?) C; {_TO_BUFFERS.format(inner="C")}
TemporalMap(1,1) K; TemporalMap({{lanes}},{{lanes}}) C; Cluster({{lanes}}, AB); SpatialMap(1,1) C;
"""
"""Programs with open sizes: channels out over the 64 input buffers, channels in over what is below them. The first
layer, with three channels, spreads rows and columns of outputs instead."""


class Design(NamedTuple):
    """A design of the table: elements, and words of an accumulator, weight, input and the global buffer."""

    elements: int
    accumulator: int
    weights: int
    inputs: int
    buffer: int

    def has_all_of(self, other: Design) -> bool:
        """Whether it has at least as much of everything as another, which it is not."""
        return self != other and all(a >= b for a, b in zip(self, other, strict=True))

    @property
    def machine(self) -> Accelerator:
        """The design as a machine of Weft."""

        def memory(name: str, instances: int | None, words: int, *holds: str) -> Memory:
            return Memory(name, instances, words, "rolling", holds=holds)

        memories = (
            Memory("DRAM", 1, None, "rolling", read_bandwidth=DRAM_WORDS, write_bandwidth=DRAM_WORDS),
            memory("GB", 1, self.buffer, "input", "output"),
            memory("IB", 64, self.inputs, "input"),
            memory("WB", 128, self.weights, "filter"),
            memory("AB", 128, self.accumulator, "output"),
            memory("WR", None, 1, "filter"),
        )
        return Accelerator("simba", self.elements, memories, default_word_bits=8)


def folder() -> Path | None:
    """The folder of the reference data, or None."""
    return folder_with("anchors", "vaesa")


@dataclass(frozen=True)
class Published:
    """The table: cycles by mesh and design."""

    cycles: Mapping[tuple[int, Design], int]

    @cached_property
    def designs(self) -> list[Design]:
        """The designs, whatever their mesh, in order."""
        return sorted({design for _, design in self.cycles})

    @property
    def any_mesh(self) -> bool:
        """Whether the mesh of a design changes no cycles."""
        found = dict[Design, int]()
        return all(found.setdefault(design, cycles) == cycles for (_, design), cycles in self.cycles.items())

    @cached_property
    def broken(self) -> tuple[int, int, float]:
        """Pairs of one mesh in which a design has all of the other, those of more cycles, and the worst ratio."""
        pairs = broken = 0
        worst = 1.0
        for mesh in sorted({mesh for mesh, _ in self.cycles}):
            own = [(design, cycles) for (other, design), cycles in self.cycles.items() if other == mesh]
            sizes, cycles = np.array([design for design, _ in own]), np.array([cycles for _, cycles in own])
            for number, size in enumerate(sizes):
                more = (sizes >= size).all(axis=1) & (sizes != size).any(axis=1)
                slower = more & (cycles > cycles[number])
                pairs, broken = pairs + int(more.sum()), broken + int(slower.sum())
                worst = max(worst, float(np.max(cycles[slower], initial=0) / cycles[number]))
        return pairs, broken, worst


def read_table(path: Path) -> Published:
    """The table in a file."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    keys = ("arith_ins", "mem1_ent", "mem2_ent", "mem3_ent", "mem4_ent")
    return Published(
        {
            (int(row["arith_meshX"]), Design(*(int(row[key]) for key in keys))): int(row["unique_cycle_sum"])
            for row in rows
        }
    )


@cache
def workload(name: str) -> Workload:
    """A layer of the network."""
    window, outputs, channels, kernels, stride = LAYERS[name]
    side = (outputs - 1) * stride + window
    sizes = f"K: {kernels}, C: {channels}, R: {window}, S: {window}, Y: {side}, X: {side}"
    return api.parse_workload(f"Type: CONV Stride {{ X: {stride}, Y: {stride} }} Dimensions {{ {sizes} }}")


def template(name: str, elements: int) -> str:
    """The program with open sizes for a layer on so many elements."""
    lanes = elements // 128
    if name == "conv1":
        rows = max(1, lanes // 8)
        return _FIRST.format(rows=rows, columns=lanes // rows)
    return (_CONNECTED if name.startswith("fc") else _CONVOLUTION).format(lanes=lanes)


def floor(name: str, elements: int) -> int:
    """Cycles that no program can be below: all elements at work, or each datum through the DRAM once."""
    layer = workload(name)
    read = sum(map(layer.footprint, layer.inputs))
    moved = max(read, layer.footprint(layer.output))
    return max(ceil(layer.macs / elements), ceil(moved / DRAM_WORDS))


class Optimum(NamedTuple):
    """The fewest cycles of a layer on a design, and whether that is proved for the programs of its template."""

    cycles: int
    proved: bool


def optimum(name: str, design: Design) -> Optimum:
    """The best program of a layer on a design, among those of its template."""
    found = api.map(workload(name), design.machine, "cycles", template=template(name, design.elements))
    # Every memory but the DRAM can be passed by, so some program always fits.
    [layer] = found.mapped
    return Optimum(round(layer.value), layer.certificate.status == "optimal")


def optima(designs: Iterable[Design]) -> dict[Design, dict[str, Optimum]]:
    """The optima of all layers on each design."""
    return {design: {name: optimum(name, design) for name in LAYERS} for design in designs}


def sample(designs: Sequence[Design], number: int = SAMPLE, seed: int = SEED) -> list[Design]:
    """The smallest and the largest design of each array, and so many others."""
    arrays = sorted({design.elements for design in designs})
    ends = [pick(d for d in designs if d.elements == size) for size in arrays for pick in (min, max)]
    others = [design for design in designs if design not in ends]
    return [*ends, *random.Random(seed).sample(others, number)]


def comparison(number: int = SAMPLE) -> Comparison:
    """The comparison, with so many designs besides the ends; without the table it says where that comes from."""
    found = folder()
    if found is None:
        return absent("vaesa", TITLE)
    published = read_table(found / "simba_alexnet.csv")
    best = optima(sample(published.designs, number))
    tables = (_arrays_table(published, best), _layers_table(best))
    return Comparison("vaesa", TITLE, about("vaesa"), tables, _checks(published, best))


def _total(layers: Mapping[str, Optimum]) -> int:
    return sum(item.cycles for item in layers.values())


def _checks(published: Published, best: Mapping[Design, Mapping[str, Optimum]]) -> tuple[Check, ...]:
    pairs, broken, worst = published.broken
    totals = {design: _total(layers) for design, layers in best.items()}
    ours = [(a, b) for a in totals for b in totals if a.has_all_of(b)]
    slower = [pair for pair in ours if totals[pair[0]] > totals[pair[1]]]
    arrays = sorted({design.elements for design in totals})
    sums = [{total for design, total in totals.items() if design.elements == size} for size in arrays]
    proved = sum(item.proved for layers in best.values() for item in layers.values())
    below = sum(max(sums[arrays.index(d.elements)]) <= cycles for (_, d), cycles in published.cycles.items())
    return (
        Check("the cycles of a design are the same with every mesh", published.any_mesh),
        Check(
            f"in the table {broken:,} of {pairs:,} pairs of designs ({broken / pairs:.1%}) need more cycles with more "
            f"of everything, up to {worst - 1:.2%} more",
            bool(broken),
        ),
        Check(f"all {proved} optima of {len(best)} designs are proved", proved == len(best) * len(LAYERS)),
        Check(f"no optimum rises with more of everything: 0 of {len(ours)} pairs", not slower),
        Check(
            f"the smallest and the largest design of each array have equal optima, so all {len(published.designs)} "
            "designs between them have these",
            all(len(own) == 1 for own in sums),
        ),
        Check(
            f"these are at most CoSA's cycles in {below:,} of {len(published.cycles):,} rows",
            below == len(published.cycles),
        ),
        Check("no row of the table is below the floor of its array", _above_floor(published)),
    )


def _above_floor(published: Published) -> bool:
    return all(
        cycles >= sum(floor(name, design.elements) for name in LAYERS)
        for (_, design), cycles in published.cycles.items()
    )


def _arrays_table(published: Published, best: Mapping[Design, Mapping[str, Optimum]]) -> Table:
    rows = []
    for size in sorted({design.elements for design in best}):
        own = {_total(layers) for design, layers in best.items() if design.elements == size}
        theirs = sorted({cycles for (_, design), cycles in published.cycles.items() if design.elements == size})
        least = sum(floor(name, size) for name in LAYERS)
        ratio = theirs[0] / max(own), theirs[-1] / max(own)
        rows.append((size, least, min(own), max(own), theirs[0], theirs[-1], *ratio))
    columns = (
        *("elements", "floor of any program", "Weft, least", "Weft, most", "CoSA, least", "CoSA, most"),
        *("CoSA, least / Weft", "CoSA, most / Weft"),
    )
    return Table("Cycles of AlexNet's layers by array", columns, tuple(rows))


def _layers_table(best: Mapping[Design, Mapping[str, Optimum]]) -> Table:
    """The layers on the smallest design of each array."""
    arrays = sorted({design.elements for design in best})
    smallest = [min(design for design in best if design.elements == size) for size in arrays]
    rows: list[tuple[Cell, ...]] = [
        (name, *(number for own in smallest for number in (floor(name, own.elements), best[own][name].cycles)))
        for name in LAYERS
    ]
    columns = ("layer", *(f"{text}, {size}" for size in arrays for text in ("floor", "optimum")))
    return Table("Cycles of each layer on the smallest design of an array", columns, tuple(rows))

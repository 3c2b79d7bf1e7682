"""Tilings of small spaces with their bounds and their exact counts, for boxes of any of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from random import Random

import numpy as np

from weft.search.axes.columns import AxisPair, axis_columns, dimension_columns
from weft.search.bounds import bound
from weft.search.descent import tile
from weft.search.descent.descend import Scratch
from weft.search.descent.tally import TALLY
from weft.search.ground import Ground, spread_units
from weft.search.spaces.point import Structure
from weft.search.spaces.space import MapSpace
from weft.search.structure.cost_arrays import MAX_WAYS

MOST_PROGRAMS = 60
"""Orders of one tiling whose counts are compared, at most."""


@dataclass(frozen=True)
class Tiling:
    """Chunk sizes [dimension, level] and the columns of a bound."""

    sizes: np.ndarray
    x: np.ndarray


class Bounds:
    """The bounds of one structure of a space."""

    def __init__(self, space: MapSpace, structure: Structure, time: str = "throughput") -> None:
        self.space, self.structure = space, structure
        self.ground = Ground(space, structure, time)
        self.flat, self.cost_arrays = self.ground.flat, self.ground.cost_arrays
        self.rules = self.ground.rules(structure)
        self.names = self.ground.plan.dimensions
        self.units = np.array([spread_units(space, structure, name) for name in self.names]).reshape(
            len(self.names), -1
        )
        self.levels, self.slots = len(space.levels), len(self.ground.plan.slots)

    def draw(self, random: Random) -> Tiling:
        """A tiling by chance."""
        return self.tiling({name: self.space.chains(self.structure, name).draw(random) for name in self.names})

    def tiling(self, chains: dict[str, Sequence[int]]) -> Tiling:
        """The columns of given chains."""
        p, layout = self.cost_arrays, self.cost_arrays.layout
        sizes = np.array([chains[name] for name in self.names], np.int64).reshape(len(self.names), -1)
        x = np.zeros(len(self.names) * layout.dimension + len(p.axis_base) * layout.axis)
        vector = self.space.accelerator.vector_width
        assert vector == 1, "the last dimension of the workload need not be in the plan"
        for d, extent in enumerate(p.extents):
            width = vector if d == len(p.extents) - 1 else 1
            out = x[p.base[d] : p.base[d] + layout.dimension]
            dimension_columns(self.flat, int(extent), width, sizes[d], self.units[d], out)
        for (y, r), (stride, dilation), base in zip(p.axis_dimensions, p.axis_steps, p.axis_base, strict=True):
            pair = AxisPair(
                int(stride), int(dilation), int(p.extents[y]), sizes[y], self.units[y],
                int(p.extents[r]), sizes[r], self.units[r],
            )  # fmt: skip
            axis_columns(self.flat, pair, x[base : base + layout.axis])
        return Tiling(sizes, x)

    def mixed(self, random: Random, tilings: Sequence[Tiling]) -> Tiling:
        """A tiling that takes every group from another one."""
        chains = {}
        for group in self.ground.plan.groups:
            chosen = random.choice(tilings)
            chains |= {name: tuple(chosen.sizes[self.names.index(name)]) for name in group}
        return self.tiling(chains)

    def box(self, tilings: Sequence[Tiling]) -> Scratch:
        """The bound of a box around tilings."""
        p = self.cost_arrays
        options, metrics = p.constant.shape
        work = Scratch(
            np.min([item.x for item in tilings], axis=0), np.zeros(self.levels, np.int64),
            np.zeros(self.levels, np.int64), np.zeros((len(p.room_bits), len(p.moving))),
            np.zeros((self.slots, MAX_WAYS)), np.zeros(self.slots, np.int64), np.ones(options, np.bool_),
            np.zeros((options, metrics)), np.zeros((options, metrics, self.levels, MAX_WAYS)),
            np.zeros((2, 1), np.int64), np.zeros(1, np.int64),
        )  # fmt: skip
        bound.moving_loops(self.flat, work.x, work.sure, work.may)
        bound.room_needs(self.flat, work.x, work.sure, work.needs)
        bound.metric_parts(
            self.flat, work.x, work.sure, work.may, work.asked, work.values, work.levels, work.base, work.parts
        )
        return work

    def programs(self, tiling: Tiling) -> Iterator[np.ndarray]:
        """The exact slots of a tiling in the orders of its levels that no other order beats, MOST_PROGRAMS of them."""
        sure, may = np.zeros(self.levels, np.int64), np.zeros(self.levels, np.int64)
        bound.moving_loops(self.flat, tiling.x, sure, may)
        whole = np.zeros(self.slots)
        tile.total_slots(self.flat, tiling.x, whole)
        kept = []
        for level in range(self.levels):
            sums, codes = np.zeros((tile.MAX_KEPT, self.slots)), np.zeros(tile.MAX_KEPT, np.int64)
            counts = np.zeros(TALLY, np.int64)
            found = 1
            if sure[level]:
                found = tile.level_orders(
                    self.flat, tiling.sizes, self.units, level, sure[level], self.rules, sums, codes, counts
                )
            kept.append(sums[:found])
        for number, picks in enumerate(product(*kept)):
            if number == MOST_PROGRAMS:
                return
            yield whole - sum(picks)

    def wrong(self, work: Scratch, tiling: Tiling) -> list[str]:
        """What of a box's bound lies above the counts of a tiling in it."""
        p, found, out = self.cost_arrays, [], np.zeros(len(self.cost_arrays.width) + 1)
        whole = np.zeros((len(p.room_bits), len(p.moving)))
        sure, may = np.zeros(self.levels, np.int64), np.zeros(self.levels, np.int64)
        bound.moving_loops(self.flat, tiling.x, sure, may)
        bound.room_needs(self.flat, tiling.x, sure, whole)
        if (work.needs > whole).any():
            found.append("room")
        for values in self.programs(tiling):
            for slot in range(self.slots):
                level = work.levels[slot]
                ways = 1 if level < 0 else p.way_count[level, work.sure[level]]
                least = work.values[slot, :ways].min()
                # Distinct outputs are taken off: their bound is from above.
                sign = -1 if p.slot_kind[slot] == 2 else 1
                ok = sign * least <= sign * values[slot] + 1e-12 * values[slot]
                if not ok:
                    found.append(f"{self.ground.plan.slots[slot]}: bound {least}, count {values[slot]}")
            for placement in range(len(self.ground.plan.placements)):
                tile.metrics(self.flat, values, placement, out)
                out[0] -= p.mac_energy
                for q in range(len(out)):
                    least = bound.least_metric(self.flat, work.sure, work.base, work.parts, placement, q)
                    if least > out[q] * (1 + 1e-12) + 1e-9:
                        found.append(f"metric {q} of placement {placement}: bound {least}, count {out[q]}")
            if found:
                break
        return found

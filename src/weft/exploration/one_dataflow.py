"""One dataflow, its tile sizes open, over a space of machines: every design is accounted for.

Programs that share units, memories and networks are a family. What a tile needs and how large the machine then is takes
a few operations, so designs over limits on area and on a power of the table's own are counted without being priced.
The others are priced exactly: nothing is sampled, and nothing that is left out could be an answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import inf, nextafter
from time import perf_counter

import numpy as np

from ..backends.area import UM2
from ..backends.energy import leaks
from ..ir import MachineSpace, Memory, WeftError
from ..search.structure.plan import Flags, Ints
from .areas import RowBlocks, row_blocks, total_area
from .best import Best
from .bounded import Bounds
from .counting import counts_are_forms
from .families import Family, Tiles
from .front import Front
from .machines import Structure, structures
from .one_by_one import OneByOne
from .open_programs import OpenProgram
from .questions import Measured, Question
from .sensitivity import Marginals
from .tally import AREA, BOTH, ILLEGAL, POWER, within_static

CHUNK = 1 << 18
"""Tiles whose needs are looked at together."""

PRICED = 1 << 18
"""Designs that are priced together, about."""


@dataclass
class Counts:
    """How many designs there are, and why some are none; how many were priced."""

    designs: int = 0
    valid: int = 0
    illegal: int = 0
    priced: int = 0
    over: dict[str, int] = field(default_factory=dict)

    @property
    def excluded(self) -> int:
        """Designs that are over limits which are known before anything is priced."""
        return self.designs - self.illegal - self.priced

    def add(self, metric: str, number: int) -> None:
        """Count designs that are over a limit."""
        self.over[metric] = self.over.get(metric, 0) + number


@dataclass(frozen=True)
class Block:
    """Which of N tiles of a family on P machines are valid designs, their metrics, their places in the order."""

    family: Family | OneByOne
    tiles: Tiles
    valid: Flags
    measured: Measured
    places: Ints


class OneDataflow:
    """Goes through all designs of some programs, alternatives of one layer, on a space of machines.

    A design's place in the order of the space goes by program, then by machine, then by tile.
    """

    def __init__(self, space: MachineSpace, programs: Sequence[OpenProgram], question: Question) -> None:
        self.space, self.programs, self.question = space, tuple(programs), question
        self.structures = tuple(structures(space))
        self.counts, self.best, self.front = Counts(), Best(question.objectives), Front(len(question.front))
        self.starts = np.cumsum([0, *(space.size * program.tiles for program in programs)])
        self.counts.designs = int(self.starts[-1])
        self.marginals = Marginals(space.variables, question.objectives)
        self.seconds = 0.0
        self._most_um2 = _largest(question.limit("area_mm2"))
        self._bounds: Bounds | None = None
        self._families: dict[tuple[int, bytes], Family | OneByOne | None] = {}

    def run(self) -> None:
        """Look at every design; of those that cannot be part of the answer the time by throughput says so."""
        self._bounds = Bounds(self.question, self.best, self.marginals)
        for _ in self.designs():
            pass

    def designs(self) -> Iterator[Block]:
        """Look at every design, once; the valid ones on the way."""
        start = perf_counter()
        for block in self._blocks():
            self._enter(block)
            self.seconds += perf_counter() - start
            yield block
            start = perf_counter()
        self.seconds += perf_counter() - start

    def _blocks(self) -> Iterator[Block]:
        """All valid designs, counting all."""
        for number, program in enumerate(self.programs):
            self._families.clear()
            for first in range(0, program.tiles, CHUNK):
                yield from self._chunk(number, np.arange(first, min(first + CHUNK, program.tiles)))

    def _chunk(self, place: int, numbers: Ints) -> Iterator[Block]:
        program = self.programs[place]
        for clusters, chosen, rows in _groups(program, numbers):
            for number, structure in enumerate(self.structures):
                key = number, clusters.tobytes()
                if key not in self._families:
                    self._families[key] = self._family(program, structure, clusters, chosen)
                family = self._families[key]
                if family is None:
                    self.counts.illegal += len(chosen) * len(structure.rows)
                elif isinstance(family, OneByOne):
                    yield from self._designs(place, family, family.tiles(chosen))
                else:
                    yield from self._designs(place, family, family.tiles(chosen, rows))

    def _family(
        self, program: OpenProgram, structure: Structure, clusters: Ints, numbers: Ints
    ) -> Family | OneByOne | None:
        """The family of tiles; None if these are no legal programs on the structure."""
        if not structure.possible.any() or not len(numbers) or (clusters < 1).any():
            return None
        if program.levels is None:
            return OneByOne(program, structure, self.space.needed)
        try:
            found = Family(program, structure, int(numbers[0]), self.space.needed)
        except WeftError:
            return None
        return found if counts_are_forms(found.schedule) else OneByOne(program, structure, self.space.needed)

    def _designs(self, place: int, family: Family | OneByOne, tiles: Tiles) -> Iterator[Block]:
        """The valid designs of a family; those over limits are counted."""
        machines = [row.accelerator for row in family.structure.rows]
        blocks = list(row_blocks(machines, lambda memory: self._bytes(tiles, memory)))
        left = np.zeros(len(tiles.numbers), np.bool_)
        for item in blocks:
            left |= self._may_be(item, np.ascontiguousarray(tiles.fits[:, item.rows]), len(tiles.numbers))
        chosen = np.flatnonzero(left)
        step = max(1, PRICED // len(family.structure.rows))
        for first in range(0, len(chosen), step):
            some = chosen[first : first + step]
            yield from self._priced(place, family, tiles.take(some), [item.take(some) for item in blocks])

    def _priced(
        self, place: int, family: Family | OneByOne, tiles: Tiles, blocks: Sequence[RowBlocks]
    ) -> Iterator[Block]:
        """Designs that may keep all limits, priced; of those that are out by their bounds nothing but the number."""
        shape = len(tiles.numbers), len(family.structure.rows)
        within = np.broadcast_to(tiles.fits, shape) & (total_area(blocks, shape) <= self.question.limit("area_mm2"))
        own = np.zeros(shape[1], np.bool_)
        for item in blocks:
            if item.power is not None:
                own[item.rows] = True
                within[:, item.rows] &= item.power.totals() <= self.question.limit("power_mw")
        stepwise = self.question.time == "stepwise"
        machines, each = family.structure.numbers, self.programs[place].tiles
        places = self.starts[place] + machines[None, :] * each + tiles.numbers[:, None]
        if self._bounds is None or not self._bounded(family, own):
            measured = family.measure(tiles, within, stepwise, blocks)
            yield Block(family, tiles, self._valid(measured, within, own), measured, places)
            return
        bound = family.measure(tiles, within, False, blocks)
        valid = self._valid(bound, within, own)
        first = self._bounds.first(bound, valid)
        if first.any():
            yield self._timed(family, tiles, first, valid, blocks, places)
        left = self._bounds.still_open(bound, valid, machines) & ~first
        if left.any():
            yield self._timed(family, tiles, left, valid, blocks, places)

    def _bounded(self, family: Family | OneByOne, own: Flags) -> bool:
        """Whether bounds are worth while: no front is asked, and only cycles and their products depend on the time."""
        if self.question.time != "stepwise" or self.question.front:
            return False
        still = not any(leaks(row.accelerator) for row in family.structure.rows)
        static = all(name in ("area_mm2", "power_mw", "energy_pj") for name, _ in self.question.limits)
        return isinstance(family, Family) and bool(own.all()) and still and static

    def _timed(
        self, family: Family | OneByOne, tiles: Tiles, chosen: Flags, valid: Flags, blocks: Sequence[RowBlocks],
        places: Ints,
    ) -> Block:  # fmt: skip
        """The valid designs of some tiles, with their stepwise time."""
        some = np.flatnonzero(chosen)
        rows = [item.take(some) for item in blocks]
        measured = family.measure(tiles.take(some), valid[some], True, rows)
        return Block(family, tiles.take(some), valid[some], measured, places[some])

    def _valid(self, measured: Measured, within: Flags, own: Flags) -> Flags:
        """Which designs are valid of those that keep the first limits; all are counted."""
        priced = within & ~np.isnan(measured.energy_pj)
        self.counts.priced += int(priced.sum())
        self.counts.illegal += int(within.sum() - priced.sum())
        valid = self._within_priced(measured, priced, own)
        self.counts.valid += int(valid.sum())
        return valid

    def _bytes(self, tiles: Tiles, memory: Memory) -> Ints:
        """Bytes of every instance of a memory, per tile."""
        if memory.name in tiles.capacities:
            return tiles.capacities[memory.name]
        own = sum(size for _, size in memory.capacities)
        if memory.capacity_bytes is not None:
            return np.full(len(tiles.numbers), memory.capacity_bytes, np.int64)
        return np.maximum(tiles.required.get(memory.name, own), own)

    def _may_be(self, item: RowBlocks, fits: Flags, rows: int) -> Flags:
        """Which tiles keep the limits that are known before anything is priced on a machine; the others are counted."""
        power = item.area if item.power is None else item.power
        limits = np.array([self._most_um2, inf if item.power is None else self.question.limit("power_mw")])
        pair = (item.area, power)
        memories = np.stack([np.array(blocks.memories).reshape(-1, rows).T for blocks in pair])
        fixed = np.stack([blocks.fixed for blocks in pair])
        left, counts = np.empty(memories.shape[1], np.bool_), np.zeros(4, np.int64)
        within_static(memories, fixed, limits, fits, left, counts)
        self.counts.illegal += int(counts[ILLEGAL])
        for name, number, known in zip(("area", "power"), (AREA, POWER), limits < inf, strict=True):
            if known:
                self.counts.add(name, int(counts[number]))
        if (limits < inf).all():
            self.counts.add("both", int(counts[BOTH]))
        return left

    def _within_priced(self, measured: Measured, within: Flags, own: Flags) -> Flags:
        """Which designs keep the other limits too; those that do not are counted among the ones that keep the first."""
        valid = within
        for metric, most in self.question.limits:
            if metric == "area_mm2":
                continue
            over = within & (measured.metric(metric) > most)
            if metric == "power_mw":
                over &= ~own
            if metric != "power_mw" or not own.all():
                self.counts.add("power" if metric == "power_mw" else metric, int(over.sum()))
            valid = valid & ~over
        return valid

    def _enter(self, block: Block) -> None:
        valid = block.valid
        if not valid.any():
            return
        self.best.add(block.measured, valid, block.places)
        self.marginals.add(block.measured, valid, block.family.structure.numbers)
        if self.question.front:
            points = np.stack([block.measured.objective(name)[valid] for name in self.question.front], axis=1)
            self.front.add(points, block.places[valid], np.stack(block.measured.at(valid), axis=1))


def _largest(area_mm2: float) -> float:
    """The most square micrometres that are no more than so many square millimetres, as these are rounded."""
    found = area_mm2 * UM2
    while found / UM2 > area_mm2:
        found = nextafter(found, -inf)
    while nextafter(found, inf) / UM2 <= area_mm2 < inf:
        found = nextafter(found, inf)
    return found


def _groups(program: OpenProgram, numbers: Ints) -> Iterator[tuple[Ints, Ints, Ints]]:
    """Tiles by the sizes of their clusters, with their chains; those with an impossible size have a cluster of 0."""
    if program.levels is None:
        yield np.empty(0, np.int64), numbers, np.zeros((len(numbers), 0), np.int64)
        return
    rows = program.rows(numbers)
    legal = np.asarray(program.legal[rows].all(axis=1))
    if not legal.all():
        yield np.zeros(1, np.int64), numbers[~legal], rows[~legal]
        numbers, rows = numbers[legal], rows[legal]
    for clusters, chosen in program.clusters(numbers):
        yield clusters, numbers[chosen], rows[chosen]

"""A scheduled program run on drawn masks: effectual work, moved values and metadata, cycles of the slowest units."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from math import sqrt
from typing import TypeAlias

import numpy as np

from ...ir import Format, Schedule, Structured, Tensor
from ..simulate.elements import Elements
from ..simulate.interfaces import interface_chains
from ..simulate.program import Chunk, RunProgram
from .crossings import Crossings, Ways
from .masks import Bools, Counts, draw, encode

Key: TypeAlias = tuple[str, ...]
"""`cycles`, `effectual`, `executed` or `gated`; or parent, child, tensor, count and `values` or `metadata`."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """The mean of a number over samples, and the standard error of that mean."""

    mean: float
    error: float


def sample(schedule: Schedule, samples: int, seed: int) -> dict[Key, Estimate]:
    """Every number of a sparse cost, on masks drawn with `seed`. Only for small programs."""
    run = _Run(schedule, samples, np.random.default_rng(seed))
    return {
        key: Estimate(float(np.mean(values)), float(np.std(values)) / sqrt(samples)) for key, values in run.numbers()
    }


class _Run:
    """One batch of samples."""

    def __init__(self, schedule: Schedule, samples: int, rng: np.random.Generator) -> None:
        self.schedule, self.workload, self.samples = schedule, schedule.mapping.workload, samples
        self.machine = schedule.mapping.accelerator
        self.program = RunProgram.of(schedule)
        self.elements = {tensor.name: Elements(self.workload, tensor) for tensor in self.workload.tensors}
        self.densities = dict(self.workload.densities)
        self.masks = {
            tensor.name: draw(self.densities.get(tensor.name), tensor, self.elements[tensor.name].shape, samples, rng)
            for tensor in self.workload.tensors
        }
        self.flat = {name: mask.reshape(samples, -1) for name, mask in self.masks.items()}
        self.rng, self.seen = rng, dict[tuple[str, tuple[int, int]], Bools]()

    def numbers(self) -> Iterator[tuple[Key, Counts]]:
        """Every number with its value in each sample."""
        yield from self._work()
        for (parent, child), tensors in interface_chains(self.schedule).items():
            for tensor in tensors:
                for count, values, bits in self._traffic(tensor, parent, child):
                    names = (self._name(parent), self._name(child), tensor.name, count)
                    yield (*names, "values"), values
                    yield (*names, "metadata"), bits

    def _name(self, site: int) -> str:
        return self.schedule.sites[site].memory.name if site < len(self.schedule.sites) else "MAC"

    def _leaders(self, at: str, follower: str, kinds: Iterable[str]) -> list[tuple[str, Bools]]:
        """The tensors whose zeros actions of these kinds see there, with the nonzeros that the hardware sees."""
        found = []
        for action in self.machine.actions:
            if (action.at, action.follower) == (at, follower) and action.kind in kinds:
                known = all(name in self.flat and name != self.workload.output.name for name in action.leaders)
                if known and all(self._fits(name, action.structure) for name in action.leaders):
                    found += [(name, self._as(name, action.structure)) for name in action.leaders]
        return found

    def _fits(self, name: str, structure: tuple[int, int] | None) -> bool:
        """Whether hardware for n of every m takes a tensor."""
        if structure is None:
            return True
        density = self.densities.get(name)
        return isinstance(density, Structured) and density.group == structure[1] and density.nonzeros <= structure[0]

    def _as(self, name: str, structure: tuple[int, int] | None) -> Bools:
        """The nonzeros as hardware for n of every m sees them: n, also where fewer are nonzero."""
        density = self.densities.get(name)
        if structure is None or not isinstance(density, Structured) or density.nonzeros == structure[0]:
            return self.flat[name]
        if (name, structure) not in self.seen:
            full = Structured(*structure, density.dimension)
            tensor, shape = self.workload.tensor(name), self.elements[name].shape
            drawn = draw(full, tensor, shape, self.samples, self.rng)
            self.seen[name, structure] = drawn.reshape(self.samples, -1)
        return self.seen[name, structure]

    def _met(self, leaders: Iterable[tuple[str, Bools]], chunk: Chunk) -> Bools:
        """Which points of a chunk meet only nonzeros of the given tensors."""
        points = int(np.prod([high - low for low, high in chunk]))
        found = np.ones((self.samples, points), np.bool_)
        for name, mask in leaders:
            found &= mask[:, self.elements[name].numbers(chunk)]
        return found

    def _effectual(self, tensor: Tensor) -> Bools:
        """The nonzeros of an input that are stored: where zeros are inserted or pad, none is."""
        found = self.masks[tensor.name].copy()
        for name, places in self.workload.stored.items():
            for axis, subscript in enumerate(tensor.subscripts, 1):
                if subscript == self.workload.index_by_name[name].subscript:
                    absent = sorted(set(range(found.shape[axis])) - set(places))
                    np.moveaxis(found, axis, 0)[absent] = False
        return found.reshape(self.samples, -1)

    def _work(self) -> Iterator[tuple[Key, Counts]]:
        lanes = self.machine.lanes * self.machine.vector_width
        inputs = [(tensor.name, self._effectual(tensor)) for tensor in self.workload.inputs]
        skips, saves = self._leaders("MAC", "", ["skip"]), self._leaders("MAC", "", ["skip", "gate"])
        cycles, effectual, executed, timed = (np.zeros(self.samples, np.int64) for _ in range(4))
        for _, busy in self.program.steps(len(self.schedule.levels)):
            work = np.stack([self._met(skips, chunk).sum(1) for chunk in busy.values()])
            cycles += np.max(-(-work // lanes), axis=0)
            timed += work.sum(0)
            for chunk in busy.values():
                executed += self._met(saves, chunk).sum(1)
                effectual += self._met(inputs, chunk).sum(1)
        yield ("cycles",), cycles
        yield ("effectual",), effectual
        yield ("executed",), executed
        yield ("gated",), timed - executed

    def _traffic(self, tensor: Tensor, parent: int, child: int) -> Iterator[tuple[str, Counts, Counts]]:
        """Every count with its values and metadata bits."""
        sites = self.schedule.sites
        leaders = self._leaders(sites[parent].memory.name, tensor.name, ["skip", "gate"])
        ways = Ways(self.schedule, self.program, self.elements[tensor.name], partial(self._met, leaders), self.samples)
        inner = child < len(sites)
        if inner:
            found = ways.between(sites[parent].boundary, sites[child].boundary)
        else:
            found = ways.operands(sites[parent].boundary)
        below = child if inner else parent
        yield ("fills", *self._stored(tensor, below, found["fills"]))
        values, bits = self._stored(tensor, parent, found["once"])
        if tensor != self.workload.output:
            yield "reads", values, bits
            yield ("forwards", *self._stored(tensor, below, found["forwards"]))
            return
        first_values, first_bits = self._stored(tensor, parent, found["first"])
        yield "updates", values, bits
        yield "readbacks", values - first_values, bits - first_bits

    def _stored(self, tensor: Tensor, site: int, crossings: Crossings) -> tuple[Counts, Counts]:
        """Values and metadata bits of what crosses, as a memory stores it."""
        elements = crossings.needed.sum(1)
        form = self._format(site, tensor)
        if form is None:
            return elements, np.zeros_like(elements)
        nonzeros = (crossings.needed & self._as(tensor.name, form.structure)[:, crossings.elements]).sum(1)
        more, bits = self._tiles(tensor, site, form)
        return nonzeros + more * elements, bits * elements

    def _format(self, site: int, tensor: Tensor) -> Format | None:
        held = dict(self.schedule.sites[site].memory.formats)
        form = held.get(tensor.name) if tensor.name in self.densities else None
        return form if form and self._fits(tensor.name, form.structure) else None

    def _tiles(self, tensor: Tensor, site: int, form: Format) -> tuple[Counts, Counts]:
        """Placeholders and metadata bits per element, over all tiles in which a memory stores a tensor."""
        sites = self.schedule.sites
        lower = [number for number in range(site + 1, len(sites)) if tensor.name in sites[number].tensors]
        axes = [axis for axis, name in enumerate(self.workload.extents) if name in tensor.dimensions]
        tiles = {}
        for _, busy in self.program.steps(sites[lower[0] if lower else site].boundary):
            for chunk in busy.values():
                tiles[tuple(chunk[axis] for axis in axes)] = chunk
        mask = self._as(tensor.name, form.structure).reshape(self.masks[tensor.name].shape)
        cut = [self._tile(tensor, mask, chunk) for chunk in tiles.values()]
        whole = max((tile.shape[1:] for tile in cut), key=lambda sides: int(np.prod(sides)))
        elements = sum(tile[0].size for tile in cut)
        values, bits = (sum(column) for column in zip(*(encode(tile, form, whole) for tile in cut), strict=True))
        nonzeros = sum(tile.reshape(self.samples, -1).sum(1) for tile in cut)
        return (values - nonzeros) / elements, bits / elements

    def _tile(self, tensor: Tensor, mask: Bools, chunk: Chunk) -> Bools:
        """The elements that a chunk touches, as an array."""
        held = dict(zip(self.workload.extents, chunk, strict=True))
        axes = [np.arange(self.samples)]
        for subscript in tensor.subscripts:
            places = np.zeros(1, np.int64)
            for term in subscript.terms:
                places = (places[:, None] + term.coefficient * np.arange(*held[term.dimension])).ravel()
            axes.append(np.unique(places))
        tile: Bools = mask[np.ix_(*axes)]
        return tile

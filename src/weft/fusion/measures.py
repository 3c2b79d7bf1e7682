"""What fusion plans minimise: bits to and from the outermost memory, or picojoules with programs inside of the stages.

Both are sums: of what each element costs that passes to or from the outermost memory, and of what stages' runs cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import inf

from ..analysis.fused.boxes import Boxes
from ..backends.energy import arithmetic_energy, energy, leaks, load_energy_table, outside_memory
from ..ir import (
    ARITHMETIC,
    Accelerator,
    Counts,
    Diagnostic,
    InputTraffic,
    Interface,
    Layer,
    OutputTraffic,
    Schedule,
    WeftError,
    Workload,
)
from ..ir import Traffic as TensorTraffic
from ..passes.fuse import fuse, inside
from ..search.named import FIT, dataflow_named
from ..search.objective import read_objective
from ..search.quick.values import QuickCache
from ..search.spaces.request import SpaceRequest
from .group import Group

TRAFFIC, ENERGY = "traffic", "energy"
MEASURES = (TRAFFIC, ENERGY)
"""What plans can minimise."""

SAFE = 1 - 1e-9
"""Bounds are sums of floats in another order than costs."""


@dataclass(frozen=True)
class Prices:
    """What a group pays.

    Per element that comes into an input of a stage (`enters`) and that goes out of a stage (`leaves`); per stage what
    all its points cost at least, once (`once`), and each point that is executed again (`again`).
    """

    enters: dict[tuple[int, str], float]
    leaves: tuple[float, ...]
    once: tuple[float, ...]
    again: tuple[float, ...]


class Traffic:
    """Bits to and from the outermost memory, which are whole numbers; what stages do is free."""

    name, whole = TRAFFIC, True

    def __init__(self, accelerator: Accelerator) -> None:
        self._accelerator = accelerator

    def prices(self, group: Group) -> Prices:
        """Those of a group."""
        bits, workloads = self._accelerator.bits, _workloads(group)
        enters = {(n, item.name): float(bits(item.name)) for n, w in enumerate(workloads) for item in w.inputs}
        free = (0.0,) * len(workloads)
        return Prices(enters, tuple(float(bits(w.output.name)) for w in workloads), free, free)

    def runs(self, boxes: Boxes) -> float:
        """What all runs of a stage cost at least."""
        return 0.0


@dataclass(frozen=True)
class Energy:
    """Picojoules, with the best program for the runs of every stage.

    No program of a run is below the bound of its box that needs no search (`search/quick`), whatever its chunks are.
    And all runs of a stage, which have one program, cost no less than the layer as a whole would on the machine from
    the boundary memory on: that program, its loops around all runs, brings no more into any memory below.

    Raises WeftError W203 for machines on which energy depends on time, and on which what is below the boundary would
    look like a memory outside the chip.
    """

    accelerator: Accelerator
    _known: dict[Workload, float] = field(default_factory=dict)
    _moved: dict[Workload, tuple[dict[str, float], float, float]] = field(default_factory=dict)

    name, whole = ENERGY, False

    def __post_init__(self) -> None:
        if leaks(self.accelerator):
            message = f"{self.accelerator.name} leaks or idles, so energy depends on time: no plans by energy"
            raise WeftError(Diagnostic("W203", message, hint="--objective traffic, or a table without leakage"))
        if outside_memory(self.inside) is not None:
            message = f"{self.inside.memories[0].name} of {self.accelerator.name} has two and more memories below it"
            raise WeftError(Diagnostic("W203", f"{message}: no plans by energy", hint="--objective traffic"))

    @cached_property
    def inside(self) -> Accelerator:
        """The machine on which stages run."""
        return inside(self.accelerator)

    @cached_property
    def _quick(self) -> QuickCache:
        return QuickCache(read_objective(ENERGY))

    def prices(self, group: Group) -> Prices:
        """Those of a group."""
        found = [self._layer(layer) for layer in group.layers]
        enters = {(n, name): each for n, (own, _, _) in enumerate(found) for name, each in own.items()}
        once = tuple(self.least(workload) for workload in _workloads(group))
        for layer, least in zip(group.layers, once, strict=True):
            if least == inf:
                message = (
                    f"no program of '{layer.name}' fits {self.accelerator.name} below {self.inside.memories[0].name}"
                )
                raise WeftError(Diagnostic("W704", message, span=layer.span))
        return Prices(enters, tuple(out for _, out, _ in found), once, tuple(again for _, _, again in found))

    def runs(self, boxes: Boxes) -> float:
        """What all runs of a stage cost at least."""
        return sum(times * self.least(part) for times, part in boxes.parts)

    def least(self, workload: Workload) -> float:
        """What no program of a box is below; inf if none fits."""
        if workload not in self._known:
            space = SpaceRequest(split="any").space(workload, self.inside)
            self._known[workload] = SAFE * self._quick.least_value(space, inf, self.inside)
        return self._known[workload]

    def _layer(self, layer: Layer) -> tuple[dict[str, float], float, float]:
        """Picojoules of an element of every input that comes in, of one of the output that goes out, and of a point."""
        assert layer.workload is not None
        if layer.workload not in self._moved:
            self._moved[layer.workload] = self._priced(layer, layer.workload)
        return self._moved[layer.workload]

    def _priced(self, layer: Layer, workload: Workload) -> tuple[dict[str, float], float, float]:
        boundary, table = self.accelerator.memories[1].name, load_energy_table(self.accelerator.energy_table)
        dataflow = dataflow_named(FIT, layer, workload, self.inside)
        alone = Group((Layer(layer.name, workload),), (), (), boundary).program(dataflows=[dataflow])
        whole = fuse(alone, self.accelerator, "warning").stages[0].whole
        blocks = self.accelerator.memories[0].block_size * self.accelerator.memories[1].block_size
        enters = {
            item.name: self._each(whole, item.name, InputTraffic(blocks, blocks, 0), blocks) for item in workload.inputs
        }
        out = self._each(whole, workload.output.name, OutputTraffic(blocks, blocks, 0), blocks)
        return enters, out, arithmetic_energy(whole, table) / workload.points

    def _each(self, whole: Schedule, name: str, traffic: TensorTraffic, times: int) -> float:
        """Picojoules of one of so many elements that pass between the outermost memory and the boundary."""
        outer, boundary = self.accelerator.memories[:2]
        counts = Counts(1, 1, 1, 1, (Interface(outer.name, boundary.name, 1, ((name, traffic),)),))
        terms = energy(counts, whole, load_energy_table(self.accelerator.energy_table))
        return sum(term.picojoules for term in terms if term.component != ARITHMETIC) / times


Measure = Traffic | Energy


def measure_of(name: str, accelerator: Accelerator) -> Measure:
    """The measure of that name on a machine; WeftError W203 where a machine has none."""
    return Traffic(accelerator) if name == TRAFFIC else Energy(accelerator)


def _workloads(group: Group) -> Sequence[Workload]:
    return [layer.workload for layer in group.layers if layer.workload is not None]

"""Programs inside of the stages of a plan, and what the fused programs with them cost."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import inf

from ..backends.cost import evaluate_schedule
from ..backends.fused import FusedCost, evaluate_fused
from ..ir import Accelerator, Dataflow, Diagnostic, FusedProgram, Layer, Mapping, WeftError, Workload
from ..passes.fuse import checked_boxes, fuse, inside
from ..passes.pipeline import schedule
from ..search.guided import GuidedSearch
from ..search.objective import read_objective
from ..search.quick.values import QuickCache
from ..search.request import Settings
from ..search.spaces.request import SpaceRequest
from ..search.workers.executors import this_process
from ..search.workers.waves import drive

NEAR = 0.005
"""How far above the best program of its largest box a stage's may be: its bounds say that this is enough."""

BOXES = 2
"""Boxes of a stage, those with the most work, whose best programs are tried for all of them."""


@dataclass
class Programs:
    """The best programs by energy on the machine from the boundary memory on, for boxes that were met so far."""

    accelerator: Accelerator
    _quick: QuickCache = field(default_factory=lambda: QuickCache(read_objective("energy")))
    _known: dict[Workload, Dataflow] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._inside = inside(self.accelerator)

    def cost(self, program: FusedProgram) -> FusedCost:
        """What a fused program costs with the programs that are found for its stages.

        Raises WeftError W704 where no program fits a box.
        """
        stages = []
        for stage, boxes in zip(program.stages, checked_boxes(program, self.accelerator), strict=True):
            dataflow = self._for_all(boxes.parts, stage.layer)
            stages.append(replace(stage, layer=replace(stage.layer, dataflow=dataflow)))
        return evaluate_fused(fuse(replace(program, stages=tuple(stages)), self.accelerator))

    def _for_all(self, parts: tuple[tuple[int, Workload], ...], layer: Layer) -> Dataflow:
        """The program with the least energy for all boxes of a stage."""
        largest = sorted(parts, key=lambda item: item[0] * item[1].points, reverse=True)[:BOXES]
        tried = dict.fromkeys(self._best(part, layer) for _, part in largest)
        return min(tried, key=lambda dataflow: self._energy(parts, dataflow))

    def _energy(self, parts: tuple[tuple[int, Workload], ...], dataflow: Dataflow) -> float:
        found = 0.0
        for times, part in parts:
            mapping = Mapping(part, dataflow.bind(part.extents), self._inside)
            found += times * evaluate_schedule(schedule(mapping)).energy_pj
        return found

    def _best(self, box: Workload, layer: Layer) -> Dataflow:
        """The best program of a box, or one that is as good but for the part `NEAR`."""
        if box not in self._known:
            space = SpaceRequest().space(box, self._inside)
            settings = Settings(read_objective("energy"), gap=NEAR)
            search = GuidedSearch(layer.name, space, settings, inf, self._quick)
            drive(iter([search]), this_process())
            if not search.entries:
                message = f"no program of a step of '{layer.name}' fits {self.accelerator.name}"
                raise WeftError(Diagnostic("W704", message, span=layer.span))
            best = min(search.entries, key=lambda item: search.value(item.metrics))
            self._known[box] = space.program(best.point)
        return self._known[box]

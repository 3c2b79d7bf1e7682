"""Bounds of boxes of machines that need no search."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf

from ..search.first import cycles_at_peak
from ..search.objective import Objective
from ..search.quick.values import QuickCache
from .boxes import Box, Boxes
from .cuts import Cuts
from .limits import MachineLimits
from .nodes import Known, Node
from .optima import space_of
from .shared_question import Question
from .together import Share, combined


@dataclass(frozen=True)
class NodeBounds:
    """What no machine of a box is below, with whatever programs of the layers."""

    boxes: Boxes
    layers: tuple[Share, ...]
    question: Question
    limits: MachineLimits
    cuts: Cuts
    quick: QuickCache

    def by_work(self, box: Box) -> float:
        """A bound by the work alone: all elements are busy all the time."""
        objective, machine = self.question.settings.objective, box.stem.machine
        values = (objective.bound(0.0, cycles_at_peak(item.workload, machine)) for item in self.layers)
        return combined(self.question.objective, self.layers, values)

    def by_structure(self, box: Box, capped: bool) -> tuple[float, ...]:
        """A bound per layer by what the structures of programs make of the largest widths and the least energies; if
        `capped` also by what the largest memories hold."""
        grades = zip(self.boxes.grades, box.low, box.high, strict=True)
        numbers = [low if grade.room else high for grade, low, high in grades]
        machine = self.boxes.machine(box.stem, numbers)
        spaces = (space_of(layer.workload, machine, self.question.request) for layer in self.layers)
        power = Objective().with_power(self.program_mw(box)).ceiling(machine).power
        roomy = self.boxes.machine(box.stem, box.high) if capped else None
        return tuple(inf if space is None else self.quick.least_value(space, power, roomy) for space in spaces)

    def program_mw(self, box: Box) -> float:
        """The most milliwatts of a program on any machine of a box."""
        return self.limits.program_mw(self.boxes.machine(box.stem, box.low), self.boxes.machine(box.stem, box.high))

    def refined(self, node: Node) -> Node:
        """A box of which little is known with a better bound: by structures, then also by what fits."""
        box, capped = node.box, node.known == Known.STRUCTURE
        if capped:
            box = self.cuts.trimmed(box)
        least = self.by_structure(box, capped)
        bound = max(node.bound, combined(self.question.objective, self.layers, least))
        return replace(node, box=box, bound=bound, least=least, known=Known.ROOM if capped else Known.STRUCTURE)

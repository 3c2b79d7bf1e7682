"""What is claimed of the programs beside the best one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import inf, isclose

from ..search.near.kept import UNASKED
from ..search.objective import TINY, Metrics
from ..search.results import MappedLayer
from .differences import EXACT


class Listed:
    """The list of a layer, with the part of its certificate that speaks of it."""

    def __init__(self, layer: MappedLayer) -> None:
        self.layer, self.certificate, self.settings = layer, layer.certificate, layer.settings
        self.metrics = [item.metrics for item in layer.near]
        self.values = [self.settings.objective.value(item) for item in self.metrics]

    def contradictions(self) -> Iterator[str]:
        """Where the list is none that was asked for, or does not agree with what is said of it."""
        complete, below, asked = self.certificate.complete, self.certificate.complete_below, self.settings.near
        if asked is None:
            if self.metrics or complete is not None or below is not None:
                yield "near, certificate.complete and complete_below are empty where no list was asked for"
            return
        if complete is None:
            yield "certificate.complete is null: it says whether the list is complete"
        if not self.layer.near or self.layer.near[0].dataflow != self.layer.dataflow:
            yield "near does not begin with the program of the layer"
            return
        if len(self.values) > asked.most:
            yield f"near has {len(self.values)} programs, more than {asked.most}"
        if self.values[-1] > self.values[0] * (1 + asked.within) * (1 + EXACT):
            yield f"near has the value {self.values[-1]:g}, which is not within {asked.within:g} of the best one"
        for one, other in pairwise(self.values):
            if other < one * (1 - EXACT):
                yield f"near is not sorted by value: {one:g}, {other:g}"
        yield from self._twins()
        yield from self._reach()

    def _twins(self) -> Iterator[str]:
        """Programs with equal energy and cycles."""
        ranked = sorted(self.metrics, key=lambda item: (item.cycles, item.energy_pj))
        for one, other in pairwise(ranked):
            if one.cycles == other.cycles and isclose(one.energy_pj, other.energy_pj, rel_tol=TINY):
                yield f"near has two programs with {one}"

    def _reach(self) -> Iterator[str]:
        """Where `complete_below` is not what a list of this kind reaches, or reaches too far."""
        below, asked = self.certificate.complete_below, self.settings.near
        assert asked is not None
        full = len(self.values) == asked.most
        most = min(self.values[0] * (1 + asked.within), self.values[-1] if full else inf)
        if below is not None and below > most * (1 + EXACT):
            yield f"certificate.complete_below is {below:g}, above {most:g}, which the list ends with"
        ends = full and self.settings.top is None
        if not self.certificate.complete:
            if below is None:
                yield "certificate.complete_below is null: of a list that is not complete it is a number"
            elif below >= most * (1 - EXACT) and not ends:
                yield f"certificate.complete is false, and complete_below is {below:g}, as far as the list is asked for"
        elif below is None:
            if most < inf:
                yield f"certificate.complete_below is null, and the list ends with {most:g}"
        elif below < most * (1 - EXACT):
            yield f"certificate.complete_below is {below:g}: a complete list reaches to {most:g}"
        if self.certificate.complete and ends:
            yield f"certificate.complete is true: a list of {UNASKED} programs ends where no number is asked for"

    def lacks(self, metrics: Metrics) -> str:
        """Why a program of the space contradicts the list; empty if it does not."""
        complete, below = self.certificate.complete, self.certificate.complete_below
        value = self.settings.objective.value(metrics)
        if complete is None or (below is not None and value >= below * (1 - EXACT)):
            return ""
        for item in self.metrics:
            if item.cycles == metrics.cycles and isclose(item.energy_pj, metrics.energy_pj, rel_tol=EXACT):
                return ""
        return f"a program of the space has the value {value:g} and is not in near ({metrics})"

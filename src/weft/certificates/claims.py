"""What a certificate claims, and tests of it: its own numbers, programs of the space, and another search."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import isclose
from random import Random

from ..ir import WeftError
from ..search.objective import Metrics
from ..search.question import measure
from ..search.results import LayerResult, MappedLayer
from ..search.workers.turns import FIRST
from .differences import EXACT
from .listed import Listed


@dataclass(frozen=True, slots=True)
class Trial:
    """How much is tried: points up to which oracles run, programs to draw with a seed, seconds of searching again."""

    oracles: int
    samples: int
    seed: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Tested:
    """What came out: contradictions, programs tried and fitting, whether these are all, whether a search confirms.

    `counted` says whether that search's counts were compared.
    """

    failures: tuple[str, ...]
    tried: int
    fitting: int
    every: bool
    searched: bool
    counted: bool

    @property
    def any(self) -> bool:
        """Whether anything could have spoken against the claim."""
        return self.searched or self.every or self.fitting > 0


class Claim:
    """The claim of a layer that was made again from its parts."""

    def __init__(self, layer: MappedLayer) -> None:
        self.layer, self.certificate, self.settings = layer, layer.certificate, layer.settings
        self.single = not self.settings.objective.front
        self.ceiling = self.settings.objective.ceiling(layer.space.accelerator)
        self.listed = Listed(layer)

    def contradictions(self) -> Iterator[str]:
        """Where the parts of the certificate do not agree with each other, or with the program."""
        stated, value, asked = self.certificate, self.layer.value, self.settings.gap
        bound, gap = stated.lower_bound, stated.gap
        if stated.status == "optimal" and (gap != 0 or bound is None or not _close(bound, value)):
            yield "certificate.status 'optimal' needs a gap of 0 and the value as lower_bound"
        if stated.status == "within" and (not asked or gap is None or gap > asked * (1 + EXACT)):
            yield f"certificate.gap is {gap}: 'within' needs one of at most the question's {asked:g}"
        if stated.status == "within" and self.single and not bound:
            yield f"certificate.lower_bound is {bound}: 'within' needs one above 0"
        if not self.single and stated.status != "optimal" and bound is not None:
            yield "certificate.lower_bound of a front that is not optimal is null"
        if not self.single and stated.status == "budget" and gap is not None:
            yield "certificate.gap of a front that is not proved is null"
        if self.single and bound is not None:
            if bound > value * (1 + EXACT):
                yield f"certificate.lower_bound is {bound:g}, above the value {value:g}"
            if bound and (gap is None or not _close(1 + gap, value / bound)):
                yield f"certificate.gap is {gap}; value and lower_bound make it {value / bound - 1:g}"
        if self.single and not bound and value and gap is not None:
            yield f"certificate.lower_bound is {bound}: a gap needs one above 0"
        yield from self._beyond()
        yield from self._front()
        yield from self.listed.contradictions()

    def _beyond(self) -> Iterator[str]:
        """Programs of the answer beyond a limit of the question."""
        for metrics in self._best(self.layer):
            if not self.ceiling.keeps(metrics):
                yield f"dataflow is beyond a limit of the question ({metrics})"

    def _front(self) -> Iterator[str]:
        front = [item.metrics for item in self.layer.pareto]
        if self.single:
            if front:
                yield f"pareto has {len(front)} programs: one objective has no front"
            return
        if not any(item.dataflow == self.layer.dataflow for item in self.layer.pareto):
            yield "pareto does not have the program of the layer"
        for one, other in pairwise(front):
            if not (one.cycles < other.cycles and one.energy_pj > other.energy_pj):
                yield f"pareto is no front by rising cycles and falling energy: {one}, {other}"
        if front and min(map(self.settings.objective.value, front)) < self.layer.value * (1 - EXACT):
            yield "value is not the best one of pareto"

    def test(self, trial: Trial, search: Callable[[float], LayerResult]) -> Tested:
        """Look for programs that contradict the claim."""
        failures, space = [], self.layer.space
        every = space.size <= trial.samples
        points = space.points() if every else space.sample(Random(trial.seed), trial.samples)
        tried = fitting = 0
        for point in points:
            tried += 1
            try:
                metrics = measure(space, point, self.settings.time)
            except WeftError:
                continue  # It does not fit.
            fitting += 1
            if reason := self._beaten(metrics):
                failures.append(f"{reason}:\n{space.program(point)}")
                break
        searched = counted = False
        if trial.seconds:
            again = search(trial.seconds)
            counted = self._has_counts(again, trial.seconds)
            searched, found = self._searched(again, counted)
            failures += found
        return Tested(tuple(failures), tried, fitting, every, searched, searched and counted)

    def _beaten(self, metrics: Metrics) -> str:
        """Why a program contradicts the certificate; empty if it does not, as one beyond the limits never does."""
        if not self.ceiling.keeps(metrics):
            return ""
        bound, front = self.certificate.lower_bound, [item.metrics for item in self.layer.pareto]
        if self.single:
            value = self.settings.objective.value(metrics)
            below = bound is not None and value < bound * (1 - EXACT)
            if below:
                return f"a program of the space has the value {value:g}, below the bound {bound:g}"
            return self.listed.lacks(metrics)
        slack = (1 + (self.certificate.gap or 0.0)) * (1 + EXACT)
        proved = self.certificate.final
        if not proved or any(_behind(metrics, kept, slack) for kept in front):
            return ""
        return f"a program of the space is not on the front nor behind it ({metrics})"

    def _searched(self, again: LayerResult, counted: bool) -> tuple[bool, list[str]]:
        """Whether another search came to a proof, and what it contradicts."""
        if not isinstance(again, MappedLayer):
            return False, []
        failures = [f"another search: {reason}" for one in self._best(again) if (reason := self._beaten(one))][:1]
        if not again.certificate.final:
            return False, failures
        if again.certificate.status == self.certificate.status == "optimal":
            failures += list(self._answers(again))
        failures += list(self._counts(again)) if counted else []
        return bool(failures) or self._is_confirmed(again), failures

    def _is_confirmed(self, again: MappedLayer) -> bool:
        """Whether another search proves as much as is claimed."""
        bound, proved = self.certificate.lower_bound, again.certificate.lower_bound
        return not self.single or bound is None or (proved is not None and bound <= proved * (1 + EXACT))

    def _best(self, layer: MappedLayer) -> list[Metrics]:
        """The front, the list, or the one program, of a layer."""
        cost = layer.cost
        one = Metrics(cost.energy_pj, cost.cycles(self.settings.time))
        return [item.metrics for item in (*layer.pareto, *layer.near)] or [one]

    def _answers(self, again: MappedLayer) -> Iterator[str]:
        """Where two proved optima differ."""
        if not _close(again.value, self.layer.value):
            yield f"another search: the best value is {again.value:g}, not {self.layer.value:g}"
        if len(again.pareto) != len(self.layer.pareto):
            yield f"another search: the front has {len(again.pareto)} programs, not {len(self.layer.pareto)}"
        if self.certificate.complete and len(again.near) != len(self.layer.near):
            yield f"another search: the list has {len(again.near)} programs, not {len(self.layer.near)}"

    def _has_counts(self, again: LayerResult, seconds: float) -> bool:
        """Whether no clock cut this search, nor another one of so many seconds, which may be cut by its first turn."""
        whole = isinstance(again, MappedLayer) and again.seconds < 0.9 * FIRST * seconds
        return whole and self.settings.budget is None and self.certificate.final

    def _counts(self, again: MappedLayer) -> Iterator[str]:
        """The counts of a search that no clock cut are those of every other."""
        for name in ("status", "boxes", "evaluated", "pruned", "complete"):
            here, there = getattr(self.certificate, name), getattr(again.certificate, name)
            if here != there:
                yield f"certificate.{name} is {here}; another search has {there}"
        bound, other = self.certificate.lower_bound, again.certificate.lower_bound
        if (bound is None) != (other is None) or not _close(bound or 0.0, other or 0.0):
            yield f"certificate.lower_bound is {bound}; another search has {other}"


def _behind(metrics: Metrics, kept: Metrics, slack: float) -> bool:
    return kept.energy_pj <= metrics.energy_pj * slack and kept.cycles <= metrics.cycles * slack


def _close(one: float, other: float) -> bool:
    return isclose(one, other, rel_tol=EXACT)

"""Searches of shared machines under several limits, or of fewer machines: each knows what the others found."""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product
from math import inf

from ..ir import Job, Metric, Setting
from ..search.objective import TINY
from .boxes import Boxes
from .candidates import Candidate
from .limits import MachineLimits
from .optima import Means
from .part_of_boxes import PartOfBoxes
from .proof import status_of
from .several_searches import AnySearch, SeveralSearches
from .shared import SharedSearch
from .shared_question import Question
from .silicon import Silicon, own_power
from .spreads import Choice, Spread, requests_of
from .together import WORST, Share

QuestionOf = Callable[[Job, str], tuple[MachineLimits, Question]]
"""What a job asks of machines, and of the programs of layers by an objective."""


Limits = dict[Metric, float]


@dataclass(eq=False)
class SharedSearches:
    """What is asked of layers, under the job's limits or others. Searches end together at `end`, a time of `time`.

    With `spreads`, by the group of layers, all layers of a group spread the same; else every layer what it likes.
    """

    job: Job
    layers: tuple[Share, ...]
    boxes: Boxes
    question_of: QuestionOf
    means: Means
    end: float = inf
    spreads: Mapping[str, Sequence[Spread]] = field(default_factory=dict)
    silicon: Silicon = field(default_factory=Silicon, repr=False)
    _done: list[tuple[Limits, SharedSearch]] = field(default_factory=list, repr=False)
    _least: list[tuple[str, Limits, list[tuple[float, Choice]]]] = field(default_factory=list, repr=False)
    _choices: dict[int, tuple[Candidate, Choice]] = field(default_factory=dict, repr=False)

    @property
    def late(self) -> bool:
        """Whether nothing more is to be asked."""
        return self.means.interrupted or clock.time() >= self.end

    def run(self, objective: str, limits: Mapping[Metric, float] | None = None, parts: int = 1) -> AnySearch:
        """Search all machines, within a share of the time that is left."""
        most = dict(self.job.limits) if limits is None else dict(limits)
        return self._go(objective, most, self.boxes, parts)

    def run_part(self, objective: str, key: str, value: Setting, parts: int = 1) -> AnySearch:
        """Search the machines whose field has a value."""
        boxes = PartOfBoxes(self.boxes.space, self.boxes.most, key, value)
        return self._go(objective, dict(self.job.limits), boxes, parts)

    def choice(self, best: Candidate | None) -> Choice:
        """What a design spreads, by the groups of layers; nothing where every layer spreads what it likes."""
        return () if best is None or id(best) not in self._choices else self._choices[id(best)][1]

    def _go(self, objective: str, most: Limits, boxes: Boxes, parts: int) -> AnySearch:
        now = clock.time()
        self.means.deadline = now + (self.end - now) / parts
        if self.spreads:
            return self._several(objective, most, boxes)
        search = self._search(objective, most, boxes)
        search.run()
        self._keep(most, search)
        return search

    def _keep(self, most: Limits, search: SharedSearch) -> None:
        if not isinstance(search.boxes, PartOfBoxes):
            self._done.append((most, search))

    @cached_property
    def _own_power(self) -> bool:
        """Whether a limit on power is one of machines alone, and says nothing of programs."""
        return own_power(stem.machine for stem in self.boxes.stems())

    def _several(self, objective: str, most: Limits, boxes: Boxes) -> SeveralSearches:
        """Search every dataflow, those first that promise most, until no other one is below the best."""
        question = self._question(objective, most)[0]
        best: Candidate | None = None
        found: list[SharedSearch] = []
        order = self._order(objective, most)
        for number, (bound, choice) in enumerate(order):
            if best is not None and bound * (1 + question.gap) >= best.value * (1 - TINY):
                return SeveralSearches(question, tuple(found), bound)
            if found and (self.means.interrupted or clock.time() >= self.means.deadline):
                return SeveralSearches(question, tuple(found), order[number][0], complete=False)
            search = self._search(objective, most, boxes, choice)
            search.floor = max(search.floor, bound)
            if best is not None and (search.best is None or best.key < search.best.key):
                search.best = best
            search.run()
            if search.best is not None:
                best = search.best
                self._choices.setdefault(id(best), (best, choice))
            found.append(search)
            self._keep(most, search)
        return SeveralSearches(question, tuple(found))

    def _order(self, objective: str, most: Limits) -> list[tuple[float, Choice]]:
        """Every choice of dataflows with what no design of it is below: what each group takes at least by itself."""
        if len(self.spreads) == 1:
            ((name, spreads),) = self.spreads.items()
            return [(0.0, ((name, spread),)) for spread in spreads]
        for other, looser, known in self._least:
            if other == objective and _within(most, looser):
                return known
        end, now = self.means.deadline, clock.time()
        self.means.deadline = now + (end - now) / 2  # the other half is for answers
        columns = [
            [((name, spread), self._alone(objective, most, name, spread)) for spread in spreads]
            for name, spreads in self.spreads.items()
        ]
        self.means.deadline = end
        whole = max if objective == WORST else sum
        found = [(float(whole(bound for _, bound in row)), tuple(pair for pair, _ in row)) for row in product(*columns)]
        found.sort()
        self._least.append((objective, most, found))
        return found

    def _alone(self, objective: str, most: Limits, name: str, spread: Spread) -> float:
        """What the layers of a group are not below with a dataflow, on a machine for themselves."""
        layers = [layer for layer in self.layers if layer.workload.operator == name]
        question, limits = self._question(objective, most, ((name, spread),))
        search = SharedSearch(self.boxes, layers, question, limits, self.means)
        search.run()
        return search.lower_bound

    def _question(self, objective: str, most: Limits, choice: Choice = ()) -> tuple[Question, MachineLimits]:
        limits, question = self.question_of(replace(self.job, limits=tuple(most.items())), objective)
        if choice:
            (request,) = requests_of(question.request, [choice])
            question = replace(question, request=request)
        return question, replace(limits, silicon=self.silicon)

    def _search(self, objective: str, most: Limits, boxes: Boxes, choice: Choice = ()) -> SharedSearch:
        """A search that begins with what others of the objective found."""
        question, limits = self._question(objective, most, choice)
        search = SharedSearch(boxes, self.layers, question, limits, self.means)
        for looser, other in self._done:
            if (other.question.objective, other.question.request) != (objective, question.request):
                continue
            if _within(most, looser):
                search.floor = max(search.floor, other.lower_bound)
            if other.question == question and (self._own_power or other.limits.power_mw == limits.power_mw):
                search.follow(other)
                self._begin_with(search, other)
        return search

    def _begin_with(self, search: SharedSearch, other: SharedSearch) -> None:
        """Take the answer of another search where it is one of this."""
        best = other.best
        if best is None or isinstance(search.boxes, PartOfBoxes):
            return
        machine = search.boxes.machine(best.stem, best.numbers)
        if not search.limits.over(machine) and (search.best is None or best.key < search.best.key):
            search.best = best


def _within(most: Limits, looser: Limits) -> bool:
    """Whether what keeps some limits keeps others."""
    return all(most.get(name, inf) <= value for name, value in looser.items())


def is_proved(search: AnySearch) -> bool:
    """Whether the answer of a search, or that there is none, is as good as was asked."""
    return status_of(search) != "budget"

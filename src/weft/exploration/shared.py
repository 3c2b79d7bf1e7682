"""The best machine for layers that share it, each with its best program: branch and bound over boxes of machines.

A box of machines has a lower bound: every layer's best program on the machine with the largest widths and capacities
of the box, at its least energies. Where these programs together need no more than a machine of the box that is within
the limits, nothing in the box is better, and the box is done; else it is split, and its parts have machines with less.
"""

from __future__ import annotations

import time as clock
from collections.abc import Sequence
from dataclasses import replace
from heapq import heappop, heappush, heapreplace
from math import inf

from ..search.objective import TINY
from ..search.quick.values import QuickCache
from ..search.workers.run import hearing_interrupts
from .boxes import Box, Boxes, Stem
from .candidates import Candidate, Candidates
from .cuts import Cuts
from .limits import MachineLimits
from .node_bounds import NodeBounds
from .nodes import Known, Node, with_optimum
from .optima import Asked, Means, Optimum, best_programs
from .scenario import Scenario
from .scouts import Scouts
from .shared_question import Question
from .staircase import Staircase
from .together import WORST, Share, combined

AT_ONCE = (1, 1, 2, 4, 8)
"""Boxes that are looked at together, by waves: one knows what those before it found, whatever the number of workers."""

CLOSE = 1e-9
"""Cutoffs are this part above what they are of use for, so that rounding leaves no box open."""


RULES = ("bound", "area", "power", "illegal", "programs", "staircase", "single")
"""How boxes end: no better than the answer; the least machine over a limit; no machine at all; a layer without a
program; the machine that the best programs need is the answer for all; a machine searched by itself."""


class SharedSearch:
    """The search; `best` is the answer so far. Both it and a `floor`, which nothing is below, may be known before."""

    def __init__(
        self, boxes: Boxes, layers: Sequence[Share], question: Question, limits: MachineLimits, means: Means
    ) -> None:
        self.boxes, self.layers, self.question, self.limits, self.means = boxes, tuple(layers), question, limits, means
        self.settings = question.settings
        self.slack = 1.0 + question.gap
        self.best: Candidate | None = None
        self.floor = 0.0
        self.ended = dict.fromkeys(RULES, 0)
        self.looked_at = 0
        self.candidates = Candidates(boxes, self.layers, question.objective, self.settings, limits)
        self._cuts = Cuts(boxes, limits)
        self._staircase = Staircase(boxes, self.layers, self.settings, question.request, limits)
        self._bounds = NodeBounds(boxes, self.layers, question, limits, self._cuts, QuickCache(self.settings.objective))
        self._heap: list[tuple[float, int, Node]] = []
        self._out: list[Node] = []
        self._later: list[Node] = []
        self._probes: list[Node] = []
        self._probed: set[Box] = set()
        self._pruned = inf
        self._number = 0
        self._waves = -1
        self._begun = False

    def follow(self, other: SharedSearch) -> None:
        """Know what another search of the same layers and question found: it holds whatever machines are allowed."""
        self._staircase, self._bounds = other._staircase, replace(self._bounds, quick=other._bounds.quick)
        self._staircase.keep_proved()

    def run(self) -> None:
        """Search until the answer is proved, the time is over or Ctrl-C."""
        try:
            with hearing_interrupts():
                self._begin()
                while not self._stopped and self._wave():
                    self.means.look(self)
        except KeyboardInterrupt:
            self.means.interrupted = True

    def _begin(self) -> None:
        """The boxes of all stems, with bounds that need no search."""
        nothing = (None,) * len(self.layers)
        found: list[Box] = []
        for stem in self.boxes.stems():
            if self._stopped:
                return
            box = self.boxes.whole(stem)
            if not self.boxes.legal(box):
                self.ended["illegal"] += 1
            elif over := self.limits.over(self.boxes.machine(box.stem, box.low)):
                self.ended[over[0]] += 1
            else:
                bound = max(self._bounds.by_work(box), self.floor)
                self._push(Node(box, bound, nothing, known=Known.WORK, tried=False))
                found.append(box)
        self._begun = True
        if self.settings.objective.energetic:
            self._scout(found)

    def _scout(self, found: Sequence[Box]) -> None:
        """Ask for the answer of the machine that promises most by bounds."""
        scouts = Scouts(found, self._cuts, self._promise, self._staircase.level)
        machine = scouts.best(lambda: self._stopped)
        if machine is not None:
            self._probe(machine.stem, machine.low, 0.0, ())

    def _promise(self, box: Box) -> float:
        """What no machine of a box is below, without a search."""
        return combined(self.question.objective, self.layers, self._bounds.by_structure(box, capped=True))

    @property
    def _stopped(self) -> bool:
        """Whether the time is over, or Ctrl-C came."""
        return self.means.interrupted or clock.time() >= self.means.deadline

    def _try(self, node: Node) -> bool:
        """Whether a machine of a box is looked at before it: one that is as good as the box promises ends it."""
        box = node.box
        doubtful = self._powered(box) or self.limits.over(self.boxes.machine(box.stem, box.high))
        if node.tried or box.single or not doubtful:
            return False
        node.tried = True
        self._probe(box.stem, self._cuts.on_the_way(box, box.high, self._ways(box)), node.bound, node.least)
        sent, self._probes = self._probes, []
        self._out += sent
        return bool(sent)

    def _parts(self, node: Node) -> list[Node] | None:
        """The parts of a box whose largest machine is far over a limit, as long as bounds by structure rise with cuts,
        or whose memories differ so much that their energies do; None where it is not to be cut."""
        box = node.box
        if not self.settings.objective.energetic:
            return None
        if not self._staircase.level(box.stem):
            halves = self._cuts.widest_room(box)
        else:
            halves = self._cuts.halves(box) if node.idle < IDLE and self._cuts.beyond(box) >= FAR else None
        found = []
        for part in box.parts(*halves) if halves else ():
            kept = self._kept(part)
            if kept is not None:
                # What is best on the largest machine of the box may not even run on a smaller one.
                unknown = replace(node, box=kept, known=Known.STRUCTURE, optima=(None,) * len(self.layers))
                child = self._bounds.refined(unknown)
                idle = node.idle + 1 if child.bound < node.bound * (1 + RISE) else 0
                found.append(replace(child, idle=idle, tried=False))
        return found if halves else None

    def _exchange(self, parts: Sequence[Node]) -> None:
        """Put parts in the place of the box on top: an interrupt may find a box twice, but never lose it."""
        self._later += parts
        heappop(self._heap)
        for part in parts:
            self._push(part)
            self._later.remove(part)

    def _powered(self, box: Box) -> bool:
        """Whether programs are limited in their power, and those of a box's largest machine may take too much."""
        return self._bounds.program_mw(box) < inf

    def _ways(self, box: Box) -> int:
        """Of how many parts of the way to the limits a machine is looked at after the first: where programs are limited
        in power, the most memory may take too much energy."""
        return 2 if self._powered(box) else 1

    def _hard(self, box: Box) -> bool:
        """Whether the best programs of a machine of a box may take long to be proved: their energy counts."""
        return self._powered(box) or self.settings.objective.energetic

    @property
    def lower_bound(self) -> float:
        """What no machine of the space within the limits is below, with whatever programs."""
        found = [self._pruned, *(bound for bound, _, _ in self._heap)]
        found += [node.bound for node in (*self._later, *self._out) if not node.probe]
        found += [self.best.value] if self.best else []
        return min(found) if self._begun else 0.0

    @property
    def open(self) -> int:
        """How many boxes are not done."""
        return len(self._heap) + len(self._later) + sum(not node.probe for node in self._out)

    @property
    def finished(self) -> bool:
        """Whether every box is done."""
        return self._begun and not self._heap and not self._out and not self._later

    def _push(self, node: Node) -> None:
        self._number -= 1  # of equals the last one first: it is the smallest
        heappush(self._heap, (node.bound, self._number, node))

    def _beyond(self, value: float) -> bool:
        """Whether a value is above the most that it may be."""
        return value > self.question.most * (1 + TINY)

    def _hopeless(self, bound: float) -> bool:
        """Whether what has a bound is no better than the answer by more than the gap, or above the most."""
        return self._beyond(bound) or (self.best is not None and bound * self.slack >= self.best.value * (1 - TINY))

    def _leave_out(self, node: Node) -> None:
        """Leave out a box as no better than the answer."""
        if not node.probe:
            self._end("bound", node.bound)

    def _end(self, rule: str, bound: float) -> None:
        """Be done with a box, in which nothing is below a bound."""
        self.ended[rule] += 1
        if not self._beyond(bound):
            self._pruned = min(self._pruned, bound)

    def _wave(self) -> bool:
        """Look at the most promising boxes; whether there were any."""
        self._out, self._probes = self._probes, []
        if self._out:
            self._go_out()
            return True
        self._waves += 1
        self._choose(AT_ONCE[min(self._waves, len(AT_ONCE) - 1)])
        while self._later:
            self._push(self._later[-1])
            self._later.pop()
        if not self._out:
            return bool(self._heap)
        self._go_out()
        return True

    def _go_out(self) -> None:
        """Search the boxes that are out."""
        self._search()
        while self._out:
            self._settle(self._out[0])
            self._out.pop(0)

    def _choose(self, most: int) -> None:
        """Take boxes out to be searched. One is let go when it stands elsewhere: an interrupt must not lose it."""
        while self._heap and len(self._out) < most and not self._stopped:
            node = self._heap[0][2]
            if self._hopeless(node.bound):
                self._leave_out(node)
            elif node.known < Known.ROOM:
                refined = self._bounds.refined(node)
                self._number -= 1
                heapreplace(self._heap, (refined.bound, self._number, refined))
                continue
            elif node.bound == inf:
                self.ended["programs"] += 1
            elif (parts := self._parts(node)) is not None:
                self._exchange(parts)
                continue
            elif self._try(node):
                self._later.append(node)
            else:
                self._out.append(node)
            heappop(self._heap)

    def _search(self) -> None:
        """Find the optima of the boxes that are out, where they are not known, layer by layer, the largest first.

        Of a box that is no better than the answer by the layers so far the others are not looked for.
        """
        for number in sorted(range(len(self.layers)), key=lambda n: (-self._weight(n), n)):
            if self._stopped:
                return
            nodes = []
            for node in self._out:
                known = node.optima[number] or self._staircase.known(number, node.box)
                if known is not None:
                    node.optima = with_optimum(node.optima, number, known)
                elif not self._hopeless(self._bound(node)):
                    nodes.append(node)
            for node, optimum in zip(nodes, self._optima(number, nodes), strict=True):
                node.optima = with_optimum(node.optima, number, optimum)
                self._staircase.enter(number, node.box, optimum)

    def _weight(self, layer: int) -> int:
        """How much work a layer and its equals are."""
        return self.layers[layer].count * self.layers[layer].workload.points

    def _optima(self, number: int, nodes: Sequence[Node]) -> list[Optimum]:
        """The optima of a layer on some boxes."""
        layer, scenarios = self.layers[number], tuple(self._scenario(node.box) for node in nodes)
        cutoffs = tuple(self._cutoff(node, number) for node in nodes)
        powers = tuple(self.limits.program_mw(item.cheap, item.roomy) for item in scenarios)
        # Of a probe any good program will do where to prove the best may take long.
        efforts = tuple(PROBED if node.probe and self._hard(node.box) else inf for node in nodes)
        asked = Asked(layer.name, layer.workload, scenarios, cutoffs, powers, efforts)
        return best_programs(asked, self.question.request, self.settings, self.means, self._bounds.quick)

    def _bound(self, node: Node) -> float:
        """What no machine of a box is below, by what is known of each layer."""
        known = (value for _, value in self._known(node))
        return max(node.bound, combined(self.question.objective, self.layers, known))

    def _cutoff(self, node: Node, layer: int) -> float:
        """From which value on a layer's programs are of no interest on a box: it is no better than the answer then."""
        if self.best is None:
            return inf
        most = self.best.value * (1 + CLOSE)
        if self.question.objective != WORST:
            others = (item.count * least for n, (item, least) in enumerate(self._known(node)) if n != layer)
            most = (most - self.slack * sum(others)) / self.layers[layer].count
        return max(most, 1.0)

    def _known(self, node: Node) -> list[tuple[Share, float]]:
        """Every layer with what its programs are not below on a box."""
        least = node.least or (0.0,) * len(self.layers)
        found = (max(0.0 if o is None else o.bound, at) for o, at in zip(node.optima, least, strict=True))
        return list(zip(self.layers, found, strict=True))

    def _scenario(self, box: Box) -> Scenario:
        return Scenario(self.boxes.machine(box.stem, box.high), self.boxes.machine(box.stem, box.low))

    def _settle(self, node: Node) -> None:
        """Be done with a box that was searched, or split it."""
        self.looked_at += not node.probe
        optima = [item for item in node.optima if item is not None]
        node.bound = self._bound(node)
        if node.bound == inf:
            self.ended["programs"] += not node.probe
        elif self._hopeless(node.bound):
            self._leave_out(node)
        elif len(optima) == len(self.layers) and all(item.dataflow is not None for item in optima):
            self._use(node, optima)
        elif not node.probe:
            self._push(replace(node, optima=(None,) * len(self.layers)))  # the time was over

    def _use(self, node: Node, optima: Sequence[Optimum]) -> None:
        """Take the programs of a box: on the machine that they need they may be the answer for all of it."""
        # What a single machine leaves unused is not needed.
        box = replace(node.box, low=self.boxes.whole(node.box.stem).low) if node.probe else node.box
        needed = self._staircase.needs(box, optima)
        within = not self.limits.over(self.boxes.machine(box.stem, needed))
        if within:
            self._enter(self.candidates.of(box.stem, needed, optima))
        if node.probe:
            return
        if self._hopeless(node.bound):
            self._end("staircase", node.bound)
        elif box.single and all(item.proved for item in optima):
            self._end("single", node.bound)
        elif box.single:
            self._push(replace(node, optima=(None,) * len(optima)))
        else:
            self._split(node, needed, within)

    def _enter(self, candidate: Candidate | None) -> None:
        if candidate is None or self._beyond(candidate.value):
            return
        if self.best is None or candidate.key < self.best.key:
            self.best = candidate

    def _split(self, node: Node, needed: tuple[int, ...], within: bool) -> None:
        """Split a box where its programs need most beyond what is allowed, or else where it is widest."""
        box = node.box
        for part in box.parts(*self._cuts.cut(box, needed, within)):
            kept = self._kept(part)
            if kept is not None:
                known, tried = self._inherited(node, kept), not self._powered(kept)
                self._push(Node(kept, node.bound, known, tried=tried, least=node.least))
        if not within:
            self._probe(box.stem, self._cuts.on_the_way(box, needed, self._ways(box)), node.bound, node.least)

    def _inherited(self, node: Node, part: Box) -> tuple[Optimum | None, ...]:
        """What is known of a part of a box: all, if its largest machine is the same and the least energies too."""
        return tuple(self._staircase.known(number, part) for number, _ in enumerate(node.optima))

    def _probe(self, stem: Stem, numbers: tuple[int, ...], bound: float, least: tuple[float, ...]) -> None:
        """Ask for the answer of a machine, unless bounds say that it is no better than what is known."""
        single = Box(stem, numbers, numbers)
        if single in self._probed:
            return
        self._probed.add(single)
        probe = Node(single, bound, (None,) * len(self.layers), probe=True, known=Known.STRUCTURE, least=least)
        if self._hard(single):
            probe = self._bounds.refined(probe)
        if not self._hopeless(probe.bound):
            self._probes.append(probe)

    def _kept(self, box: Box) -> Box | None:
        """A box without the values that put it over a limit whatever the others are; None if nothing is left."""
        if over := self.limits.over(self.boxes.machine(box.stem, box.low)):
            self.ended[over[0]] += 1
            return None
        return self._cuts.trimmed(box)


PROBED = 200_000
"""Boxes of programs that a probe looks at for each layer, where energy counts or is limited."""

FAR, RISE, IDLE = 0.03, 1e-3, 3
"""Boxes of machines are cut while such a part of what widths and capacities take is over a limit, and bounds rise by
such a part in one of so many cuts."""

"""The best loops of some layers as one program by a measure, for a room in the boundary memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, permutations, product
from math import inf, prod
from typing import Any

import numpy as np

from ..analysis.fused.boxes import Boxes, stage_boxes
from ..analysis.fused.nest import fills
from ..analysis.fused.rooms import between, held_outside
from ..analysis.fused.tracks import NO_LOOP
from ..ir import Accelerator, WeftError
from ..passes.fuse import MAX_RUNS
from .group import Group, Loop
from .lines import Factors, Floats
from .measures import SAFE, Measure
from .options import Option, Priced, merged, own_loops, splits, steps_of

Modes = tuple[tuple[bool, ...], ...]
"""Per outer loop and stage but the last: whether its output is recomputed."""

MOST_LOOPS = 2
"""Outer loops of a program in the space."""

MOST_CHOICES = 8
"""Choices of cached or recomputed, one per stage and loop, up to which all combinations are tried; above it a loop is
cached or recomputed for all stages alike."""


MOST_ROWS = 1 << 20
"""Chunk sizes times such choices up to which the same holds."""


MOST_LOOKED_AT = 200
"""Choices that are looked at one by one where a measure goes by bounds of programs; all others keep their own."""


MOST_LONGER = 8
"""Chunks of a stage's own loop that are tried, the longest that fit."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Loops of a fused program with what they cost: by the measure (no program with these loops is below it), bits to
    and from the outermost memory, bits of room in the boundary memory, points that each stage executes, and runs of all
    stages."""

    loops: tuple[Loop, ...]
    recomputed: tuple[tuple[str, ...], ...]
    own: tuple[tuple[Loop, ...], ...]
    price: float
    traffic: int
    room: int
    points: tuple[int, ...]
    runs: int

    @property
    def rank(self) -> tuple[float, int, int, int]:
        """What is least first: the price, then work, then runs, then room."""
        return self.price, sum(self.points), self.runs, self.room


@dataclass(frozen=True, slots=True)
class Found:
    """A choice, and what no choice of its space is below."""

    choice: Choice
    bound: float


class GroupSpace:
    """All choices of loops for one group on a machine, and the search for the best one that fits a room.

    The space: up to two outer loops in any order, chunks of all even splits, every output between stages cached or
    recomputed over each (alike for all stages if these are many), and per stage no loop of its own or one over a
    dimension of its output that no outer loop moves. No stage runs more than `MAX_RUNS` times.
    """

    def __init__(self, group: Group, accelerator: Accelerator, measure: Measure) -> None:
        self.group, self.accelerator, self.measure = group, accelerator, measure
        self.prices = measure.prices(group)
        self.memory = accelerator.memories[1]
        self.workloads = [layer.workload for layer in group.layers if layer.workload is not None]
        program = group.program()
        self.fed = [program.fed(number) for number in range(len(self.workloads))]
        self.out = [program.goes_out(number) for number in range(len(self.workloads))]
        bits = accelerator.bits
        self.outside = {
            (number, item.name): (workload.footprint(item) * bits(item.name), item.dimensions)
            for number, workload in enumerate(self.workloads)
            for item in workload.inputs
            if item.name not in self.fed[number]
        }
        made = [workload.footprint(workload.output) * bits(workload.output.name) for workload in self.workloads]
        leaving = zip(self.workloads, self.prices.leaves, self.out, strict=True)
        self.going_out = sum(price * w.footprint(w.output) for w, price, out in leaving if out)
        self.between = made[:-1]
        self.readers = [[edge.consumer for edge in program.consumers(number)] for number in range(len(made) - 1)]
        self.live = [(number, max(readers)) for number, readers in enumerate(self.readers)]
        self.points = sum(workload.points for workload in self.workloads)
        self.looked_at = 0
        self._alone = cache(self._one_loop)
        self._factors = cache(self._find_factors)
        self._moved = cache(self._find_moved)
        self._priced = cache(self._find_priced)

    def least(
        self, room: int | None, most_loops: int = MOST_LOOPS, most_work: float = inf, gap: float = 0.0
    ) -> Found | None:
        """The choice with the least price, then the least work, that fits `room` bits (None: any); None if none does.

        `most_loops` bounds the outer loops, `most_work` the points over those of the layers by themselves. Others may
        be better by the part `gap`.
        """
        best: Choice | None = None
        bound, left = inf, MOST_LOOKED_AT
        for price, points, loops, modes in self._candidates(room, most_loops):
            if best is not None and ((price * (1 + gap), points) >= best.rank[:2] or left <= 0):
                bound = min(bound, price)
                break
            if points > most_work * self.points:
                continue
            self.looked_at += 1
            left -= not self.measure.whole
            found = self._choice(loops, modes, room)
            if found is not None:
                bound = min(bound, found.price)
                best = found if best is None or found.rank < best.rank else best
        return None if best is None else Found(best, bound)

    def _candidates(self, room: int | None, most_loops: int) -> Iterator[tuple[float, int, tuple[Loop, ...], Modes]]:
        """All loops and modes with bounds on price and points; the least first, of like ones those of few steps."""
        limit = inf if room is None else room
        last = self.workloads[-1]
        names = [s.dimensions[0] for s in last.output.subscripts if last.extents[s.dimensions[0]] > 1]
        tables = []
        for count in range(most_loops + 1):
            for chosen in permutations(names, count):
                for modes in self._modes(chosen):
                    table = self._bounds(chosen, modes, limit)
                    at = np.nonzero(table[:, 0] < inf)[0]
                    tables.append((chosen, modes, table[at], at))
        rows = np.concatenate([table for _, _, table, _ in tables])
        owner = np.concatenate([np.full(len(table), number) for number, (_, _, table, _) in enumerate(tables)])
        place = np.concatenate([at for _, _, _, at in tables])
        for row in np.lexsort((rows[:, 2], rows[:, 1], rows[:, 0])):
            chosen, modes, _, _ = tables[owner[row]]
            choices = [splits(last.extents[name]) for name in chosen]
            chosen_sizes = np.unravel_index(place[row], [len(sizes) for sizes in choices])
            loops = tuple((name, sizes[n]) for name, sizes, n in zip(chosen, choices, chosen_sizes, strict=True))
            yield float(rows[row, 0]), int(rows[row, 1]), loops, modes

    def _bounds(self, chosen: tuple[str, ...], modes: Modes, limit: float) -> Floats:
        """A row per choice of sizes: the least price (inf if it does not fit), points, steps.

        Where weights do not all stay, the rest comes again in every further step of its stage.
        """
        none = Factors.none(len(self.workloads), list(self.outside))
        outer, inner = [*(self._factors(name, own) for name, own in zip(chosen, modes, strict=True)), none, none][:2]

        def both(one: Floats, two: Floats) -> Floats:
            return one[..., :, None] * two[..., None, :]

        busy, steps = both(outer.busy, inner.busy), both(outer.steps, inner.steps)
        made = both(outer.made, inner.made)
        kept = np.minimum(both(outer.kept, np.ones_like(inner.kept)) + both(outer.needed, inner.kept), 1)
        lines = sum((w * kept[s] for s, w in enumerate(self.between)), start=np.zeros(steps.shape))
        turns = [
            sum(
                (self.between[s] * made[s] for s, until in self.live if s <= turn <= until), start=np.zeros(steps.shape)
            )
            for turn in range(len(self.workloads))
        ]
        held = lines + np.max(turns, axis=0)
        price, cheapest = np.full(steps.shape, self.going_out), inf
        staying, again = np.zeros(steps.shape), np.full(steps.shape, np.inf)
        for (stage, name), (bits, dimensions) in self.outside.items():
            (e0, a0, _, m0), (e1, a1, b1, m1) = outer.elements[stage, name], inner.elements[stage, name]
            whole = self.prices.enters[stage, name] * self.workloads[stage].footprint(
                self.workloads[stage].tensor(name)
            )
            price += whole * (both(e0, e1) - both(a0, b1) - both(e0, a1))
            always, ever = self._moved(stage, chosen, modes)
            least = bits * both(m0, m1) / self._cut(stage, dimensions, always)
            held += least
            if ever.isdisjoint(dimensions):
                staying += bits - least
                cheapest = min(cheapest, whole / bits)
                again = np.minimum(again, busy[stage] - 1)
        over = np.maximum(0, staying + held - limit)
        again = over * np.where(np.isfinite(again), again, 0) * (cheapest if cheapest < inf else 0)
        points = [
            np.rint(w.points * own) for w, own in zip(self.workloads, both(outer.points, inner.points), strict=True)
        ]
        if self.measure.whole:
            price = np.rint(price) + np.floor(again)
        else:
            price = SAFE * (price + again + sum(map(self._work, range(len(points)), points)))
        price = np.where((held > limit) | ~np.isfinite(steps), np.inf, price)
        work = sum(points, start=np.zeros(steps.shape))
        return np.stack([price.ravel(), work.ravel(), steps.ravel()], axis=1)

    def _work(self, stage: int, points: Any) -> Any:
        """What executing so many points of a stage costs at least."""
        return self.prices.once[stage] + self.prices.again[stage] * (points - self.workloads[stage].points)

    def _find_moved(self, stage: int, chosen: tuple[str, ...], modes: Modes) -> tuple[frozenset[str], frozenset[str]]:
        """The dimensions of a stage that one of the loops moves with chunks of all its sizes, and of any."""
        always: frozenset[str] = frozenset()
        ever: frozenset[str] = frozenset()
        for name, own in zip(chosen, modes, strict=True):
            # All positions of one size may be alike, those of another not.
            found = [
                frozenset(item for item, track in boxes[stage].outer.items() if track.loop != NO_LOOP)
                for boxes in self._rows(name, own)
                if boxes is not None
            ]
            always |= frozenset.intersection(*found) if found else frozenset()
            ever |= frozenset().union(*found)
        return always, ever

    def _cut(self, stage: int, dimensions: frozenset[str], moved: frozenset[str]) -> int:
        """Into how many parts a loop of the stage's own can cut a tensor with these dimensions."""
        workload = self.workloads[stage]
        names = [item.dimensions[0] for item in workload.output.subscripts]
        return max((workload.extents[name] for name in names if name in dimensions and name not in moved), default=1)

    def _rows(self, name: str, modes: tuple[bool, ...]) -> list[tuple[Boxes, ...] | None]:
        """The boxes inside of one loop, for each of its sizes."""
        return [self._alone((name, size), modes) for size in splits(self.workloads[-1].extents[name])]

    def _find_factors(self, name: str, modes: tuple[bool, ...]) -> Factors:
        return Factors.of(self._rows(name, modes), list(self.outside), modes, self.readers)

    def _modes(self, chosen: Sequence[str]) -> Iterator[Modes]:
        """Per loop and stage but the last whether the output is recomputed, nothing recomputed first."""
        stages, loops = len(self.workloads) - 1, len(chosen)
        sizes = prod(len(splits(self.workloads[-1].extents[name])) for name in chosen)
        if stages * loops <= MOST_CHOICES and sizes << stages * loops <= MOST_ROWS:
            masks = list(product((False, True), repeat=stages))
        else:
            masks = [(False,) * stages, (True,) * stages]
        combined = product(masks, repeat=loops)
        yield from sorted(combined, key=lambda modes: sum(map(sum, modes)))

    def _one_loop(self, loop: Loop, modes: tuple[bool, ...]) -> tuple[Boxes, ...] | None:
        recomputed = [(loop[0],) if again else () for again in modes]
        try:
            return stage_boxes(self.group.program((loop,), [*recomputed, ()]))
        except WeftError:
            return None

    def boxes(self, loops: tuple[Loop, ...], modes: Modes) -> tuple[Boxes, ...] | None:
        """The boxes of all stages inside of some outer loops; None where these are no fused program."""
        found: tuple[Boxes, ...] = stage_boxes(self.group.program())
        for loop, own in zip(loops, modes, strict=True):
            inner = self._alone(loop, own)
            if inner is None:
                return None
            joined = [boxes.inside(outer) for boxes, outer in zip(inner, found, strict=True)]
            if any(item is None for item in joined):
                return None
            found = tuple(item for item in joined if item is not None)
        return found

    def _choice(self, loops: tuple[Loop, ...], modes: Modes, room: int | None) -> Choice | None:
        """The best choice of own loops with these outer ones that fits."""
        priced = self._priced(loops, modes)
        if priced is None or (room is not None and priced.between > room):
            return None
        combined = [Option((), 0.0, 0, priced.between, 0)]
        kept: list[tuple[tuple[Loop, ...], ...]] = [()]
        for options in priced.options:
            combined, kept = merged(combined, kept, options, room)
            if not combined:
                return None
        number = min(range(len(combined)), key=lambda at: (combined[at].price, combined[at].runs, combined[at].room))
        best = combined[number]
        return Choice(
            loops, priced.recomputed, kept[number], best.price, best.traffic, best.room, priced.points, best.runs
        )

    def _find_priced(self, loops: tuple[Loop, ...], modes: Modes) -> Priced | None:
        boxes = self.boxes(loops, modes)
        if boxes is None:
            return None
        recomputed = tuple(
            tuple(name for (name, _), again in zip(loops, modes, strict=True) if again[stage])
            for stage in range(len(boxes) - 1)
        )
        recomputed = (*recomputed, ())
        options = tuple(tuple(self._options(number, own)) for number, own in enumerate(boxes))
        return Priced(recomputed, self._between(loops, recomputed, boxes), options, tuple(own.points for own in boxes))

    def enlarged(self, choice: Choice, room: int | None) -> Choice:
        """The choice with longer chunks of the stages' own loops, the best of the longest that fit and move no more."""
        most = 1 if self.measure.whole else MOST_LONGER
        for stage, loops in enumerate(choice.own):
            for name, _ in loops:
                longer = (
                    self.measured(choice.loops, choice.recomputed, _with(choice.own, stage, (name, size)), False)
                    for size in splits(self.workloads[stage].extents[name])
                )
                fitting = (
                    item.own
                    for item in longer
                    if item is not None and item.traffic <= choice.traffic and (room is None or item.room <= room)
                )
                settled = (self.measured(choice.loops, choice.recomputed, own) for own in islice(fitting, most))
                choice = min((item for item in settled if item), key=lambda item: item.rank, default=choice)
        return choice

    def measured(
        self,
        loops: tuple[Loop, ...],
        recomputed: tuple[tuple[str, ...], ...],
        own: tuple[tuple[Loop, ...], ...],
        settled: bool = True,
    ) -> Choice | None:
        """What given loops cost; None if they are no fused program. Not `settled`: the runs of stages with loops of
        their own less exactly."""
        modes = tuple(tuple(name in stage for stage in recomputed[:-1]) for name, _ in loops)
        boxes = self.boxes(loops, modes)
        if boxes is None:
            return None
        options = []
        for number, (item, cuts) in enumerate(zip(boxes, own, strict=True)):
            for name, size in cuts:
                item = item.cut(name, size)
            options.append(self._option(number, item, cuts, settled))
        room = self._between(loops, recomputed, boxes) + sum(option.room for option in options)
        price, traffic = sum(option.price for option in options), sum(option.traffic for option in options)
        points, runs = tuple(item.points for item in boxes), sum(option.runs for option in options)
        return Choice(loops, recomputed, own, price, traffic, room, points, runs)

    def _between(self, loops: tuple[Loop, ...], recomputed: Sequence[tuple[str, ...]], boxes: tuple[Boxes, ...]) -> int:
        """Bits of what lies between stages (A35)."""
        kept, made = between(self.group.program(loops, recomputed), boxes, self.accelerator.bits)
        return sum(kept.values()) + made

    def _options(self, number: int, boxes: Boxes) -> list[Option]:
        found = [self._option(number, boxes, ())] if steps_of(boxes) <= MAX_RUNS else []
        inputs = [item for item in boxes.workload.inputs if item.name not in self.fed[number]]
        for subscript in boxes.workload.output.subscripts:
            name = subscript.dimensions[0]
            free = boxes.outer[name].loop == NO_LOOP and boxes.workload.extents[name] > 1
            last = number == len(self.workloads) - 1
            if free and (last or any(name in item.dimensions for item in inputs)):
                found += [self._option(number, boxes.cut(*loop), (loop,)) for loop in own_loops(boxes, name, inputs)]
        return found

    def _option(self, number: int, boxes: Boxes, own: tuple[Loop, ...], settled: bool = False) -> Option:
        """A stage's option; what its runs cost is known better where its own loops are `settled`, or there are none."""
        traffic = room = 0
        workload, price = boxes.workload, self._work(number, boxes.points)
        if settled or not own:
            price = max(price, self.measure.runs(boxes))
        for item in workload.inputs:
            if item.name not in self.fed[number]:
                bits, new = self.accelerator.bits(item.name), fills(boxes, boxes.axes(item))
                price += new * self.prices.enters[number, item.name]
                traffic += new * bits
                room += held_outside(boxes, item, self.memory) * bits
        bits = self.accelerator.bits(workload.output.name)
        if self.out[number]:
            size = workload.footprint(workload.output)
            price += size * self.prices.leaves[number]
            traffic += size * bits
        if number == len(self.workloads) - 1:
            room += held_outside(boxes, workload.output, self.memory) * bits
        return Option(own, price, traffic, room, boxes.runs)


def _with(own: tuple[tuple[Loop, ...], ...], stage: int, loop: Loop) -> tuple[tuple[Loop, ...], ...]:
    return (*own[:stage], (loop,), *own[stage + 1 :])

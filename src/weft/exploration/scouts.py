"""Which machine is looked at first, so that a good answer is known before boxes of machines are searched.

Bounds that need no search say what a single machine promises. So machines are compared by these: from one in the middle
to its neighbours, first far away, then ever closer.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from math import inf

from .boxes import Box, Stem, rank, with_number
from .cuts import Cuts

ROUNDS = 4
"""Rounds, each half as far as the one before it."""


class Scouts:
    """Looks for a machine of some boxes, one of each choice of what has no order, that are neighbours as they stand.

    `promise` is what no program of a single machine is below. Machines that are `level` are as large as the limits
    allow: less is never better.
    """

    def __init__(
        self, boxes: Sequence[Box], cuts: Cuts, promise: Callable[[Box], float], level: Callable[[Stem], bool]
    ) -> None:
        self._boxes, self._cuts, self._promise, self._level = tuple(boxes), cuts, promise, level
        self._known: dict[Box, float] = {}

    def best(self, stopped: Callable[[], bool]) -> Box | None:
        """The machine that promises most of those that were looked at; None if there is no machine."""
        if not self._boxes:
            return None
        place = len(self._boxes) // 2
        numbers = self._cuts.on_the_way(self._boxes[place], self._boxes[place].high, 1)
        found = self._look(place, numbers)
        for number in range(ROUNDS):
            better = True
            while better and not stopped():
                around = [self._look(*item) for item in self._around(found[1], found[2], 0.5**number)]
                better = min(around)[0] < found[0] if around else False
                found = min(found, *around) if better else found
        return self._single(found[1], found[2])

    def _look(self, place: int, numbers: tuple[int, ...]) -> tuple[float, int, tuple[int, ...]]:
        box = self._single(place, numbers)
        if box not in self._known:
            self._known[box] = self._promise(box)
        return self._known[box], place, numbers

    def _single(self, place: int, numbers: tuple[int, ...]) -> Box:
        return Box(self._boxes[place].stem, numbers, numbers)

    def _around(self, place: int, numbers: tuple[int, ...], part: float) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Neighbours: another choice of what has no order, or more or less of one field and the others within."""
        step = max(int(len(self._boxes) / 4 * part), 1)
        grades = range(len(numbers))
        for other in (place - step, place + step):
            if 0 <= other < len(self._boxes):
                yield from ((other, self._within(other, numbers, grade)) for grade in grades)
        for grade in grades:
            for factor in (4**-part, 4**part):
                moved = self._moved(place, grade, numbers[grade], factor)
                if moved != numbers[grade]:
                    yield place, self._within(place, with_number(numbers, grade, moved), grade)

    def _moved(self, place: int, grade: int, number: int, factor: float) -> int:
        """The number of so many times a value, another one if there is any."""
        box, values = self._boxes[place], self._cuts.boxes.grades[grade].values
        found = bisect_left(values, rank(values[number]) * factor, key=rank) if rank(values[number]) < inf else number
        found = min(found, number - 1) if factor < 1 else max(found, number + 1)
        return min(max(found, box.low[grade]), box.high[grade])

    def _within(self, place: int, numbers: tuple[int, ...], kept: int) -> tuple[int, ...]:
        """A machine with the value of one field: the others with as much of theirs as the limits allow, or as they had
        if more may be worse."""
        whole = self._boxes[place]
        box = whole.within(kept, low=numbers[kept], high=numbers[kept])
        if self._cuts.limits.over(self._cuts.boxes.machine(box.stem, box.low)):
            return self._cuts.on_the_way(whole, numbers, 1)
        found = self._cuts.on_the_way(box, tuple(map(max, numbers, box.low)), 1)
        for grade in range(len(numbers)) if self._level(box.stem) else ():
            if grade != kept:
                top = self._cuts.trimmed(Box(box.stem, found, with_number(found, grade, whole.high[grade])))
                found = top.high
        return found

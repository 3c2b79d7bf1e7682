"""Where boxes of machines are cut: at the limits, between what programs need and what is allowed, in their middle."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from ..ir import Accelerator
from .boxes import Box, Boxes, rank
from .limits import MachineLimits

SHARES = 1 << 16
"""Steps of the way from a box's least machine to the one that its programs need."""


WIDE = 1.25
"""How many times the least capacity of a box the largest may be before energies that follow capacities differ much."""


@dataclass(frozen=True)
class Cuts:
    """Cuts boxes of machines under some limits."""

    boxes: Boxes
    limits: MachineLimits

    def cut(self, box: Box, needed: tuple[int, ...], within: bool) -> tuple[int, int]:
        """The grade and the last number of the lower part."""
        spans = [grade for grade in range(len(box.low)) if box.high[grade] > box.low[grade]]
        beyond = [grade for grade in spans if needed[grade] > box.low[grade]]
        if not within and beyond:
            grade = max(beyond, key=lambda g: self.limits.excess(self.raised(box, g, needed[g])))
            return grade, self.boxes.middle(grade, box.low[grade], needed[grade])
        if beyond:  # the machine that the programs need has other energies: it is the least of one part
            grade = max(beyond, key=lambda g: (self.boxes.spread(g, box.low[g], needed[g]), -g))
            return grade, needed[grade] - 1
        grade = max(spans, key=lambda g: (self.boxes.spread(g, box.low[g], box.high[g]), -g))
        return grade, self.boxes.middle(grade, box.low[grade], box.high[grade])

    def raised(self, box: Box, grade: int, number: int) -> Accelerator:
        """The least machine of a box, but for one field."""
        numbers = (*box.low[:grade], number, *box.low[grade + 1 :])
        return self.boxes.machine(box.stem, numbers)

    def beyond(self, box: Box) -> float:
        """The part of what widths and capacities take of a limit on the largest machine of a box that is over it."""
        most = self.limits.excess(self.boxes.machine(box.stem, box.high))
        least = self.limits.excess(self.boxes.machine(box.stem, self.boxes.whole(box.stem).low))
        return max(most - 1, 0.0) / (most - least) if self.limits.limited and most > least else 0.0

    def halves(self, box: Box) -> tuple[int, int] | None:
        """As `cut`, where the largest machine is over a limit: half way to it, in bytes; None where that is no help."""
        spans = [grade for grade in range(len(box.low)) if box.high[grade] > box.low[grade]]
        if not spans:
            return None
        grade = max(spans, key=lambda g: self.limits.excess(self.raised(box, g, box.high[g])))
        low, high, values = box.low[grade], box.high[grade], self.boxes.grades[grade].values
        if values[high] is None:
            return grade, (low + high) // 2
        place = bisect_left(values, (rank(values[low]) + rank(values[high])) / 2, low, high, key=rank)
        return grade, min(max(place, low), high - 1)

    def widest_room(self, box: Box) -> tuple[int, int] | None:
        """As `cut`, in the middle of the capacity of which the largest is most times the least; None where none is
        `WIDE`."""
        spans = [
            grade for grade, item in enumerate(self.boxes.grades) if item.room and box.high[grade] > box.low[grade]
        ]
        ratios = {grade: self.boxes.spread(grade, box.low[grade], box.high[grade]) for grade in spans}
        grade = max(spans, key=lambda g: (ratios[g], -g), default=None)
        if grade is None or ratios[grade] < WIDE:
            return None
        return grade, self.boxes.middle(grade, box.low[grade], box.high[grade])

    def on_the_way(self, box: Box, needed: Sequence[int], parts: int) -> tuple[int, ...]:
        """The last machine within the limits from the least one to one that is needed, or of so many `parts` the first
        of the way to it."""

        def at(share: int) -> tuple[int, ...]:
            return tuple(low + (need - low) * share // SHARES for low, need in zip(box.low, needed, strict=True))

        low, high = 0, SHARES
        while high - low > 1:
            middle = (low + high) // 2
            if self.limits.over(self.boxes.machine(box.stem, at(middle))):
                high = middle
            else:
                low = middle
        return at(low // parts)

    def trimmed(self, box: Box) -> Box:
        """A box whose least machine is within, without the values that are over a limit whatever the others are."""
        for grade in range(len(box.low)):
            box = box.within(grade, high=self._last_within(box, grade))
        return box

    def _last_within(self, box: Box, grade: int) -> int:
        """The last number of a grade with which the least machine of a box is within the limits."""
        values, good, bad = self.boxes.grades[grade].values, box.low[grade], box.high[grade]

        def look(number: int) -> tuple[bool, float]:
            machine = self.raised(box, grade, number)
            return bool(self.limits.over(machine)), self.limits.excess(machine)

        over, more = look(bad)
        if not over:
            return bad
        less, guess = look(good)[1], True
        while bad - good > 1:
            middle = (good + bad) // 2
            if guess and less < 1 < more and rank(values[bad]) < inf:  # amounts grow about as values do
                value = rank(values[good]) + (1 - less) / (more - less) * (rank(values[bad]) - rank(values[good]))
                middle = min(max(bisect_right(values, value, key=rank) - 1, good + 1), bad - 1)
            guess = not guess or bad - good > 64
            over, found = look(middle)
            good, less, bad, more = (good, less, middle, found) if over else (middle, found, bad, more)
        return good

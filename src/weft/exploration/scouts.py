"""Which machines are looked at first, so that a good answer is known before boxes of machines are searched."""

from __future__ import annotations

from collections.abc import Sequence

from .boxes import Box, Stem

ROUNDS = 2
"""Rounds of scouts, each half as far apart as the one before it."""


class Scouts:
    """Goes through choices of what has no order as they stand: first far apart, then ever closer to the best."""

    def __init__(self, boxes: Sequence[Box]) -> None:
        self._boxes = tuple(boxes)
        self._step, self._left = max(len(boxes) // 4, 1), ROUNDS
        self._sent: set[int] = set()

    def next(self, best: Stem | None) -> tuple[Box, ...]:
        """The boxes of the next round, around that of the best machine so far; none when all rounds are over."""
        while self._left and self._boxes:
            middle = next((n for n, box in enumerate(self._boxes) if box.stem == best), len(self._boxes) // 2)
            places = [n for n in (middle, middle - self._step, middle + self._step) if 0 <= n < len(self._boxes)]
            new = [n for n in places if n not in self._sent]
            self._left, self._step = self._left - 1, max(self._step // 2, 1)
            self._sent.update(new)
            if new:
                return tuple(self._boxes[n] for n in new)
        return ()

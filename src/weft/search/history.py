"""How a proof came about: the best value and the bound that a search had, moment by moment."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from itertools import pairwise
from math import isclose
from typing import Any

MOST = 128
"""Moments of a history, at most."""


_CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class Moment:
    """What a search knew once it had looked at `boxes` sets of programs and evaluated `programs`, after `seconds`.

    `value` is that of the best program until then (None: there was none), `lower_bound` what no program is below.
    """

    boxes: int
    programs: int
    seconds: float
    value: float | None
    lower_bound: float

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as in JSON."""
        return asdict(self)


class History:
    """The moments at which something changed, and the last one; of more than `MOST` every second one is forgotten.

    Which moments these are follows from what the search found, not from how long it took.
    """

    def __init__(self) -> None:
        self._moments: list[Moment] = []
        self._last: Moment | None = None

    def note(self, boxes: int, programs: int, seconds: float, value: float | None, bound: float) -> None:
        """Note what is known; a bound that was proved before still holds."""
        before = self._last
        now = Moment(boxes, programs, seconds, value, max(bound, before.lower_bound) if before else bound)
        if before is None or (now.value, now.lower_bound) != (before.value, before.lower_bound):
            self._moments.append(now)
            if len(self._moments) > MOST:
                del self._moments[1:-1:2]
        self._last = now

    @property
    def moments(self) -> tuple[Moment, ...]:
        """All that is kept, in their order."""
        last, kept = self._last, self._moments
        more = last and (last.boxes, last.programs) != (kept[-1].boxes, kept[-1].programs)
        return (*kept, *([last] if last and more else []))


def read_history(data: Any, value: float, bound: float | None) -> tuple[Moment, ...]:
    """The moments of plain data, whose last ones end with a value and a bound; ValueError for what none can have."""
    names = {item.name for item in fields(Moment)}
    if not isinstance(data, list) or not data or any(not isinstance(item, dict) or set(item) != names for item in data):
        raise ValueError("it is no list of moments")
    found = tuple(Moment(**item) for item in data)
    if len(found) > MOST + 1 or not all(map(_possible, found)):
        raise ValueError("it has a moment that cannot be")
    for before, after in pairwise(found):
        if not _follows(before, after):
            raise ValueError("a moment does not follow from the one before it")
    last = found[-1]
    # What was bounded before something was skipped still is.
    between = (bound or 0.0) * (1 - _CLOSE) <= last.lower_bound <= value * (1 + _CLOSE)
    if last.value is None or not isclose(last.value, value, rel_tol=_CLOSE) or not between:
        raise ValueError("its last moment has not the value of the layer, or a bound that is not that of the proof")
    return found


def _possible(moment: Moment) -> bool:
    numbers = (moment.seconds, moment.lower_bound, 0.0 if moment.value is None else moment.value)
    counts = (moment.boxes, moment.programs)
    return all(type(item) in (int, float) and 0 <= item < 1e300 for item in numbers) and all(
        type(item) is int and item >= 0 for item in counts
    )


def _follows(before: Moment, after: Moment) -> bool:
    value = before.value is None or (after.value is not None and after.value <= before.value)
    counts = before.boxes <= after.boxes and before.programs <= after.programs and before.seconds <= after.seconds
    return value and counts and before.lower_bound <= after.lower_bound

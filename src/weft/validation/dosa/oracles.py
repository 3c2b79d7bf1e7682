"""Maps of the table cut down until the oracles can run them: are Weft's counts of their windows right?"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ... import api
from .rows import Row
from .rules import RULES, Priced

_FACTOR = re.compile(r"\b([A-Z])(\d+)")
LARGEST = 2
"""What every factor is cut down to."""


def cut(row: Row) -> Row:
    """The row with its factors cut down, and its layer with them."""
    text = _FACTOR.sub(lambda factor: f"{factor[1]}{min(int(factor[2]), LARGEST)}", row.map.replace("L", "l"))
    sizes = dict[str, int]()
    for name, bound in _FACTOR.findall(text):
        sizes[name] = sizes.get(name, 1) * int(bound)
    problem = tuple((key, str(sizes.get(key, 1)) if len(key) == 1 else value) for key, value in row.problem)
    return replace(row, map=text.replace("l", "L"), problem=problem, cycles=0, energy_uj=0.0)


def differing(rows: Sequence[Row], number: int, seed: int = 0) -> Iterator[Priced]:
    """So many rows cut down, all different, whose inputs Timeloop counts otherwise than Weft."""
    seen = set[tuple[str, object]]()
    for row in random.Random(seed).sample(rows, len(rows)):
        small = cut(row)
        if number == 0:
            return
        if (small.map, small.problem) in seen:
            continue
        seen.add((small.map, small.problem))
        priced = Priced(small, api.evaluate(small.mapping))
        if priced.accesses(RULES) != priced.accesses(("ports",)):
            number -= 1
            yield priced

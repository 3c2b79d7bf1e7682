"""The stepwise time of the programs that a search lists, many at once."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ..ir import Mapping
from ..passes.pipeline import schedule
from .decode import decode, decode_orders
from .descent.best import Best
from .descent.forest import Forest
from .ground import Ground
from .spaces.point import Structure
from .spaces.sides import groups_of
from .steps import StepwiseBatch, supports
from .structure.plan import Floats, Ints

MOST_BATCHES = 512
"""Batches of a structure that are kept."""

Orders = tuple[tuple[str, ...], ...]


class _Kind(NamedTuple):
    """Programs of a structure that differ in sizes alone."""

    batch: StepwiseBatch
    units: Ints


class Timer:
    """Times programs of one structure."""

    def __init__(self, ground: Ground, structure: Structure) -> None:
        self._ground, self._structure = ground, structure
        workload, levels = ground.space.workload, ground.space.levels
        self._row = {name: number for number, name in enumerate(workload.extents)}
        groups = [number for number, group in enumerate(groups_of(levels)) for _ in group]
        self._kept = ground.space.kept_levels(structure.units)
        self._groups = [groups[n] for n in self._kept]
        self._kinds: dict[tuple[int, Orders], _Kind | None] = {}

    def cycles(self, forest: Forest, found: Best, places: Sequence[int]) -> Floats:
        """[places] the cycles of programs; nan where programs of the kind are not timed together."""
        sizes, kinds = self._sizes(forest, found.candidate[places]), self._alike(found, places)
        cycles = np.full(len(places), np.nan)
        for (placement, orders), numbers in kinds.items():
            kind = self._kind(forest, found, places[numbers[0]], placement, orders)
            if kind is not None:
                units = np.broadcast_to(kind.units, (len(numbers), len(kind.units)))
                with suppress(OverflowError):  # 2^53 cycles or more
                    cycles[numbers] = kind.batch.cycles(sizes[numbers], units)[:, 0]
        return cycles

    def _sizes(self, forest: Forest, candidates: Ints) -> Ints:
        """[n, D, L] the chunk sizes of programs."""
        found = np.zeros((len(candidates), len(self._row), len(self._groups)), np.int64)
        for group, names in enumerate(self._ground.plan.groups):
            chains = forest.chain(candidates[:, group])
            for place, name in enumerate(names):
                found[:, self._row[name]] = chains[:, place, self._groups]
        # A size belongs to the level of a side that maps the dimension.
        for place, level in enumerate(self._kept):
            mapped = self._ground.space.mapped(self._structure, level)
            found[:, [row for name, row in self._row.items() if name not in mapped], place] = 0
        return found

    def _alike(self, found: Best, places: Sequence[int]) -> dict[tuple[int, Orders], list[int]]:
        """Programs by placement and orders."""
        kinds: dict[tuple[int, Orders], list[int]] = {}
        known: dict[bytes, Orders] = {}
        for number, place in enumerate(places):
            code = found.orders[place].tobytes()
            if code not in known:
                orders = decode_orders(self._ground, self._structure, found.orders[place])
                known[code] = tuple(tuple(orders[level]) for level in self._kept)
            kinds.setdefault((int(found.placement[place]), known[code]), []).append(number)
        return kinds

    def _kind(self, forest: Forest, found: Best, place: int, placement: int, orders: Orders) -> _Kind | None:
        key = placement, orders
        if key not in self._kinds:
            if len(self._kinds) >= MOST_BATCHES:
                self._kinds.clear()
            self._kinds[key] = self._new_kind(forest, found, place, placement, orders)
        return self._kinds[key]

    def _new_kind(self, forest: Forest, found: Best, place: int, placement: int, orders: Orders) -> _Kind | None:
        space = self._ground.space
        point = decode(self._ground, self._structure, forest, found.candidate[place], placement, found.orders[place])
        one = schedule(Mapping(space.workload, space.program(point), space.accelerator))
        if not supports(one):
            return None
        # A side without work has a directive that divides nothing.
        spread = [self._structure.spatial[level] for level in self._kept]
        batch = StepwiseBatch(one, (), orders, spread)
        return _Kind(batch, np.array([level.units for level in one.levels], np.int64))


@lru_cache(maxsize=8)
def timer_of(ground: Ground, structure: Structure) -> Timer:
    """The timer of a structure, made once per process and ground."""
    return Timer(ground, structure)

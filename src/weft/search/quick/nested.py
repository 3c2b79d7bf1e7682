"""What programs must move into two memories, one inside the other: what one bound alone gives away, the other pays.

The loops of a program have chunks at the outer memory, whether that holds a tensor or not, and within such a step go
over chunks of the inner one. The innermost dimension that advances at the outer memory does so, or starts anew, with
every step. So a tensor that has it is new in every step, and all that a step needs of it must enter units of the inner
memory. A tensor that does not have it may stay, and then what all these units hold of it together need not enter.
So nothing stays in the inner memory for longer than others have room in the outer one, unless it is small enough; and
no operand serves more units at a time than it serves points in a step.

A unit may be idle in all steps of a dimension but the first. With even splits these are two, the second is shorter by
no more than one, and what such units do is no more than what one value of the dimension is of all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..structure.plan import Flags, Floats, Plan
from .entering import Costs, Dues, Entered, Entering
from .nesting import least_nested
from .reuse import Inside

Alone = Callable[[Entered], Floats]
"""[N] what it costs at least that tensors enter at a boundary, whatever enters elsewhere."""


@dataclass(frozen=True, eq=False)
class Nested:
    """Bounds for N structures of a plan."""

    plan: Plan
    dues: Dues
    entering: Entering

    def more(
        self, entered: Sequence[Entered], holders: Sequence[int], shared: Sequence[Floats], most: Floats,
        alone: Alone,
    ) -> Floats:  # fmt: skip
        """[N] what a placement costs more than its memories alone, as far as `most`, nothing where that is nothing.

        `holders` are the places of its tensors in `plan.holders`, `shared` what operands of these cost, each
        for all units that can share it.
        """
        more, pair = np.zeros(len(most)), self._pair(entered)
        if pair is None or not self.entering.reuse.even:
            return more
        places = most > 0
        for item in pair:
            places &= ~self.entering.in_one_step(item) if item.filled else True
        operands = [self.dues.operands[holder] for holder in holders]
        found = _Pair(self.entering, *pair, tuple(operands), places)
        if places.any() and found.tensors and found.alone:
            least = [np.broadcast_to(shared[holders[n]], most.shape)[places] for n in found.tensors]
            more[places] = found.more(np.array(least), alone(pair[0])[places], alone(pair[1])[places], most[places])
        return more

    def _pair(self, entered: Sequence[Entered]) -> tuple[Entered, Entered] | None:
        """The first memory that is limited, if it is a single one below one level of loops, and the next one inside
        it."""
        filled = [item for item in entered if item.filled]
        if not filled or filled[0].boundary != 1 or (self.entering.found.all_units([0]) != 1).any():
            return None
        nothing = Entered(len(self.plan.schedule.levels), (), ())
        return filled[0], filled[1] if len(filled) > 1 else nothing


@dataclass(frozen=True, eq=False)
class _Pair:
    """An outer memory and an inner one, for the structures at some `places`; operands by tensor."""

    entering: Entering
    outer: Entered
    inner: Entered
    operands: tuple[Costs, ...]
    places: Flags

    @property
    def tensors(self) -> tuple[int, ...]:
        """The plain tensors that cost anything."""
        numbers = {number for number, _ in (*self.outer.costs, *self.inner.costs)}
        numbers |= {number for number, costs in enumerate(self.operands) if costs}
        return tuple(sorted(number for number in numbers if self.entering.reuse.plain[number]))

    @property
    def alone(self) -> bool:
        """Whether only one tensor stays at a time: else there is no bound."""
        others = [self.entering.reuse.others(number) for number in self.tensors]
        return all(sum(name in names for names in others) <= 1 for name in self.entering.reuse.dimensions)

    def more(self, shared: Floats, outer: Floats, inner: Floats, most: Floats) -> Floats:
        """[N] what tensors cost more than by each memory alone, `outer[N]` and `inner[N]`, as far as `most[N]`.

        `shared[T, N]` is what operands cost, each for all units that can share it.
        """
        tensors, reuse = self.tensors, self.entering.reuse
        movable = np.array([len(reuse.others(number)) > 0 for number in tensors], np.bool_)
        bare = [self._bare(entered) for entered in (self.outer, self.inner)]
        inner_rows = reuse.most(self.inner.halves, tensors) if self.inner.filled else np.ones((1, len(tensors)))
        outside, inside = (self._anew(entered, tensors) for entered in (self.outer, self.inner))
        once = np.array([[self.entering.once(n, item.of(n)) for n in tensors] for item in (self.outer, self.inner)])
        operands = np.array([self._one_by_one(tensors), shared])
        floor, found = self._floor(tensors), outer + inner - sum(bare) + most
        able = np.flatnonzero(movable) if movable.any() else np.zeros(1, np.int64)
        for first in able.tolist() if len(inner_rows) else ():
            regular = floor * (1 - self._idle(tensors, first))
            for rows, alike in self._served(tensors, first, movable):
                part = found[alike]
                anew, new, least = (np.ascontiguousarray(item[:, alike]) for item in (outside, inside, regular))
                asked, known = np.ascontiguousarray(operands[:, :, alike]), (inner - bare[1])[alike]
                least_nested(anew, new, least, once, asked, first, rows, inner_rows, known, movable, part)
                found[alike] = part
        return np.maximum(found + sum(bare) - outer - inner, 0)

    def _bare(self, entered: Entered) -> float:
        """What it costs that all enters once of tensors that are not plain."""
        plain = self.entering.reuse.plain
        return sum(self.entering.once(number, costs) for number, costs in entered.costs if not plain[number])

    def _anew(self, entered: Entered, tensors: Sequence[int]) -> Floats:
        return np.array([self.entering.anew(number, entered.of(number))[self.places] for number in tensors])

    def _floor(self, tensors: Sequence[int]) -> Floats:
        """[T, N] what it costs that tensors enter the inner memory for every point, whatever units share them."""
        cut = [tuple((slot._replace(shared=0), weight) for slot, weight in self.inner.of(n)) for n in tensors]
        pairs = zip(tensors, cut, strict=True)
        return np.array([self.entering.anew(number, costs)[self.places] for number, costs in pairs])

    def _one_by_one(self, tensors: Sequence[int]) -> Floats:
        """[T, N] what operands cost if every unit has its own."""
        machine = self.entering.plan.schedule.mapping.accelerator
        at_once = machine.lanes * machine.vector_width
        cut = [tuple((slot._replace(shared=0), weight / at_once) for slot, weight in self.operands[n]) for n in tensors]
        pairs = zip(tensors, cut, strict=True)
        return np.array([self.entering.anew(number, costs)[self.places] for number, costs in pairs])

    def _idle(self, tensors: Sequence[int], first: int) -> Floats:
        """[N] in what part of all points a tensor may stay that has the innermost dimension, where the first one does
        not have that, or all do."""
        others = [self.entering.reuse.others(number) for number in tensors]
        away = {name for names in others for name in names}
        workload, levels = self.entering.plan.schedule.mapping.workload, range(self.outer.boundary, self.inner.boundary)
        found = np.zeros(int(self.places.sum()))
        for name, extent in workload.dimensions:
            if extent % 2 and (name in others[first] or name not in away):
                spread = self.entering.found.spreading(levels, {self.entering.numbers[name]})[self.places] > 1
                found = np.maximum(found, spread / extent)
        return found

    def _served(self, tensors: tuple[int, ...], first: int, movable: Flags) -> Iterator[tuple[Floats, Flags]]:
        """For structures with as many levels, [n, T] how many points elements serve, for all choices of chunks of the
        outer memory."""
        number, reuse = tensors[first], self.entering.reuse
        if not self.inner.of(number) or not movable[first]:
            yield reuse.most(self.outer.halves, tensors), np.ones(int(self.places.sum()), np.bool_)
            return
        units = self._units(number)
        for levels in np.unique(units[:, 1]):
            alike = units[:, 1] == levels
            most, _, last = (units[alike].max(axis=0) * self.inner.holds(number)).tolist()
            inside = Inside(number, most, int(levels), last)
            yield reuse.most_around(self.outer.halves, tensors, inside), alike

    def _units(self, number: int) -> Floats:
        """[N, 3] units that get different parts of a tensor, levels that share it out, and how many units may be the
        last ones of a level."""
        own = {self.entering.numbers[name] for name in self.entering.plan.tensors[number].dimensions}
        levels = range(self.outer.boundary, self.inner.boundary)
        each = self.entering.found.spreading_parts(levels, own)[self.places]
        units = each.prod(axis=1)
        last = np.where(each > 1, units[:, None] / each, 0.0).sum(axis=1)
        return np.array([units, (each > 1).sum(axis=1), np.clip(last, 1, units)]).T

"""Orders of a level's maps: the permutations that keep some of them outside of others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from random import Random

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Orders:
    """The permutations of `dimensions` in which, for each pair of `outside`, the first stands before the second.

    Pairs with a dimension that is not among them ask for nothing. With `only`, they must stand as in one of these
    orders, which have all of them and may have others.
    """

    dimensions: tuple[str, ...]
    outside: Pairs = ()
    only: tuple[tuple[str, ...], ...] = ()

    @property
    def count(self) -> int:
        """How many there are: 0 if the pairs contradict each other."""
        return len(self._listed) if self.only else self._rest[(1 << len(self.dimensions)) - 1]

    def __contains__(self, order: tuple[str, ...]) -> bool:
        if self.only:
            return order in self._listed
        at = {name: place for place, name in enumerate(order)}
        pairs = ((outer, inner) for outer, inner in self.outside if outer in at and inner in at)
        return sorted(order) == sorted(self.dimensions) and all(at[outer] < at[inner] for outer, inner in pairs)

    def all(self) -> Iterator[tuple[str, ...]]:
        """Every order, in lexicographic order of the positions in `dimensions`, or as listed in `only`."""
        yield from self._listed if self.only else self._all((1 << len(self.dimensions)) - 1)

    def draw(self, random: Random) -> tuple[str, ...]:
        """One order, each as likely as the others; ValueError if there is none."""
        if self.count == 0:
            raise ValueError("there is no order to draw")
        if self.only:
            return random.choice(self._listed)
        left, found = (1 << len(self.dimensions)) - 1, []
        while left:
            ticket = random.randrange(self._rest[left])
            for place in self._first(left):
                ticket -= self._rest[left & ~(1 << place)]
                if ticket < 0:
                    found.append(self.dimensions[place])
                    left &= ~(1 << place)
                    break
        return tuple(found)

    @cached_property
    def _listed(self) -> tuple[tuple[str, ...], ...]:
        """The orders of `only`, of the dimensions alone, that agree with `outside`."""
        orders = dict.fromkeys(tuple(n for n in order if n in self.dimensions) for order in self.only)
        place = [{name: number for number, name in enumerate(order)} for order in orders]
        return tuple(
            order
            for order, at in zip(orders, place, strict=True)
            if all(at[a] < at[b] for a, b in self.outside if a in at and b in at)
        )

    @cached_property
    def _before(self) -> list[int]:
        """Per dimension, the set of those that must stand before it, as bits."""
        place = {name: number for number, name in enumerate(self.dimensions)}
        found = [0] * len(place)
        for outer, inner in self.outside:
            if outer in place and inner in place:
                found[place[inner]] |= 1 << place[outer]
        return found

    def _first(self, left: int) -> Iterator[int]:
        """Places of the dimensions of the set `left` that may stand first of it."""
        return (n for n in range(len(self.dimensions)) if left >> n & 1 and not self._before[n] & left)

    @cached_property
    def _rest(self) -> list[int]:
        """Per set of dimensions, in how many orders it can stand innermost."""
        found = [1]
        for left in range(1, 1 << len(self.dimensions)):
            found.append(sum(found[left & ~(1 << place)] for place in self._first(left)))
        return found

    def _all(self, left: int) -> Iterator[tuple[str, ...]]:
        if not left:
            yield ()
        for place in self._first(left):
            for rest in self._all(left & ~(1 << place)):
                yield (self.dimensions[place], *rest)

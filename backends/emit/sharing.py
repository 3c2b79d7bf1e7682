"""What the units of parallel loops share: decided with isl on the nest's own accesses and order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from typing import TypeAlias

import islpy as isl

from ...ir import Access, Array, LoopKind, LoopNest, NestLoop, Node, Statement
from .isl_text import isl_text, loop_bounds

Path: TypeAlias = tuple[int, ...]
"""Where a node stands: its position in the function's body, in that node's body and so on."""

_MAX_OPERATIONS = 5_000_000
"""Steps of isl after which a question counts as undecided."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """What has to be said so that units do not disturb each other."""

    atomic: frozenset[Path]
    """Reductions into elements that several units update, each update by itself."""
    reduced: tuple[tuple[Path, Statement], ...]
    """Parallel loops, each with the reduction in it whose one element all its iterations update."""
    private: tuple[tuple[Path, str], ...]
    """Parallel loops with the local arrays of which each iteration needs one of its own."""

    def private_to(self, loop: Path) -> list[str]:
        """The local arrays of which each iteration of a loop needs one of its own."""
        return [name for path, name in self.private if path == loop]

    def reduced_by(self, loop: Path) -> Statement | None:
        """The reduction into one element that is all there is in a loop."""
        return next((statement for path, statement in self.reduced if path == loop), None)


@dataclass(frozen=True, slots=True)
class _Place:
    """A statement with the loops around it, outermost first; its path has one more position than there are loops."""

    path: Path
    loops: tuple[NestLoop, ...]
    statement: Statement

    def accesses(self, array: str) -> list[Access]:
        return [item for item in (self.statement.target, *self.statement.reads) if item.array == array]


_Touches: TypeAlias = list[tuple[_Place, Access]]


def analyse_sharing(nest: LoopNest) -> Sharing:
    """Which reductions and which local arrays in parallel loops need care."""
    places = list(_places((), (), nest.body))
    order = _Order(places)
    private = tuple(_private(nest, places, order))
    atomic: set[Path] = set()
    reduced: list[tuple[Path, Statement]] = []
    for place in places:
        target = place.statement.target.array
        shared = [path for path in _parallel(places) if (path, target) not in private and order.is_shared(path, place)]
        if place.statement.reduction and all(_is_one_sum(path, place, places) for path in shared):
            reduced += [(path, place.statement) for path in shared]
        elif place.statement.reduction:
            atomic.add(place.path)
    return Sharing(frozenset(atomic), tuple(reduced), private)


def contested_loops(nest: LoopNest) -> tuple[frozenset[Path], dict[str, Path]]:
    """Parallel loops of which an iteration writes an element that another one touches; and the loops in whose
    iterations local arrays live, which contest nothing."""
    places = list(_places((), (), nest.body))
    order = _Order(places)
    homes: dict[str, Path] = {}
    for path, name in _private(nest, places, order):
        homes[name] = max(path, homes.get(name, ()), key=len)
    found = set[Path]()
    for path in _parallel(places):
        names = dict.fromkeys(place.statement.target.array for place in places)
        apart = {name for name, home in homes.items() if home[: len(path)] == path}
        if any(order.is_contested(path, name) for name in names if name not in apart):
            found.add(path)
    return frozenset(found), homes


def _parallel(places: Iterable[_Place]) -> list[Path]:
    """The parallel loops around statements, outer ones first."""
    return list(
        dict.fromkeys(
            place.path[: depth + 1]
            for place in places
            for depth, loop in enumerate(place.loops)
            if loop.kind is LoopKind.PARALLEL
        )
    )


def _private(nest: LoopNest, places: list[_Place], order: _Order) -> Iterator[tuple[Path, str]]:
    local = [array.name for array in nest.arrays if array.local]
    return ((path, name) for path in _parallel(places) for name in local if order.is_private(path, name))


def _is_one_sum(loop: Path, place: _Place, places: list[_Place]) -> bool:
    """Whether a loop holds nothing but a reduction into an element that is the same in all its iterations."""
    target = place.statement.target
    moving = {item.iterator for item in place.loops[len(loop) - 1 :]}
    alone = all(other is place for other in places if _inside(other, loop))
    fixed = not any(axis.names & moving for axis in target.subscripts)
    return alone and fixed and place.accesses(target.array) == [target]


def read_before_set(nest: LoopNest) -> tuple[Array, ...]:
    """The local arrays of which an element may be read before a statement has set it."""
    order = _Order(list(_places((), (), nest.body)))
    return tuple(array for array in nest.arrays if array.local and not order.is_set_first((), array.name))


def _places(path: Path, loops: tuple[NestLoop, ...], body: tuple[Node, ...]) -> Iterator[_Place]:
    for position, node in enumerate(body):
        if isinstance(node, NestLoop):
            yield from _places((*path, position), (*loops, node), node.body)
        elif isinstance(node, Statement):
            yield _Place((*path, position), loops, node)


class _Order:
    """Accesses as relations from a nest's order of time to elements; a time is position, iteration, position, …."""

    def __init__(self, places: list[_Place]) -> None:
        self._places = places
        self._width = 1 + 2 * max((len(place.loops) for place in places), default=0)
        self._context = isl.Context()
        self._context.set_max_operations(_MAX_OPERATIONS)

    def is_shared(self, loop: Path, place: _Place) -> bool:
        """Whether several iterations of a loop around a statement write an element that the statement writes."""
        array = place.statement.target.array
        if not _inside(place, loop):
            return False
        others = [
            (other, other.statement.target)
            for other in self._places
            if _inside(other, loop) and other.statement.target.array == array
        ]
        return self._decided(lambda: self._meet([(place, place.statement.target)], others, loop), otherwise=True)

    def is_contested(self, loop: Path, array: str) -> bool:
        """Whether an iteration of a loop writes an element of an array that another iteration touches."""
        touching = [place for place in self._places if _inside(place, loop) and place.accesses(array)]
        touches = [(place, access) for place in touching for access in place.accesses(array)]
        writes = [(place, access) for place, access in touches if access is place.statement.target]
        return self._decided(lambda: self._meet(writes, touches, loop), otherwise=True)

    def is_private(self, loop: Path, array: str) -> bool:
        """Whether an array lives in single iterations of a loop, which would disturb each other in it.

        A number is always better off so.
        """
        touching = [place for place in self._places if place.accesses(array)]
        if not touching or not all(_inside(place, loop) for place in touching):
            return False
        touches = [(place, access) for place in touching for access in place.accesses(array)]
        writes = [(place, access) for place, access in touches if access is place.statement.target]
        disturbed = not touches[0][1].subscripts or self._decided(
            lambda: self._meet(writes, touches, loop), otherwise=True
        )
        return disturbed and self.is_set_first(loop, array)

    def is_set_first(self, loop: Path, array: str) -> bool:
        """Whether every element of an array that an iteration of a loop reads was set in it before."""
        sets: _Touches = []
        reads: _Touches = []
        for place in self._places:
            statement = place.statement
            access = [statement.target] if statement.target.array == array else []
            (reads if statement.reduction else sets).extend((place, item) for item in access)
            reads += [(place, item) for item in statement.reads if item.array == array]
        return self._decided(lambda: not reads or (bool(sets) and self._precede(sets, reads, loop)), otherwise=False)

    def _decided(self, question: Callable[[], bool], otherwise: bool) -> bool:
        """The answer, or `otherwise` where isl would take too long."""
        self._context.reset_operations()
        try:
            return question()
        except isl.Error:
            return otherwise

    def _meet(self, first: _Touches, second: _Touches, loop: Path) -> bool:
        """Whether two iterations of a loop, in one iteration of the loops around it, touch the same element."""
        if not first or not second:
            return False
        pairs = self._touches(first).apply_range(self._touches(second).reverse())
        here = 2 * len(loop) - 1
        return not pairs.intersect(self._times([*self._same(here), f"t{here} != u{here}"])).is_empty()

    def _precede(self, sets: _Touches, reads: _Touches, loop: Path) -> bool:
        """Whether each touch of an element in `reads` comes after one in `sets` in the same iteration of a loop."""
        read = self._touches(reads)
        earlier = isl.Map.lex_gt(read.get_space().domain())
        earlier = earlier.intersect(self._times(self._same(2 * len(loop))))
        return bool(read.is_subset(earlier.apply_range(self._touches(sets))))

    def _same(self, count: int) -> list[str]:
        return [f"t{number} = u{number}" for number in range(count)]

    def _times(self, conditions: list[str]) -> isl.Map:
        """Pairs of times under conditions."""
        first, second = (", ".join(f"{letter}{number}" for number in range(self._width)) for letter in "tu")
        text = f"{{ [{first}] -> [{second}] : {' and '.join(['true', *conditions])} }}"
        return isl.Map.read_from_str(self._context, text)

    def _touches(self, touches: Iterable[tuple[_Place, Access]]) -> isl.Map:
        return reduce(isl.Map.union, (self._touch(place, access) for place, access in touches))

    def _touch(self, place: _Place, access: Access) -> isl.Map:
        """From the times at which a statement runs to the element that it accesses."""
        names: dict[str, str] = {}
        time: list[str] = []
        conditions = ["true"]
        for depth, (position, loop) in enumerate(zip(place.path, place.loops, strict=False)):
            # Time grows from one iteration to the next, whichever way the iterator goes.
            iterator = f"i{depth}" if loop.step > 0 else f"(-i{depth})"
            conditions += loop_bounds(loop, names, iterator)
            names = {**names, loop.iterator: iterator}
            time += [str(position), f"i{depth}"]
        time.append(str(place.path[-1]))
        time += ["0"] * (self._width - len(time))
        element = ", ".join(isl_text(item, names) for item in access.subscripts)
        text = f"{{ [{', '.join(time)}] -> [{element}] : {' and '.join(conditions)} }}"
        return isl.Map.read_from_str(self._context, text)


def _inside(place: _Place, loop: Path) -> bool:
    return place.path[: len(loop)] == loop

"""What moves between a parent's and its children's memories in every step (docs/model.md, A8 to A13)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ...ir import InputTraffic, Interconnect, OutputTraffic
from .elements import Bits, Elements
from .program import Step, Time, Unit


@dataclass(frozen=True)
class Link:
    """The way from boundary `parent` to boundary `child` over the networks of the levels in between."""

    parent: int
    child: int
    networks: tuple[Interconnect, ...]

    def _separate(self, together: Callable[[Interconnect], bool]) -> tuple[int, ...]:
        levels = range(self.parent, self.parent + len(self.networks))
        apart = (level for level, network in zip(levels, self.networks, strict=True) if not together(network))
        return (*range(self.parent), *apart)

    @property
    def readers(self) -> tuple[int, ...]:
        """The levels whose units must agree for a shared read (A11)."""
        return self._separate(lambda network: network.multicast)

    @property
    def writers(self) -> tuple[int, ...]:
        """The levels whose units must agree for a shared update (A12)."""
        return self._separate(lambda network: network.reduction)

    @property
    def forwarder(self) -> int | None:
        """The innermost level whose network forwards (A10)."""
        able = [self.parent + depth for depth, network in enumerate(self.networks) if network.forwarding]
        return able[-1] if able else None


@dataclass(frozen=True)
class InputMove:
    """An input's traffic under one parent instance in one step."""

    time: Time
    parent: Unit
    traffic: InputTraffic


@dataclass(frozen=True)
class OutputMove:
    """The output's traffic under one parent instance in one step; `time` is None for the last flush."""

    time: Time | None
    parent: Unit
    traffic: OutputTraffic


class Unions:
    """Per parent, the number of elements in the unions over its groups of units."""

    def __init__(self, parent: int, separate: tuple[int, ...]) -> None:
        self._parent, self._separate = parent, separate
        self._groups: dict[Unit, dict[Unit, Bits]] = defaultdict(lambda: defaultdict(int))

    def add(self, unit: Unit, bits: Bits) -> None:
        """Add the elements of one unit to the union of its group."""
        self._groups[unit[: self._parent]][tuple(unit[level] for level in self._separate)] |= bits

    def count(self, parent: Unit) -> int:
        """Elements over all groups of one parent."""
        return sum(bits.bit_count() for bits in self._groups[parent].values())

    def union(self, parent: Unit) -> Bits:
        """All elements of one parent's groups."""
        together = 0
        for bits in self._groups[parent].values():
            together |= bits
        return together


def input_moves(elements: Elements, link: Link, steps: Iterable[Step]) -> Iterator[InputMove]:
    """The traffic of an input over a link, step by step and parent by parent."""
    held: dict[Unit, Bits] = {}
    for time, busy in steps:
        fills: dict[Unit, int] = defaultdict(int)
        forwards: dict[Unit, int] = defaultdict(int)
        reads = Unions(link.parent, link.readers)
        now = {unit: elements.touched(chunk) for unit, chunk in busy.items()}
        before = {unit: held.get(unit, 0) for unit in now}
        for unit, bits in now.items():
            new = bits & ~before[unit]
            near = new & _beside(unit, link.forwarder, before)
            fills[unit[: link.parent]] += new.bit_count()
            forwards[unit[: link.parent]] += near.bit_count()
            reads.add(unit, new & ~near)
        held.update(now)
        for parent, count in fills.items():
            yield InputMove(time, parent, InputTraffic(count, reads.count(parent), forwards[parent]))


def _beside(unit: Unit, level: int | None, held: dict[Unit, Bits]) -> Bits:
    """What the two neighbours along `level`, as far as they are at work, held before."""
    if level is None:
        return 0
    around = ((*unit[:level], unit[level] + side, *unit[level + 1 :]) for side in (-1, 1))
    left, right = (held.get(neighbour, 0) for neighbour in around)
    return left | right


def output_moves(elements: Elements, link: Link, steps: Iterable[Step]) -> Iterator[OutputMove]:
    """The traffic of the output over a link, step by step and parent by parent, and the last flush."""
    held: dict[Unit, Bits] = {}
    ever: dict[Unit, Bits] = defaultdict(int)
    for time, busy in steps:
        fills: dict[Unit, int] = defaultdict(int)
        entries, updates = Unions(link.parent, link.writers), Unions(link.parent, link.writers)
        for unit, chunk in busy.items():
            before, now = held.get(unit, 0), elements.touched(chunk)
            fills[unit[: link.parent]] += (now & ~before).bit_count()
            entries.add(unit, now & ~before)
            updates.add(unit, before & ~now)
            held[unit] = now
        for parent, count in fills.items():
            first = entries.union(parent) & ~ever[parent]
            ever[parent] |= first
            back = entries.count(parent) - first.bit_count()
            yield OutputMove(time, parent, OutputTraffic(count, updates.count(parent), back))
    flush = Unions(link.parent, link.writers)
    for unit, bits in held.items():
        flush.add(unit, bits)
    for parent in ever:
        yield OutputMove(None, parent, OutputTraffic(0, flush.count(parent), 0))

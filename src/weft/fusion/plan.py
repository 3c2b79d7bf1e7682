"""Which layers of a network run as one program: cuts of the network, the best of all by dynamic programming."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from ..analysis.occupancy import rooms_of
from ..ir import Accelerator, Diagnostic, FusedProgram, Network, WeftError
from .group import Group, group_of
from .traffic import MOST_LOOPS, Choice, TrafficSpace

MOST_STAGES = 6
"""Layers that one program may have unless more are asked for."""

Progress = Callable[[int, int], None]
"""Told how many groups have been looked at, and how many there are."""


@dataclass(frozen=True)
class Piece:
    """Layers `first` to `last` of a network as one program, with its loops."""

    first: int
    last: int
    group: Group
    choice: Choice

    @property
    def program(self) -> FusedProgram:
        """The program, its stages without dataflows."""
        return self.group.program(self.choice.loops, self.choice.recomputed, self.choice.own)

    @property
    def layers(self) -> int:
        """How many layers run as one program."""
        return self.last - self.first + 1


@dataclass(frozen=True)
class Plan:
    """The pieces of a network in order. Bits of traffic are those to and from the outermost memory."""

    pieces: tuple[Piece, ...]

    @property
    def traffic_bits(self) -> int:
        """Bits to and from the outermost memory."""
        return sum(piece.choice.traffic for piece in self.pieces)

    @property
    def points(self) -> int:
        """Points that are executed."""
        return sum(sum(piece.choice.points) for piece in self.pieces)

    @property
    def room_bits(self) -> int:
        """The most bits of the boundary memory that a piece takes."""
        return max((piece.choice.room for piece in self.pieces), default=0)


@dataclass(frozen=True)
class Planned:
    """The plan, what it is measured against, and how much was looked at.

    `outside`: every layer by itself, all tensors through the outermost memory. `kept`: neighbours share what fits into
    the boundary memory whole, without outer loops. `choices` were priced one by one, of `groups` different groups;
    all others have bounds that say they are no better. `alone` are layers that no fused program can hold.
    """

    plan: Plan
    outside: Plan
    kept: Plan
    groups: int
    choices: int
    alone: tuple[str, ...]


def room_of(accelerator: Accelerator, most_bytes: int | None = None) -> int | None:
    """Bits in the boundary memory, no more than so many bytes, None without a limit.

    WeftError W203 if single tensors have rooms of their own.
    """
    memory = accelerator.memories[1]
    if memory.capacities:
        message = f"{memory.name} has rooms for single tensors: fusion plans need one room for all"
        raise WeftError(Diagnostic("W203", message))
    ((_, room),) = rooms_of(memory, ("output",))
    limits = [8 * size for size in (room, most_bytes) if size is not None]
    return min(limits, default=None)


class Planner:
    """Plans networks on one machine; groups that look alike are searched once."""

    def __init__(self, accelerator: Accelerator, most_stages: int = MOST_STAGES, most_work: float = inf) -> None:
        if len(accelerator.memories) < 2 or accelerator.memories[1].instances != 1:
            message = (
                f"{accelerator.name} has no memory that could hold what lies between layers: one below the outermost"
            )
            raise WeftError(Diagnostic("W203", message, hint="bench_256 and eyeriss have one: -a bench_256"))
        self.accelerator, self.most_stages, self.most_work = accelerator, most_stages, most_work
        self.memory = accelerator.memories[1].name
        self._spaces: dict[tuple[object, ...], TrafficSpace] = {}
        self._best: dict[tuple[object, ...], Choice | None] = {}

    def plan(
        self,
        network: Network,
        room: int | None,
        progress: Progress | None = None,
    ) -> Planned:
        """The plan of least traffic with `room` bits in the boundary memory (None: any).

        Raises WeftError W201 for layers that do not fit by themselves. Layers that could not be read are left out.
        """
        found: dict[tuple[int, int], Piece] = {}
        whole: dict[tuple[int, int], Piece] = {}
        spans = [
            (first, last)
            for last in range(len(network.layers))
            for first in range(max(0, last - self.most_stages + 1), last + 1)
        ]
        for number, (first, last) in enumerate(spans):
            if progress is not None:
                progress(number, len(spans))
            group = group_of(network, first, last, self.memory)
            if group is None:
                continue
            for loops, table in ((MOST_LOOPS, found), (0, whole)):
                choice = self._least(group, room, loops)
                if choice is not None:
                    table[first, last] = Piece(first, last, group, choice)
        layers = range(len(network.layers))
        self._check(network, {first for first, last in found if first == last})
        alone = tuple(network.layers[at].name for at in layers if (at, at) not in found)
        singles = {key: piece for key, piece in found.items() if piece.layers == 1}
        return Planned(
            _joined(len(layers), found, singles),
            _joined(len(layers), singles, singles),
            _joined(len(layers), {key: piece for key, piece in whole.items() if piece.layers > 1}, singles),
            len(self._spaces),
            sum(space.looked_at for space in self._spaces.values()),
            alone,
        )

    def _check(self, network: Network, fitting: set[int]) -> None:
        """Every layer that a program can hold fits the room by itself; WeftError W201 otherwise."""
        found = []
        for number, layer in enumerate(network.layers):
            if number not in fitting and group_of(network, number, number, self.memory) is not None:
                message = f"layer '{layer.name}' does not fit the room in {self.memory}, however it is cut"
                hint = "give more room, or a machine with a larger memory"
                found.append(Diagnostic("W201", message, span=layer.span, hint=hint))
        if found:
            raise WeftError(found)

    def _least(self, group: Group, room: int | None, loops: int) -> Choice | None:
        names = tuple(layer.name for layer in group.layers)
        alike = (
            tuple(layer.workload for layer in group.layers),
            tuple((edge.producer, edge.consumer, edge.tensor) for edge in group.edges),
            tuple(names.index(name) for name in group.stored),
        )
        space = self._spaces.get(alike)
        if space is None:
            space = self._spaces[alike] = TrafficSpace(group, self.accelerator)
        key = (alike, room, loops)
        if key not in self._best:
            found = space.least(room, loops, self.most_work)
            self._best[key] = found and space.enlarged(found, room)
        return self._best[key]


def _joined(layers: int, pieces: dict[tuple[int, int], Piece], singles: dict[tuple[int, int], Piece]) -> Plan:
    """The sequence of pieces with the least traffic, then the fewest points, that covers all layers; a layer that is in
    none is left out."""
    best: list[tuple[tuple[int, int], tuple[Piece, ...]]] = [((0, 0), ())]
    for last in range(layers):
        options = [
            (_sum(best[first][0], piece.choice), (*best[first][1], piece))
            for (first, end), piece in (pieces | singles).items()
            if end == last
        ]
        if (last, last) not in singles:
            options.append(best[last])
        best.append(min(options, key=lambda item: item[0]))
    return Plan(best[-1][1])


def _sum(before: tuple[int, int], choice: Choice) -> tuple[int, int]:
    return before[0] + choice.traffic, before[1] + sum(choice.points)

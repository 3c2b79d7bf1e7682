"""Which layers of a network run as one program: cuts of the network, the best of all by dynamic programming."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf

from ..analysis.occupancy import rooms_of
from ..backends.fused import FusedCost
from ..ir import Accelerator, Diagnostic, FusedProgram, InternalError, Network, WeftError
from .group import Group, group_of
from .measures import SAFE, TRAFFIC, measure_of
from .programs import Programs
from .space import MOST_LOOPS, Choice, Found, GroupSpace

MOST_STAGES = 6
"""Layers that one program may have unless more are asked for."""

GAP = 0.02
"""What part of a group's price is left open unless less is asked for."""

LEAST_ROOM = 64
"""Bytes of the smallest room of a curve."""

Progress = Callable[[int, int], None]
"""Told how many groups have been looked at, and how many there are."""


@dataclass(frozen=True)
class Piece:
    """Layers `first` to `last` of a network as one program, with its loops. No program of theirs is below `bound`;
    `cost` is that with programs inside of the stages, where the measure asks for them."""

    first: int
    last: int
    group: Group
    choice: Choice
    bound: float
    cost: FusedCost | None = None

    @property
    def program(self) -> FusedProgram:
        """The program; its stages have dataflows where these were found."""
        if self.cost is not None:
            return self.cost.schedule.program
        return self.group.program(self.choice.loops, self.choice.recomputed, self.choice.own)

    @property
    def layers(self) -> int:
        """How many layers run as one program."""
        return self.last - self.first + 1

    @property
    def price(self) -> float:
        """What it costs by the measure; before it has programs what it costs at least."""
        return self.choice.price if self.cost is None else self.cost.energy_pj

    @property
    def rank(self) -> tuple[float, int]:
        """What is least first: the price, then the points that are executed."""
        return self.price, sum(self.choice.points)


@dataclass(frozen=True)
class Plan:
    """The pieces of a network in order. Bits of traffic are those to and from the outermost memory."""

    pieces: tuple[Piece, ...]

    @property
    def price(self) -> float:
        """What all pieces cost by the measure: bits, or picojoules."""
        return sum(piece.price for piece in self.pieces)

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

    def cycles(self, time: str = "stepwise") -> int | None:
        """Cycles of all pieces, one after another; None without programs inside of the stages."""
        found = [piece.cost.cycles(time) for piece in self.pieces if piece.cost is not None]
        return sum(found) if len(found) == len(self.pieces) else None


@dataclass(frozen=True)
class Planned:
    """The plan of a network on a machine, what it is measured against, and how much was looked at.

    `outside`: every layer by itself, all tensors through the outermost memory. `kept`: neighbours share what fits into
    the boundary memory whole, without outer loops. No plan of the space is below `bound` by the `measure`. `choices`
    were priced one by one, of `groups` different groups; all others have bounds that say they are no better. `alone`
    are layers that no fused program can hold.
    """

    plan: Plan
    outside: Plan
    kept: Plan
    measure: str
    bound: float
    groups: int
    choices: int
    alone: tuple[str, ...]
    network: Network
    accelerator: Accelerator

    def __post_init__(self) -> None:
        baseline = min(self.kept.price, self.outside.price)
        if not self.bound * SAFE <= self.plan.price <= baseline / SAFE:
            raise InternalError(f"the plan costs {self.plan.price}, a baseline {baseline}, the bound is {self.bound}")

    @property
    def gap(self) -> float:
        """By what part the plan may be above the best one."""
        return max(0.0, self.plan.price / self.bound - 1) if self.bound else 0.0


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
    """Plans networks on one machine by a measure of `MEASURES`; groups that look alike are searched once.

    Of what a group may cost the part `gap` is left open where the measure asks for programs inside of the stages.
    """

    def __init__(
        self,
        accelerator: Accelerator,
        most_stages: int = MOST_STAGES,
        most_work: float = inf,
        measure: str = TRAFFIC,
        gap: float = GAP,
    ) -> None:
        if len(accelerator.memories) < 2 or accelerator.memories[1].instances != 1:
            message = (
                f"{accelerator.name} has no memory that could hold what lies between layers: one below the outermost"
            )
            raise WeftError(Diagnostic("W203", message, hint="bench_256 and eyeriss have one: -a bench_256"))
        self.accelerator, self.most_stages, self.most_work = accelerator, most_stages, most_work
        if accelerator.memories[1].holds is not None:
            held = ", ".join(accelerator.memories[1].holds) or "nothing"
            message = f"{accelerator.memories[1].name} holds {held} alone: fusion plans need room for all tensors"
            raise WeftError(Diagnostic("W203", message))
        self.memory, self.gap = accelerator.memories[1].name, gap
        self.measure = measure_of(measure, accelerator)
        self._programs = Programs(accelerator)
        self._spaces: dict[tuple[object, ...], GroupSpace] = {}
        self._best: dict[tuple[object, ...], Found | None] = {}
        self._costs: dict[FusedProgram, FusedCost] = {}

    def plan(
        self,
        network: Network,
        room: int | None,
        progress: Progress | None = None,
    ) -> Planned:
        """The best plan with `room` bits in the boundary memory (None: any).

        Raises WeftError W201 for layers that do not fit by themselves. Layers that could not be read are left out.
        """
        count = len(network.layers)
        spans = [
            (first, last) for last in range(count) for first in range(max(0, last - self.most_stages + 1), last + 1)
        ]
        found: list[Piece] = []
        whole: list[Piece] = []
        for number, (first, last) in enumerate(spans):
            if progress is not None:
                progress(number, len(spans))
            group = group_of(network, first, last, self.memory)
            if group is None:
                continue
            for loops, pieces in ((MOST_LOOPS, found), (0, whole)):
                least = self._least(group, room, loops)
                if least is not None:
                    pieces.append(Piece(first, last, group, least.choice, least.bound))
        singles = [piece for piece in found if piece.layers == 1]
        kept = [piece for piece in whole if piece.layers > 1]
        fitting = {piece.first for piece in singles}
        self._check(network, fitting)
        alone = tuple(layer.name for number, layer in enumerate(network.layers) if number not in fitting)
        bound = sum(piece.bound for piece in _joined(count, found, _by_bound).pieces)
        outside, baseline = self._best_of(count, singles), self._best_of(count, [*singles, *kept])
        # A group may be better without loops than with the loops that promise most.
        plan = self._best_of(count, [*found, *kept])
        looked_at = sum(space.looked_at for space in self._spaces.values())
        return Planned(
            plan,
            outside,
            baseline,
            self.measure.name,
            bound,
            len(self._spaces),
            looked_at,
            alone,
            network,
            self.accelerator,
        )

    def curve(self, network: Network, most: int | None) -> Iterator[tuple[int | None, Planned]]:
        """Plans for rooms of 2^n bytes with their bits, from the first in which every layer fits up to `most` bits
        (None: until no plan gains any more); the last one is `most` itself."""
        room = 8 * LEAST_ROOM
        end = self.plan(network, most)
        while most is None or room < most:
            try:
                planned = self.plan(network, room)
            except WeftError as error:
                if any(item.code != "W201" for item in error.diagnostics):
                    raise
            else:
                yield room, planned
                if _prices(planned) == _prices(end):
                    return
            room *= 2
        yield most, end

    def _best_of(self, layers: int, pieces: Sequence[Piece]) -> Plan:
        """The best sequence of some pieces, with programs inside of their stages if the measure asks for them.

        Pieces have their least price until they are in the best sequence; so one that has programs everywhere is best.
        """
        while True:
            plan = _joined(layers, pieces, _by_rank)
            missing = () if self.measure.whole else [piece for piece in plan.pieces if piece.cost is None]
            if not missing:
                return plan
            pieces = [replace(item, cost=self._cost(item)) if item in missing else item for item in pieces]

    def _cost(self, piece: Piece) -> FusedCost:
        program = piece.program
        if program not in self._costs:
            self._costs[program] = self._programs.cost(program)
        return self._costs[program]

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

    def _least(self, group: Group, room: int | None, loops: int) -> Found | None:
        names = tuple(layer.name for layer in group.layers)
        alike = (
            tuple(layer.workload for layer in group.layers),
            tuple((edge.producer, edge.consumer, edge.tensor) for edge in group.edges),
            tuple(names.index(name) for name in group.stored),
        )
        space = self._spaces.get(alike)
        if space is None:
            space = self._spaces[alike] = GroupSpace(group, self.accelerator, self.measure)
        key = (alike, room, loops)
        if key not in self._best:
            found = space.least(room, loops, self.most_work, 0.0 if self.measure.whole else self.gap)
            self._best[key] = found and replace(found, choice=space.enlarged(found.choice, room))
        return self._best[key]


def _joined(layers: int, pieces: Sequence[Piece], rank: Callable[[Piece], tuple[float, int]]) -> Plan:
    """The sequence of pieces of the least sum that covers all layers; a layer that is in none is left out."""
    single = {piece.last for piece in pieces if piece.layers == 1}
    best: list[tuple[tuple[float, int], tuple[Piece, ...]]] = [((0, 0), ())]
    for last in range(layers):
        options = [
            (_sum(best[piece.first][0], rank(piece)), (*best[piece.first][1], piece))
            for piece in pieces
            if piece.last == last
        ]
        if last not in single:
            options.append(best[last])
        best.append(min(options, key=lambda item: item[0]))
    return Plan(best[-1][1])


def _prices(planned: Planned) -> tuple[float, ...]:
    return planned.outside.price, planned.kept.price, planned.plan.price


def _sum(before: tuple[float, int], more: tuple[float, int]) -> tuple[float, int]:
    return before[0] + more[0], before[1] + more[1]


def _by_rank(piece: Piece) -> tuple[float, int]:
    return piece.rank


def _by_bound(piece: Piece) -> tuple[float, int]:
    return piece.bound, 0

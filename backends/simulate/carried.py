"""What a level's network carries in every step, and what enters and leaves each unit (docs/model.md, A19)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from ...ir import Schedule
from .arithmetic import remote_reads, remote_updates
from .elements import Bits, Elements
from .interfaces import link_between
from .program import RunProgram, Step, Time, Unit
from .traffic import InputMove, OutputMove, input_moves, output_moves

Counted: TypeAlias = dict[str, int]
Place: TypeAlias = tuple[Unit, Time]


@dataclass
class Carried:
    """Elements per tensor that the network carries per parent and step, and per unit those new in it or gone from it.

    `drain` and `left` are what the network carries, and what each unit gives up, after the last step.
    """

    into: dict[Place, Counted] = field(default_factory=lambda: defaultdict(dict))
    out: dict[Place, Counted] = field(default_factory=lambda: defaultdict(dict))
    drain: dict[Unit, Counted] = field(default_factory=lambda: defaultdict(dict))
    enters: dict[Place, dict[Unit, Counted]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(dict)))
    leaves: dict[Place, dict[Unit, Counted]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(dict)))
    left: dict[Unit, dict[Unit, Counted]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(dict)))

    @staticmethod
    def of(schedule: Schedule, program: RunProgram, elements: dict[str, Elements], level: int) -> Carried:
        """What the network of a level carries."""
        workload, last = schedule.mapping.workload, len(schedule.levels)
        link, steps = link_between(schedule, level, level + 1), program.steps(level + 1)
        carried = Carried()
        for tensor in workload.tensors:
            item = elements[tensor.name]
            remote = level == last - 1 and schedule.holders(tensor.name)[-1].boundary < last
            if tensor == workload.output:
                carried._add_output(tensor.name, (remote_updates if remote else output_moves)(item, link, steps))
                carried._add_sums(item, steps, level)
            else:
                carried._add_input(tensor.name, (remote_reads if remote else input_moves)(item, link, steps))
                carried._add_entries(item, steps, level)
        return carried

    def _add_input(self, name: str, moves: Iterable[InputMove]) -> None:
        for move in moves:
            self.into[move.parent, move.time][name] = move.traffic.reads

    def _add_output(self, name: str, moves: Iterable[OutputMove]) -> None:
        for move in moves:
            if move.time is None:
                self.drain[move.parent][name] = move.traffic.updates
            else:
                self.into[move.parent, move.time][name] = move.traffic.readbacks
                self.out[move.parent, move.time][name] = move.traffic.updates

    def _add_entries(self, item: Elements, steps: list[Step], level: int) -> None:
        held: dict[Unit, Bits] = {}
        for time, busy in steps:
            for unit, chunk in busy.items():
                now = item.touched(chunk)
                new = (now & ~held.get(unit, 0)).bit_count()
                self.enters[unit[:level], time][unit][item.tensor.name] = new
                held[unit] = now

    def _add_sums(self, item: Elements, steps: list[Step], level: int) -> None:
        """Entries that start from zero write nothing: no unit takes in more than is read back for all."""
        name, held = item.tensor.name, dict[Unit, Bits]()
        for time, busy in steps:
            for unit, chunk in busy.items():
                place, now, before = (unit[:level], time), item.touched(chunk), held.get(unit, 0)
                new = (now & ~before).bit_count()
                self.enters[place][unit][name] = min(new, self.into[place][name])
                self.leaves[place][unit][name] = (before & ~now).bit_count()
                held[unit] = now
        for unit, bits in held.items():
            self.left[unit[:level]][unit][name] = bits.bit_count()

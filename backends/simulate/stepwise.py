"""The stepwise time: the cycle at which a machine that plays the program is done (docs/model.md, A18 to A20)."""

from __future__ import annotations

from ...ir import Counts, Schedule
from .carried import Carried
from .elements import Elements
from .events import Clock, Doing, Span
from .machine import Machine
from .ports import busiest_port
from .program import RunProgram
from .transfers import Transfers, stacked_cycles
from .work import arithmetic_cycles


def stepwise_cycles(
    schedule: Schedule,
    program: RunProgram,
    elements: dict[str, Elements],
    counts: Counts,
    journal: list[Span] | None = None,
) -> int:
    """Cycles of the whole program, event by event, with the last drains of all levels one after the other.

    The `journal` is told what is done when, to the last cycle; what follows the events stands under `drain`, `stacked`
    (between memories at boundary 0) and `port` (the rest that the busiest one is needed for).
    """
    levels = range(len(schedule.levels))
    transfers = [Transfers(schedule, level, Carried.of(schedule, program, elements, level)) for level in levels]
    queues = [level.network.queues for level in schedule.levels]
    clock = Clock(journal=journal)
    machine = Machine(clock, program, transfers, queues, arithmetic_cycles(schedule, program, elements))
    machine.start(lambda: None)
    clock.run()
    for number, level in enumerate(transfers):
        _then(clock, level.last_drain() + level.wires.skew, Doing("drain", number, (), ()))
    sizes = {name: item.touched(program.whole).bit_count() for name, item in elements.items()}
    _then(clock, stacked_cycles(schedule, sizes), Doing("stacked", 0, (), ()))
    _then(clock, max(0, busiest_port(schedule, program, counts) - clock.now), Doing("port", 0, (), ()))
    return clock.now


def _then(clock: Clock, cycles: int, doing: Doing) -> None:
    """Nothing else is done meanwhile."""
    clock.after(cycles, lambda: None, doing)
    clock.run()

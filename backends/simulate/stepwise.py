"""The stepwise time: the cycle at which a machine that plays the program is done (docs/model.md, A18 to A20)."""

from __future__ import annotations

from ...ir import Counts, Schedule
from .carried import Carried
from .elements import Elements
from .events import Clock
from .machine import Machine
from .ports import busiest_port
from .program import RunProgram
from .transfers import Transfers, stacked_cycles
from .work import arithmetic_cycles


def stepwise_cycles(schedule: Schedule, program: RunProgram, elements: dict[str, Elements], counts: Counts) -> int:
    """Cycles of the whole program, event by event, with the last drains of all levels one after the other."""
    levels = range(len(schedule.levels))
    transfers = [Transfers(schedule, level, Carried.of(schedule, program, elements, level)) for level in levels]
    queues = [level.network.queues for level in schedule.levels]
    clock = Clock()
    machine = Machine(clock, program, transfers, queues, arithmetic_cycles(schedule, program, elements))
    machine.start(lambda: None)
    cycles = clock.run()
    cycles += sum(level.last_drain() + level.wires.skew for level in transfers)
    cycles += stacked_cycles(
        schedule, {name: item.touched(program.whole).bit_count() for name, item in elements.items()}
    )
    return max(cycles, busiest_port(schedule, program, counts))

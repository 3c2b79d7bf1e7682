"""What a program needs of a machine: the least values of the ordered fields at which it costs the same cycles."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import partial

from ..analysis.occupancy import Occupancy, occupancy
from ..backends.cost import evaluate_schedule
from ..ir import Dataflow, Mapping, Workload
from ..passes.pipeline import schedule
from .boxes import Boxes, Stem, rank, with_number


def sufficient(
    boxes: Boxes, stem: Stem, high: Sequence[int], workload: Workload, dataflow: Dataflow, cycles: int, time: str
) -> tuple[int, ...]:
    """Per grade the least number at which a program fits and still takes `cycles`, as it does at `high`.

    Rooms and widths are apart: each bounds a memory, a port or a network of its own, so what each needs by itself is
    what all need together.
    """
    plan = schedule(Mapping(workload, dataflow, boxes.machine(stem, high)))
    rooms = {item.site.memory.name: item for item in occupancy(plan)}
    found = tuple(high)

    def fast(grade: int, number: int) -> bool:
        machine = boxes.machine(stem, with_number(tuple(high), grade, number))
        return evaluate_schedule(schedule(Mapping(workload, dataflow, machine))).cycles(time) <= cycles

    for grade, item in enumerate(boxes.grades):
        if item.room:
            least = max(_bytes(stem, rooms, int(place[1])) for place in item.variable.places)
            number = bisect_left(item.values, least, 0, high[grade], key=rank)
        else:
            number = bisect_left(range(high[grade]), True, key=partial(fast, grade))
        found = with_number(found, grade, number)
    return found


def _bytes(stem: Stem, rooms: dict[str, Occupancy], number: int) -> int:
    """Bytes that a memory must have for a program, and to be one: with the rooms that tensors have of their own."""
    memory = stem.machine.memories[number]
    own = sum(size for _, size in memory.capacities)
    least = memory.least_bytes
    if memory.name not in rooms:
        return least
    apart = {(name,) for name, _ in memory.capacities}
    return max(least, own + sum(need for names, need in rooms[memory.name].needs if names not in apart))

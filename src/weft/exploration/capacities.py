"""The sizes of memories that are as large as a program needs."""

from __future__ import annotations

from collections.abc import Sequence

from ..analysis.occupancy import Occupancy, occupancy
from ..ir import Schedule


def needed_capacities(schedule: Schedule, names: Sequence[str]) -> dict[str, int]:
    """Bytes of the named memories, as large as the program needs: all rooms, and a byte a bank at least."""
    return {item.site.memory.name: _bytes(item) for item in occupancy(schedule) if item.site.memory.name in names}


def _bytes(item: Occupancy) -> int:
    memory = item.site.memory
    own = dict(memory.capacities)
    shared = sum(size for names, size in item.needs if not (len(names) == 1 and names[0] in own))
    return max(sum(own.values()) + shared, memory.least_bytes)

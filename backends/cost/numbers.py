"""The numbers behind the counts of a schedule: the table's slots by the closed forms, and the counts made of them."""

from __future__ import annotations

from ...analysis.counts import Count, Slot
from ...analysis.nest import Nest
from ...analysis.table import Table, table_of
from ...ir import Counts, Schedule
from .arithmetic import activity
from .invariants import counts_checks, raise_broken
from .traffic import interfaces, number


class Numbers:
    """The numbers behind the counts of a schedule, each found when it is first asked for."""

    def __init__(self, schedule: Schedule) -> None:
        self.nest = Nest(schedule)
        self.table: Table = table_of(schedule)
        self._slots: dict[Slot, int] = {}
        self._counts: dict[Count, int] = {}

    def __reduce__(self) -> tuple[type[Numbers], tuple[Schedule]]:
        # Elsewhere they are found again: their nest is large, and soon made.
        return Numbers, (self.nest.schedule,)

    def count(self, name: Count) -> int:
        """The value of a count."""
        if name not in self._counts:
            self._counts[name] = int(self.table.form(name).total(self._slot))
        return self._counts[name]

    def _slot(self, slot: Slot) -> int:
        if slot not in self._slots:
            self._slots[slot] = number(self.nest, slot)
        return self._slots[slot]

    def counts(self) -> Counts:
        """All counts of the schedule; InternalError if they are impossible."""
        steps, peak, active = activity(self.nest)
        values = {name: self.count(name) for name in self.table.counts}
        found = Counts(self.nest.workload.points, steps, peak, active, interfaces(self.nest.schedule, values))
        mapping = self.nest.schedule.mapping
        raise_broken(mapping.name, counts_checks(found, mapping))
        return found

"""The numbers behind the counts of a schedule: the table's slots by the closed forms, and the counts made of them."""

from __future__ import annotations

from ...analysis.counts import Count, Slot
from ...analysis.forms import Form
from ...analysis.nest import Nest
from ...analysis.table import Table, table_of
from ...ir import Counts, Schedule
from .arithmetic import activity
from .traffic import interfaces, number


class Numbers:
    """The numbers behind the counts of a schedule, each found when it is first asked for."""

    def __init__(self, schedule: Schedule) -> None:
        self.nest = Nest(schedule)
        self.table: Table = table_of(schedule)
        self._slots: dict[Slot, int] = {}
        self._counts: dict[Count, int] = {}

    def count(self, name: Count) -> int:
        """The value of a count."""
        if name not in self._counts:
            self._counts[name] = self._value(self.table.form(name))
        return self._counts[name]

    def _value(self, form: Form[Slot]) -> int:
        return int(form.total(self._slot))

    def _slot(self, slot: Slot) -> int:
        if slot not in self._slots:
            self._slots[slot] = number(self.nest, slot)
        return self._slots[slot]

    def counts(self) -> Counts:
        """All counts of the schedule."""
        steps, peak, active = activity(self.nest)
        values = {name: self.count(name) for name in self.table.counts}
        return Counts(self.nest.workload.macs, steps, peak, active, interfaces(self.nest.schedule, values))

"""The machines of a space that have one value of a field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..ir import Setting
from .boxes import Box, Boxes, Stem


@dataclass(frozen=True)
class PartOfBoxes(Boxes):
    """Boxes, numbered as in the whole, of the machines whose variable `key` has the value `chosen`."""

    key: str = ""
    chosen: Setting = None

    def stems(self) -> Iterator[Stem]:
        """Those with the value; none if it is one that no machine can have."""
        for grade in self.grades:
            if grade.variable.key == self.key and self.chosen not in grade.values:
                return
        for stem in super().stems():
            values = {variable.key: value for variable, value in stem.settings}
            if values.get(self.key, self.chosen) == self.chosen:
                yield stem

    def whole(self, stem: Stem) -> Box:
        """All machines of a stem that have the value."""
        box = super().whole(stem)
        for number, grade in enumerate(self.grades):
            if grade.variable.key == self.key:
                place = grade.values.index(self.chosen)
                box = box.within(number, place, place)
        return box

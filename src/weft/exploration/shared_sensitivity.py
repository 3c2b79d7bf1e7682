"""What the best shared machine would be with another value of one field, or with another limit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import Any

from ..ir import Setting, Variable
from .pipeline_search import STEPS
from .proof import status_of
from .several_searches import AnySearch
from .shared_searches import SharedSearches


@dataclass(frozen=True)
class Change:
    """The search where a field (`key`) has another value, or a limit on a metric (`key`) is another, all else free."""

    key: str
    setting: Setting
    search: AnySearch

    @property
    def value(self) -> float | None:
        """What is minimised, of the best machine found; None if there is none."""
        return None if self.search.best is None else self.search.best.value

    @property
    def status(self) -> str:
        """What is proved of it, as of the answer itself."""
        return status_of(self.search)

    @property
    def amounts(self) -> dict[str, float]:
        """What the machine takes of what machines have by themselves; nothing without one."""
        best = self.search.best
        return {} if best is None else amounts_of(self.search)

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        bound = self.search.lower_bound
        setting = list(self.setting) if isinstance(self.setting, tuple) else self.setting
        proof = {"lower_bound": bound if bound < inf else None, "status": self.status}
        return {"key": self.key, "setting": setting, "value": self.value, **proof, **self.amounts}


@dataclass(frozen=True)
class Sensitivity:
    """The best values next to the best machine: one value down and up of every field, and other limits.

    Nothing is here for what the time was over.
    """

    fields: tuple[Change, ...] = ()
    limits: tuple[Change, ...] = ()

    def worth(self, search: AnySearch, metric: str, most: float) -> float | None:
        """What the value falls by for one more of a metric, from the answer with a limit to the next looser limit's.

        None where a looser limit is of no use, or nothing is known.
        """
        best = search.best
        for change in self.limits:
            if best is None or change.key != metric or change.setting <= most:
                continue
            more = change.amounts.get(metric, 0.0) - amounts_of(search).get(metric, 0.0)
            if change.value is not None and change.value < best.value and more > 0:
                return (best.value - change.value) / more
        return None

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {"fields": [item.to_dict() for item in self.fields], "limits": [item.to_dict() for item in self.limits]}


def amounts_of(search: AnySearch) -> dict[str, float]:
    """Square millimetres of a search's best machine, and milliwatts where its table has a power of its own."""
    best = search.best
    assert best is not None
    machine, silicon = search.boxes.machine(best.stem, best.numbers), search.limits.silicon
    power = silicon.power_mw(machine)
    return {"area_mm2": silicon.area_mm2(machine)} | ({} if power is None else {"power_mw": power})


def sensitivity(searches: SharedSearches, search: AnySearch, parts: int) -> Sensitivity:
    """What changes around the answer of a search, each in its share of the time that is left to so many answers."""
    best = search.best
    if best is None:
        return Sensitivity()
    settings = dict(search.boxes.settings(best.stem, best.numbers))
    steps = [
        (variable.key, value)
        for variable in searches.job.space.variables
        for value in _next(variable, settings[variable.key])
    ]
    limits = [(name, most * step) for name, most in searches.job.limits for step in STEPS]
    objective, left = search.question.objective, len(steps) + len(limits) + 1
    fields, changed = [], []
    for name, most in limits:
        if not searches.late:
            found = searches.run(objective, dict(searches.job.limits) | {name: most}, left * parts)
            changed.append(Change(name, most, found))
        left -= 1
    for key, value in steps:
        if not searches.late:
            fields.append(Change(key, value, searches.run_part(objective, key, value, left * parts)))
        left -= 1
    return Sensitivity(tuple(fields), tuple(changed))


def _next(variable: Variable, value: Setting) -> Iterator[Setting]:
    """One value down and one up, in the order of the variable."""
    at = variable.values.index(value)
    yield from (variable.values[place] for place in (at - 1, at + 1) if 0 <= place < len(variable.values))

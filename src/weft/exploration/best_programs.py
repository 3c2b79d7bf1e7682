"""The best program of a layer for each machine: one search for all machines that differ in prices, where that goes."""

from __future__ import annotations

import time as clock
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, product
from math import inf
from pathlib import Path

from ..ir import (
    Accelerator,
    Dataflow,
    Diagnostic,
    Layer,
    MachineSpace,
    Mapping,
    Variable,
    WeftError,
    Workload,
    is_machine,
    with_values,
)
from ..search.network import map_layers
from ..search.objective import read_objective
from ..search.request import Request, Settings
from ..search.results import MappedLayer
from ..search.several import Optimum, SeveralSearch
from ..search.spaces.space import MapSpace
from ..search.store.store import Store
from .sweep import Unfinished

AT_ONCE = 256
"""Machines that are searched together."""


@dataclass
class BestPrograms:
    """Finds programs by searches with `settings`, whose budget is that of each machine; answers are kept in `store`.

    `prices` are the fields of which a machine's alike have other values: without a store, and by throughput, they are
    searched together with it.
    """

    settings: Settings
    store: Store | str | Path | None = None
    prices: tuple[Variable, ...] = ()
    unproved: int = 0
    """Machines and layers whose search ended without a proof."""

    stopped: bool = False
    """Whether nothing is searched any more."""

    _known: dict[tuple[Workload, Accelerator], Dataflow | WeftError] = field(default_factory=dict)
    _others: dict[tuple[Workload, Accelerator], Iterator[Accelerator]] = field(default_factory=dict)
    """By workload and structure the machines that were not looked at yet: each is gone by once."""
    _together: SeveralSearch | None = None

    def stop(self) -> None:
        """Search no more: what is not known by then is `Unfinished`. Signal handlers may call it."""
        self.stopped = True
        if self._together is not None:
            self._together.deadline = 0.0

    @staticmethod
    def of(
        space: MachineSpace,
        objective: str,
        time: str,
        budget: float | None,
        gap: float,
        store: Store | str | Path | None,
    ) -> BestPrograms:
        """A finder for the machines of a space. Raises WeftError for an objective that is none."""
        return BestPrograms(Settings(read_objective(objective), time, gap, budget), store, space.variables)

    def __call__(self, mapping: Mapping, machine: Accelerator) -> Dataflow:
        """The best program of a mapping's workload; WeftError if there is none, or none was found in time.

        Raises Unfinished if it was stopped before the program was known.
        """
        key = _key(mapping, machine)
        if not (key in self._known or self.stopped) and self.store is None and self.settings.time == "throughput":
            self._search_together(mapping, machine)
        if key not in self._known:
            if self.stopped:
                raise Unfinished
            self._known[key] = self._search(mapping, machine)
        found = self._known[key]
        if isinstance(found, WeftError):
            raise found
        return found

    def _search_together(self, mapping: Mapping, machine: Accelerator) -> None:
        """Find the programs of a machine and of those that differ from it in prices, if that goes."""
        alike = self._alike(mapping, machine)
        objective = self.settings.objective
        if len(alike) < 2 or objective.exponents is None:
            return
        deadline = inf if self.settings.budget is None else clock.time() + self.settings.budget * len(alike)
        try:
            space = Request(machine, settings=self.settings).space.space(mapping.workload, alike[0])
            search = SeveralSearch(space, alike, objective, self.settings.gap, deadline=deadline)
        except (WeftError, ValueError):  # each by itself then says what is wrong, or needs single evaluations
            return
        self._together = search
        if not self.stopped:
            search.run()
        for item, optimum in zip(alike, search.optima(), strict=True):
            self._enter(mapping, item, space, optimum, search.finished)

    def _enter(self, mapping: Mapping, machine: Accelerator, space: MapSpace, optimum: Optimum, finished: bool) -> None:
        if optimum.point is None or optimum.metrics is None:
            # Else a search of its own says why, or nothing is known of it.
            if not (finished or self.stopped):
                message = f"no program of '{mapping.name}' was found in time"
                self._known[_key(mapping, machine)] = WeftError(Diagnostic("W705", message, hint="give it more time"))
                self.unproved += 1
            return
        value = self.settings.objective.value(optimum.metrics)
        unproved = value > optimum.lower_bound * (1 + self.settings.gap) * (1 + 1e-9)
        if unproved and self.stopped:
            return
        self.unproved += unproved
        self._known[_key(mapping, machine)] = space.program(optimum.point)

    def _alike(self, mapping: Mapping, machine: Accelerator) -> Sequence[Accelerator]:
        """The machine and the next ones that differ from it in prices alone, as far as nothing is known of them."""
        prices = [item for item in self.prices if item.priced]
        structure = _key(mapping, with_values(machine, ((item, item.values[0]) for item in prices)))
        if structure not in self._others:
            self._others[structure] = (
                with_values(machine, zip(prices, values, strict=True))
                for values in product(*(item.values for item in prices))
            )
        new = (item for item in self._others[structure] if _key(mapping, item) not in self._known and is_machine(item))
        return list(dict.fromkeys([machine, *islice(new, AT_ONCE)]))

    def _search(self, mapping: Mapping, machine: Accelerator) -> Dataflow | WeftError:
        layer = Layer(mapping.name, mapping.workload, operator=mapping.workload.operator)
        request = Request(machine, settings=self.settings)
        result = map_layers([("", layer)], request, store=self.store, progress=self._look)
        if result.interrupted:
            raise Unfinished if self.stopped else KeyboardInterrupt
        (found,) = result.layers
        if not isinstance(found, MappedLayer):
            return WeftError(found.diagnostics)
        self.unproved += found.certificate.status == "budget"
        return found.dataflow

    def _look(self, *state: object) -> None:
        if self.stopped:
            raise KeyboardInterrupt


def _key(mapping: Mapping, machine: Accelerator) -> tuple[Workload, Accelerator]:
    return mapping.workload, replace(machine, name="")

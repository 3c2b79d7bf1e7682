"""The pass `map{...}`: the best program of a space in the place of the one at hand, and how good it is."""

from __future__ import annotations

import time as clock
from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING, ClassVar, Literal

from ..ir import Diagnostic, Mapping, Severity
from ..passes.program import Fact, Program
from .spaces.coverage import coverage
from .spaces.default import machine_space
from .spaces.space import MapSpace
from .spaces.template import template_space

if TYPE_CHECKING:
    from .layer import LayerSearch

ObjectiveName = Literal["cycles", "energy", "edp", "ed2p"]
TimeModel = Literal["throughput", "stepwise"]
Split = Literal["even", "any", "perfect"]

_UNITS = {"cycles": "", "energy": " pJ", "edp": " pJ*cycles", "ed2p": " pJ*cycles^2"}


@dataclass(frozen=True, slots=True)
class MapPass:
    """The program of a space with the least `objective` under the time model `time`.

    The space is that of the machine, which asks nothing of the program at hand; with `template=yes` the program, whose
    sizes may be open, is the template of the space. `split` says which chunk sizes there are. The search ends after
    `budget` seconds (default: when the winner is proved) with the best program so far.
    """

    name: ClassVar[str] = "map"
    needs: ClassVar[Fact] = "mapping"
    objective: ObjectiveName = "edp"
    time: TimeModel = "throughput"
    split: Split = "even"
    template: Literal["no", "yes"] = "no"
    budget: float = inf

    def apply(self, program: Program) -> Program:
        """The winner as a program of which nothing else is known yet, with a note that says how good it is (W708).

        Without a program that fits the machine: the program at hand with an error (W704). Raises WeftError for what is
        no space.
        """
        if program.has_errors:
            return program
        mapping = program.mapping
        found = self._search(mapping)
        if not found.entries:
            return replace(program, diagnostics=(*program.diagnostics, _nothing(found, mapping)))
        winner = found.space.program(found.entries[0].point)
        return Program(replace(mapping, dataflow=winner), diagnostics=(_certificate(found, mapping),))

    def space(self, mapping: Mapping) -> MapSpace:
        """What is searched for a mapping; its dataflow counts only if it is the template."""
        if self.template == "yes":
            return template_space(mapping.workload, mapping.dataflow, mapping.accelerator, self.split)
        return machine_space(mapping.workload, mapping.accelerator, split=self.split)

    def _search(self, mapping: Mapping) -> LayerSearch:
        # Compiled code is loaded when a search runs, not with the passes.
        from .objective import Objective
        from .request import Settings
        from .stepwise import search_of
        from .workers.crew import at_home
        from .workers.waves import drive

        budget = None if self.budget == inf else self.budget
        settings = Settings(Objective((self.objective,)), self.time, budget=budget)
        search = search_of(mapping.name, self.space(mapping), settings, clock.time() + self.budget)
        drive([search], at_home())
        return search


def _certificate(search: LayerSearch, mapping: Mapping) -> Diagnostic:
    objective, time = search.settings.objective, search.settings.time
    value = objective.value(search.entries[0].metrics)
    text = f"{value:.6g}" if value > 10**9 or value % 1 else f"{value:.0f}"
    message = f"{objective} {text}{_UNITS[str(objective)]} ({time}): {_proof(search)}"
    return Diagnostic("W708", message, Severity.NOTE, mapping.span, (f"space: {coverage(search.space)}",))


def _proof(search: LayerSearch) -> str:
    programs = f"{_count(search.space.size)} programs"
    if search.proved:
        return f"optimal among {programs}"
    if search.gap < inf:
        return f"within {100 * search.gap:.3g} % of the best of {programs}, when the budget ended"
    return f"the best found among {programs} when the budget ended, without a bound"


def _nothing(search: LayerSearch, mapping: Mapping) -> Diagnostic:
    size = _count(search.space.size)
    if search.proved:
        message, hint = f"none of {size} programs fits the machine", "check the capacities of its memories"
    else:
        message, hint = (
            f"no program among {size} was found in time",
            "give it a larger budget; the first searches after an installation are slow while functions are compiled",
        )
    return Diagnostic("W704", message, span=mapping.span, hint=hint)


def _count(number: int) -> str:
    """A number in full, or a power of ten that it exceeds."""
    return str(number) if number < 10**6 else f"more than 10^{len(str(number - 1)) - 1}"

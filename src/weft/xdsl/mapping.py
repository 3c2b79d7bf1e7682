"""`weft-map`: the best directives of a space in the place of a program's own."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import ClassVar

from ..frontends.mlir.convert import replace_dataflow
from ..frontends.mlir.dialect import ProgramOp
from ..ir import Diagnostic, Schedule, WeftError
from ..passes import DEFAULT_PIPELINE, Program, parse_pipeline, run_passes
from ..search.map_pass import MapPass as SearchPass
from ..search.map_pass import ObjectiveName, Split, TimeModel
from .links import SEARCH
from .machine import ProgramPass, mapping_of, note, note_facts


@dataclass(frozen=True)
class MapPass(ProgramPass):
    """Give every program the directives with the least `objective` on the machine.

    The options are those of Weft's pass `map`: the time model, which chunk sizes there are (`split`), whether the
    program, whose sizes may be open, is the template of the space (default: any program of the machine), and `budget`
    in seconds for each program. What is proved about the winner is written to the program as `weft.search`.
    """

    name: ClassVar[str] = "weft-map"
    objective: ObjectiveName = "edp"
    time: TimeModel = "throughput"
    split: Split = "even"
    template: bool = False
    budget: int | float | None = None

    def treat(self, program: ProgramOp) -> Schedule:
        """Replace the directives of a program."""
        search = self._search()
        found = search.apply(Program(mapping_of(program)))
        found.raise_errors()
        note(program, SEARCH, found.diagnostics)
        legal = run_passes(Program(found.mapping), parse_pipeline(DEFAULT_PIPELINE))
        legal.raise_errors()
        assert legal.schedule is not None
        replace_dataflow(program, found.mapping.dataflow)
        note_facts(program, legal.schedule, legal.diagnostics)
        return legal.schedule

    def _search(self) -> SearchPass:
        if self.budget is not None and not 0 < self.budget < inf:
            raise WeftError(Diagnostic("W004", f"'{self.budget}' in option 'budget' is no positive number"))
        budget = inf if self.budget is None else self.budget
        return SearchPass(self.objective, self.time, self.split, "yes" if self.template else "no", budget)

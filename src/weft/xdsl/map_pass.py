"""`weft-map`: the best directives of a space in the place of a program's own."""

from __future__ import annotations

from typing import ClassVar

from ..frontends.mlir.convert import replace_dataflow
from ..frontends.mlir.dialect import ProgramOp
from ..ir import Schedule
from ..passes import DEFAULT_PIPELINE, Program, parse_pipeline, run_passes
from ..search.map_pass import MapPass as SearchPass
from .generated import Optioned, with_options
from .links import SEARCH
from .machine import ProgramPass, mapping_of, note, note_facts


@with_options(SearchPass)
class MapPass(Optioned, ProgramPass):
    """Give every program the directives with the least `objective` on the machine.

    The options are those of Weft's pass `map`, `budget` being for each program. What is proved about the winner is
    written to the program as `weft.search`.
    """

    name: ClassVar[str] = "weft-map"

    def treat(self, program: ProgramOp) -> Schedule:
        """Replace the directives of a program."""
        found: Program = self.weft_pass().apply(Program(mapping_of(program)))
        found.raise_errors()
        note(program, SEARCH, found.diagnostics)
        legal = run_passes(Program(found.mapping), parse_pipeline(DEFAULT_PIPELINE))
        legal.raise_errors()
        assert legal.schedule is not None
        replace_dataflow(program, found.mapping.dataflow)
        note_facts(program, legal.schedule, legal.diagnostics)
        return legal.schedule

"""What all passes over programs share: the machine, named once, and the analysis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects.builtin import ArrayAttr, IntegerAttr, ModuleOp, StringAttr, i64
from xdsl.ir import Operation

from ..api import DEFAULT_ACCELERATOR
from ..frontends.accelerator import load_accelerator
from ..frontends.mlir.convert import dataflow_of, levels_of, workload_of
from ..frontends.mlir.dialect import ProgramOp
from ..frontends.mlir.located import span_of
from ..ir import Diagnostic, Mapping, Schedule, WeftError
from ..passes import OverCapacity, analyse
from .links import FINDINGS, about, fail, programs, sources
from .options import WrittenPass

Origin = dict[Operation, tuple[ProgramOp, ...]]
"""Operations with their programs."""

Schedules = dict[ProgramOp, Schedule]


@dataclass(frozen=True)
class ProgramPass(WrittenPass):
    """A pass over every program of a module.

    `accelerator` and `set` name the machine and change it, as on Weft's command line. They are written to the
    programs, so that the passes that follow know them; a new `accelerator` drops earlier settings.
    """

    accelerator: str | None = None
    set: tuple[str, ...] = ()

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """Treat all programs; a failure of one does not hide those of the others."""
        try:
            found, origin = programs(op), sources(op)
        except WeftError as error:
            return fail(error.diagnostics)
        findings: list[Diagnostic] = []
        schedules: Schedules = {}
        for program in found:
            try:
                remember_machine(program, self.accelerator, self.set)
                schedules[program] = self.treat(program)
            except WeftError as error:
                findings += about(program, error.diagnostics)
        fail(findings)
        self.finish(origin, schedules)

    def treat(self, program: ProgramOp) -> Schedule:
        """What the pass does to one program, by default to analyse it; WeftError for what is wrong with it."""
        return analysed(program)

    def finish(self, origin: Origin, schedules: Schedules) -> None:
        """What the pass does once all programs are treated."""


def remember_machine(program: ProgramOp, accelerator: str | None, overrides: Sequence[str]) -> None:
    """Write the machine to a program, unless it already has one and no other is given."""
    if accelerator is not None or program.accelerator is None:
        program.accelerator = StringAttr(accelerator or DEFAULT_ACCELERATOR)
        program.overrides = None
    if overrides:
        program.overrides = ArrayAttr(StringAttr(item) for item in overrides)


def mapping_of(program: ProgramOp, bindings: dict[str, int] | None = None) -> Mapping:
    """A program on the machine that is written to it. Raises WeftError for a machine that cannot be read."""
    workload = workload_of(program)
    name = program.accelerator.data if program.accelerator else DEFAULT_ACCELERATOR
    overrides = [item.data for item in program.overrides or ()]
    dataflow = dataflow_of(program).bind(workload.extents, bindings or {})
    return Mapping(workload, dataflow, load_accelerator(name, overrides), program.sym_name.data, span_of(program))


def analysed(program: ProgramOp, over_capacity: OverCapacity | None = None) -> Schedule:
    """The legal schedule of a program; its units and all findings are written to it.

    `over_capacity` is written to the program as well. Raises WeftError with all findings if one is an error.
    """
    if over_capacity is not None:
        program.over_capacity = StringAttr(over_capacity)
    lenient = program.over_capacity == StringAttr("warning")
    found = analyse(mapping_of(program), "warning" if lenient else "error")
    found.raise_errors()
    assert found.schedule is not None
    note_facts(program, found.schedule, found.diagnostics)
    return found.schedule


def note_facts(program: ProgramOp, schedule: Schedule, findings: Sequence[Diagnostic]) -> None:
    """Write the units of each level, and what was found that is no error."""
    for op, level in zip(levels_of(program), schedule.levels, strict=True):
        op.units = IntegerAttr(level.units, i64)
    note(program, FINDINGS, findings)


def note(program: ProgramOp, attribute: str, findings: Sequence[Diagnostic]) -> None:
    """Write findings that are no errors, in the place of what the attribute said before."""
    program.attributes.pop(attribute, None)
    if findings:
        texts = [f"{item.severity}[{item.code}]: {item.message}" for item in findings]
        program.attributes[attribute] = ArrayAttr(StringAttr(text) for text in texts)

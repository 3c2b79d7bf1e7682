"""`weft-raise`: loops and `linalg` operations to programs."""

from __future__ import annotations

from typing import ClassVar

from xdsl.context import Context
from xdsl.dialects.builtin import ArrayAttr, ModuleOp, StringAttr
from xdsl.dialects.func import FuncOp
from xdsl.ir import Operation

from ..frontends.mlir.convert import program_op
from ..frontends.mlir.dialect import ProgramOp
from ..frontends.mlir.located import span_of
from ..frontends.sizes import Sizes
from ..ir import Diagnostic, WeftError
from ..passes import Raised
from ..passes import RaisePass as WeftRaisePass
from .generated import Optioned, with_options
from .links import NOTES, PROGRAM, REFUSED, SIZES, attach, fail, note_refusal
from .machine import note
from .options import numbers
from .reading import Source, read_sources


@with_options(WeftRaisePass)
class RaisePass(Optioned):
    """Raise every loop nest and `linalg` operation of every function to a `weft.program` after the function.

    The operation names its program in `weft.program`, or keeps the reasons why it has none in `weft.refused`; one that
    already has a program keeps it. The pass fails if there is no program at all. Without `recognize` dimensions and
    tensors keep the names of loops and arrays; `sizes` binds symbolic sizes: `sizes="N=64","M=8"`.
    """

    name: ClassVar[str] = "weft-raise"
    sizes: tuple[str, ...] = ()

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """Raise what can be raised, and note what cannot."""
        refused: list[Diagnostic] = []
        try:
            sizes = Sizes(numbers("sizes", self.sizes, least=0))
            for function in [item for item in op.walk() if isinstance(item, FuncOp)]:
                refused += self._function(function, sizes)
        except WeftError as error:
            fail(error.diagnostics)
        fail(tuple(sizes.unused()))
        if not any(isinstance(item, ProgramOp) for item in op.walk()):
            hint = "write an affine, scf or linalg operation that multiplies and accumulates"
            fail(refused or [Diagnostic("W409", "the module has no loop nest to raise", hint=hint)])

    def _function(self, function: FuncOp, sizes: Sizes) -> list[Diagnostic]:
        """What is refused of a function; its programs are put behind it."""
        function.attributes.pop(REFUSED, None)
        try:
            sources = read_sources(function, sizes)
        except WeftError as error:
            return note_refusal(function, error.diagnostics)
        return [item for source in sources if PROGRAM not in source.op.attributes for item in self._source(source)]

    def _source(self, source: Source) -> list[Diagnostic]:
        """What is refused of an operation; it is given its programs."""
        source.op.attributes.pop(REFUSED, None)
        found = self.weft_pass().apply(source.nest)
        programs = [_program(item, source.op) for item in found if item.workload is not None]
        if programs:
            attach(source.op, programs)
        if programs and self.sizes:
            source.op.attributes[SIZES] = ArrayAttr(StringAttr(text) for text in self.sizes)
        return note_refusal(source.op, [item for raised in found for item in raised.diagnostics])


def _program(item: Raised, source: Operation) -> ProgramOp:
    assert item.workload is not None
    assert item.dataflow is not None
    program = program_op(item.name, item.workload, item.dataflow, item.units, item.span or span_of(source))
    note(program, NOTES, item.diagnostics)
    return program

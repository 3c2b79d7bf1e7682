"""`weft-raise`: loops and `linalg` operations to programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, StringAttr
from xdsl.dialects.func import FuncOp
from xdsl.ir import Operation
from xdsl.passes import ModulePass
from xdsl.traits import SymbolTable

from ..frontends.mlir.convert import program_op
from ..frontends.mlir.dialect import ProgramOp
from ..frontends.sizes import Sizes
from ..ir import Diagnostic, WeftError
from ..passes import Raised, raise_nest
from .links import PROGRAM, about, fail, link, programs_of
from .machine import note_findings
from .options import numbers
from .reading import Source, read_sources

REFUSED = "weft.refused"


@dataclass(frozen=True)
class RaisePass(ModulePass):
    """Raise every loop nest and `linalg` operation of every function to a `weft.program` after the function.

    The operation names its program in `weft.program`, or keeps the reasons why it has none in `weft.refused`; one that
    already has a program keeps it. The pass fails if there is no program at all. Without `recognize` dimensions and
    tensors keep the names of loops and arrays; `sizes` binds symbolic sizes: `sizes="N=64","M=8"`.
    """

    name: ClassVar[str] = "weft-raise"
    recognize: bool = True
    sizes: tuple[str, ...] = ()

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """Raise what can be raised, and note what cannot."""
        refused: list[Diagnostic] = []
        try:
            sizes = Sizes(numbers("sizes", self.sizes))
            for function in [item for item in op.walk() if isinstance(item, FuncOp)]:
                refused += self._function(function, sizes)
        except WeftError as error:
            fail(error.diagnostics)
        fail(tuple(sizes.unused()))
        if not any(isinstance(item, ProgramOp) for item in op.walk()):
            hint = "write an affine, scf or linalg operation that multiplies and accumulates"
            fail(refused or [Diagnostic("W409", "the module has no loop nest to raise", hint=hint)])

    def _function(self, function: FuncOp, sizes: Sizes) -> Iterator[Diagnostic]:
        """What is refused of a function; its programs are put behind it."""
        place: Operation = function
        for source in read_sources(function, sizes):
            if PROGRAM in source.op.attributes:
                programs_of(source.op)
                continue
            found = raise_nest(source.nest, self.recognize)
            programs = [_program(item, function) for item in found if item.workload is not None]
            for program in programs:
                _insert_after(program, place)
                place = program
            if programs:
                link(source.op, programs)
            yield from _note_refusals(source, found, bool(programs))

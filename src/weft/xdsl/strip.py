"""`weft-strip`: a module without anything of Weft, which every MLIR tool takes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar
from warnings import warn

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp

from ..frontends.mlir.dialect import ProgramOp
from ..ir import Severity, WeftWarning
from .links import OURS, about, refusals_of
from .options import WrittenPass


@dataclass(frozen=True)
class StripPass(WrittenPass):
    """Remove every `weft.program` and every attribute of Weft; the loops and operations stay."""

    name: ClassVar[str] = "weft-strip"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """Remove them; what they say of operations that were refused is a warning (WeftWarning)."""
        for item in op.walk():
            if refused := [replace(found, severity=Severity.WARNING) for found in refusals_of(item)]:
                warn("\n".join(map(str, about(item, refused))), WeftWarning, stacklevel=2)
        for program in [item for item in op.walk() if isinstance(item, ProgramOp)]:
            assert program.parent is not None
            program.parent.erase_op(program)
        for item in op.walk():
            for name in [name for name in item.attributes if name.startswith(OURS)]:
                del item.attributes[name]

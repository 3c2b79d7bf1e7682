"""Which operation of a module a program comes from: `weft.program = @name` on the operation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches

from xdsl.dialects.builtin import ArrayAttr, ModuleOp, SymbolRefAttr
from xdsl.ir import Attribute, Operation
from xdsl.traits import SymbolTable
from xdsl.utils.exceptions import PassFailedException

from ..frontends.mlir.dialect import ProgramOp
from ..frontends.mlir.located import span_of
from ..ir import Diagnostic, WeftError

PROGRAM = "weft.program"


def programs(module: ModuleOp) -> list[ProgramOp]:
    """All programs of a module, in order; WeftError if there is none."""
    found = [op for op in module.walk() if isinstance(op, ProgramOp)]
    if not found:
        hint = "run weft-raise before, or write a weft.program"
        raise WeftError(Diagnostic("W409", "the module has no weft.program", hint=hint))
    return found


def sources(module: ModuleOp) -> dict[Operation, tuple[ProgramOp, ...]]:
    """The operations that name programs, with these; WeftError for a name without a program."""
    return {op: programs_of(op) for op in module.walk() if PROGRAM in op.attributes}


def programs_of(op: Operation) -> tuple[ProgramOp, ...]:
    """The programs that an operation names, none if it names none."""
    named = op.attributes.get(PROGRAM, ArrayAttr[Attribute]([]))
    names = named.data if isinstance(named, ArrayAttr) else (named,)
    return tuple(_program(op, name) for name in names)


def link(op: Operation, found: Sequence[ProgramOp]) -> None:
    """Let an operation name its programs."""
    op.attributes[PROGRAM] = one_or_all([SymbolRefAttr(program.sym_name) for program in found])


def one_or_all(items: Sequence[Attribute]) -> Attribute:
    """The attribute itself if there is one, else an array."""
    return items[0] if len(items) == 1 else ArrayAttr(items)


def about(op: Operation, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings as xDSL tells them: where they stand, and of which operation."""
    name = f" @{op.sym_name.data}" if isinstance(op, ProgramOp) else ""
    return [
        replace(item, message=f"'{op.name}' op{name}: {item.message}", span=item.span or span_of(op))
        for item in diagnostics
    ]


def fail(findings: Sequence[Diagnostic]) -> None:
    """End a pass with its findings if there are any."""
    if findings:
        raise PassFailedException("\n".join(str(item) for item in findings))


def _program(op: Operation, name: Attribute) -> ProgramOp:
    found = SymbolTable.lookup_symbol(op, name) if isinstance(name, SymbolRefAttr) else None
    if isinstance(found, ProgramOp):
        return found
    table = op.parent_op()
    while table is not None and not table.has_trait(SymbolTable):
        table = table.parent_op()
    known = [item.sym_name.data for item in table.walk() if isinstance(item, ProgramOp)] if table else []
    near = get_close_matches(str(name).lstrip("@"), known, 1)
    message = f"no weft.program {name}"
    raise WeftError(about(op, [Diagnostic("W002", message, hint=f"did you mean @{near[0]}?" if near else "")]))

"""Which operation of a module a program comes from: `weft.program = @name` on the operation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from xdsl.dialects.builtin import ArrayAttr, ModuleOp, StringAttr, SymbolRefAttr
from xdsl.dialects.func import FuncOp
from xdsl.ir import Attribute, Operation
from xdsl.traits import SymbolTable
from xdsl.utils.exceptions import PassFailedException

from ..frontends.mlir.dialect import ProgramOp
from ..frontends.mlir.located import span_of
from ..frontends.mlir.operations import name_of
from ..ir import Diagnostic, WeftError
from ..ir.nearest import did_you_mean


class Findings(PassFailedException):
    """A pass that ends with findings of Weft, which are all that there is to say."""


OURS = "weft."
"""What the names of Weft's attributes begin with."""
PROGRAM = "weft.program"
"""On an operation: the programs that it is run by."""
COST = "weft.cost"
"""On a program and its operation: what it costs."""
NOTES = "weft.notes"
"""On a program: what raising left out or simplified."""
FINDINGS = "weft.findings"
"""On a program: what the passes found that is no error."""
REUSE = "weft.reuse"
"""On a program: what is reused, level by level."""
SEARCH = "weft.search"
"""On a program: what the search that found it has proved."""
SIZES = "weft.sizes"
"""On an operation: the sizes that it was raised with."""
REFUSED = "weft.refused"
"""On an operation: why it, or a statement of it, is not raised or lowered."""


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


def mark(op: Operation, found: Sequence[ProgramOp]) -> None:
    """Let an operation name its programs and, if they are known, their costs."""
    op.attributes[PROGRAM] = one_or_all([SymbolRefAttr(program.sym_name) for program in found])
    op.attributes.pop(COST, None)
    costs = [program.attributes[COST] for program in found if COST in program.attributes]
    if len(costs) == len(found):
        op.attributes[COST] = one_or_all(costs)


def attach(op: Operation, found: Sequence[ProgramOp]) -> None:
    """Give an operation programs, which are put behind its function and those that are there, instead of its own."""
    for old in programs_of(op):
        assert old.parent is not None
        old.parent.erase_op(old)
    place = op
    while (parent := place.parent_op()) is not None and not _holds_symbols(parent):
        place = parent
    for program in found:
        while isinstance(place.next_op, ProgramOp):
            place = place.next_op
        insert_after(program, place)
    mark(op, found)


def insert_after(op: FuncOp | ProgramOp, place: Operation) -> None:
    """Put a symbol behind an operation, under a name that is free there."""
    name, number = op.sym_name.data, 1
    while SymbolTable.lookup_symbol(table_of(place), op.sym_name) is not None:
        number += 1
        op.sym_name = StringAttr(f"{name}_{number}")
    assert place.parent is not None
    place.parent.insert_op_after(op, place)


def note_refusal(op: Operation, findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Add errors to what the operation says, unless there is just nothing to raise; the errors as xDSL tells them."""
    refused = [item for item in findings if item.is_error]
    told = [f"{item.code}: {item.message}" for item in (*refusals_of(op), *refused) if item.code != "W409"]
    if told:
        op.attributes[REFUSED] = StringAttr("; ".join(dict.fromkeys(told)))
    return about(op, refused)


def refusals_of(op: Operation) -> list[Diagnostic]:
    """What `note_refusal` has written to an operation."""
    told = op.attributes.get(REFUSED)
    if not isinstance(told, StringAttr):
        return []
    # Messages have semicolons too; each begins with its code.
    found = (text.partition(": ") for text in re.split(r"; (?=W\d{3}: )", told.data))
    return [Diagnostic(code, message) for code, _, message in found]


def table_of(op: Operation) -> Operation:
    """The operation whose symbols can be used in `op`."""
    table: Operation | None = op
    while table is not None and not _holds_symbols(table):
        table = table.parent_op()
    assert table is not None
    return table


def _holds_symbols(op: Operation) -> bool:
    """Whether an operation is known to be a table of symbols; xDSL takes every one that it does not know for one."""
    return op.has_trait(SymbolTable, value_if_unregistered=False)


def one_or_all(items: Sequence[Attribute]) -> Attribute:
    """The attribute itself if there is one, else an array."""
    return items[0] if len(items) == 1 else ArrayAttr(items)


def about(op: Operation, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings as xDSL tells them: where they stand, and of which operation."""
    name = f" @{op.sym_name.data}" if isinstance(op, ProgramOp) else ""
    return [
        replace(
            item,
            message=f"'{name_of(op)}' op{name}: {item.message}",
            span=item.span or span_of(op),
            hint=_in_options(item.hint),
        )
        for item in diagnostics
    ]


def _in_options(hint: str) -> str:
    """A hint with the options of passes in the place of the command line's."""
    hint = re.sub(r"--(set|bind|sizes) ([^\s),;]+)", r'option \1="\2"', hint)
    return hint.replace("--over-capacity warning", "option over-capacity=warning")


def fail(findings: Sequence[Diagnostic]) -> None:
    """End a pass with its findings if there are any."""
    if findings:
        raise Findings("\n".join(str(item) for item in findings))


def _program(op: Operation, name: Attribute) -> ProgramOp:
    found = SymbolTable.lookup_symbol(table_of(op), name) if isinstance(name, SymbolRefAttr) else None
    if isinstance(found, ProgramOp):
        return found
    known = [item.sym_name.data for item in table_of(op).walk() if isinstance(item, ProgramOp)]
    hint = did_you_mean(str(name).lstrip("@"), known)
    raise WeftError(about(op, [Diagnostic("W002", f"no weft.program {name}", hint=hint)]))

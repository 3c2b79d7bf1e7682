"""What programs do not say: temporaries that are counted as tensors, and reuse that splitting a nest has lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

from ...ir import CONVERSION, Access, Choice, Compute, Diagnostic, LoopNest, Severity, Span, Statement, Value
from .conforming import conforms, moves, operates
from .elements import common, elements
from .isl_text import Loops
from .split import Placed


def tensor_remarks(item: Placed, nest: LoopNest, ranks: dict[str, int]) -> Iterator[Diagnostic]:
    """Operands of a statement that hold copies, or what is computed in each iteration of the loops around.

    `ranks` are the numbers of axes that the arrays of the nest have in its text.
    """
    assert isinstance(item.statement, Statement)
    for access in dict.fromkeys(item.statement.operands):
        writers = [node for _, node in nest.statements() if isinstance(node, Statement)]
        writers = [node for node in writers if node.target.array == access.array]
        if access.array == item.statement.target.array or any(conforms(node) for node in writers):
            continue
        copy = next((node for node in writers if not node.reduction and _is_copy(node.value)), None)
        if copy is not None:
            message = f"'{access}' is a copy, and is counted as a tensor of its own: '{copy}'"
            hint = "use what is copied in its place, where it is not written in between"
            yield Diagnostic("W413", message, Severity.WARNING, item.span, notes=_at(copy.span), hint=hint)
        elif writers and len(access.subscripts) > ranks.get(access.array, 0):
            message = f"'{access}' is counted as a tensor with an element for every value of '{access.array}'"
            notes = (f"it is set by '{writers[0]}'", *_at(writers[0].span))
            hint = (
                "only what is used once, in the loops where it is computed, or is a factor, is counted where it is used"
            )
            yield Diagnostic("W413", message, Severity.WARNING, item.span, notes=notes, hint=hint)


def _is_copy(value: Value) -> bool:
    """Whether a value is an element of an array, perhaps of another sign or type."""
    while isinstance(value, Choice):
        value = value.value
    while isinstance(value, Compute) and len(value.operands) == 1 and value.function in ("-", CONVERSION):
        (value,) = value.operands
    return isinstance(value, Access) and bool(value.subscripts)


def _at(span: Span | None) -> tuple[str, ...]:
    return (f"see {span}",) if span else ()


def split_remarks(item: Placed, earlier: Sequence[Placed], nest: LoopNest) -> Iterator[Diagnostic]:
    """What a program could have kept of the ones that share loops with it: they run one after the other."""
    for other in earlier:
        shared = common([other.loops, item.loops])
        notes = tuple(_lost(other, item, shared, nest)) if shared else ()
        if notes:
            loops = ", ".join(f"'{loop.iterator}'" for loop in shared)
            message = f"it runs after '{other.statement}' as a whole, not in the same iterations of {loops}"
            hint = "what both use is counted for each of them, as if it were not kept in between"
            yield Diagnostic("W414", message, Severity.NOTE, item.span, notes=notes, hint=hint)


def _lost(first: Placed, second: Placed, shared: Loops, nest: LoopNest) -> Iterator[str]:
    assert isinstance(first.statement, Statement)
    assert isinstance(second.statement, Statement)
    written = first.statement.target
    reads = {access.array: access for access in second.statement.operands}
    made = _made_of(written.array, nest)
    for access in (item for name, item in reads.items() if name in made):
        whole, part = _count(access, second.loops, ()), _count(access, second.loops, shared)
        source = "" if access.array == written.array else f", made of '{written.array}',"
        yield f"'{access.array}'{source} passes from one to the other with {whole:,} elements, {part:,} of an iteration"
    if written.array == second.statement.target.array:
        yield f"'{written.array}' is read and written by both"
    for access in first.statement.operands:
        if access.array in reads:
            yield f"'{access.array}' is read by both"


def _made_of(name: str, nest: LoopNest) -> set[str]:
    """The arrays that hold the values of one, or what statements beside the programs make of them."""
    local = {array.name for array in nest.arrays if array.local}
    found, waiting = {name}, [name]
    while waiting:
        source = waiting.pop()
        for _, node in nest.statements():
            if not isinstance(node, Statement) or node.target.array in found:
                continue
            if not moves(node, local) and (conforms(node) or operates(node)):
                continue
            if source in {item.array for item in node.reads}:
                found.add(node.target.array)
                waiting.append(node.target.array)
    return found


def _count(access: Access, loops: Loops, around: Loops) -> int:
    """The elements of the box that an access touches in the first iteration of the loops around."""
    found = elements(access, loops, around)
    touched = found.intersect_domain(found.domain().lexmin()).range()
    axes = range(len(access.subscripts))
    return prod(1 + (touched.dim_max_val(n) - touched.dim_min_val(n)).to_python() for n in axes)

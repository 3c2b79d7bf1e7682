"""The operations of a function that are loop nests, each with the values that its arrays are."""

from __future__ import annotations

from dataclasses import dataclass, replace

from xdsl.dialects.func import FuncOp
from xdsl.ir import Block, BlockArgument, Operation, SSAValue

from ..frontends.mlir import Places
from ..frontends.mlir.arguments import add_arguments, placements
from ..frontends.mlir.body import read_operation
from ..frontends.mlir.linalg import read_form
from ..frontends.mlir.located import span_of
from ..frontends.mlir.names import identifier
from ..frontends.mlir.operations import name_of
from ..frontends.mlir.scope import ArrayInfo, Nodes, RefusedError, Scope
from ..frontends.mlir.structured import Structured
from ..frontends.sizes import Sizes
from ..ir import Access, Diagnostic, LoopNest, Statement, WeftError, accesses

HARMLESS = ("memref.cast", "memref.dealloc")
"""What may be done with an array elsewhere although it is local to an operation."""


@dataclass(frozen=True, slots=True)
class Source:
    """An operation as a loop nest; `values` are its arrays and scalars, as far as they are defined before it."""

    op: Operation
    nest: LoopNest
    values: dict[str, SSAValue]
    form: Structured | None = None
    """What a `linalg` operation means; the names of its loops are not those of the nest."""


def read_sources(function: FuncOp, sizes: Sizes) -> tuple[Source, ...]:
    """The loop nests at the top of a function, in order. What cannot be read is `Unreadable` in them.

    Raises WeftError for a function that is not read at all.
    """
    blocks = function.body.blocks
    if not blocks:
        return ()
    if len(blocks) > 1:
        hint = "write loops with 'scf.for' or 'affine.for'"
        raise WeftError(Diagnostic("W411", "control flow between blocks", hint=hint))
    try:
        return _read(function, sizes)
    except RecursionError as error:
        raise WeftError(Diagnostic("W001", "nested too deeply")) from error


def _read(function: FuncOp, sizes: Sizes) -> tuple[Source, ...]:
    scope = Scope(Places(), sizes)
    add_arguments(scope, function)
    found = []
    for op in function.body.ops:
        nodes = read_operation(scope, op)
        if nodes and _is_nest(op):
            found.append((op, nodes, _values(scope, op)))
    return tuple(Source(op, _nest(scope, function, op, nodes), values, _form(scope, op)) for op, nodes, values in found)


def _form(scope: Scope, op: Operation) -> Structured | None:
    try:
        return read_form(scope, op) if name_of(op).startswith("linalg.") else None
    except RefusedError:  # The nest says why.
        return None


def _values(scope: Scope, op: Operation) -> dict[str, SSAValue]:
    """The value of each name just before an operation, the first one where several mean the same array."""
    found: dict[str, SSAValue] = {}
    for value, info in scope.array_of.items():
        owner = value.owner
        if isinstance(owner, Block) or (owner.parent is op.parent and owner is not op):
            found.setdefault(info.name, value)
    for value, scalar in scope.scalars.items():
        if isinstance(value, BlockArgument) and isinstance(scalar.value, Access):
            found.setdefault(scalar.value.array, value)
    return found


def _is_nest(op: Operation) -> bool:
    """Whether an operation is loops, or holds what could be some."""
    return name_of(op).startswith("linalg.") or bool(op.regions)


def _nest(scope: Scope, function: FuncOp, op: Operation, nodes: Nodes) -> LoopNest:
    """The nodes of an operation with the arrays that they use; local are those that nothing else uses."""
    kind = name_of(op).partition(".")[2] if name_of(op).startswith("linalg.") else "nest"
    name = identifier(f"{function.sym_name.data}_{kind}")
    nest = LoopNest(name, (), nodes, placements(function), span_of(op))
    statements = [node for _, node in nest.statements() if isinstance(node, Statement)]
    used = {access.array for item in statements for access in (item.target, *accesses(item.value))}
    found = [info for info in scope.arrays.values() if info.name in used]
    return replace(nest, arrays=tuple(replace(info.array, local=_is_local(scope, info, op)) for info in found))


def _is_local(scope: Scope, info: ArrayInfo, op: Operation) -> bool:
    values = [value for value, other in scope.array_of.items() if other is info]
    users = [use.operation for value in values for use in value.uses]
    return info.local and all(op.is_ancestor(user) or name_of(user) in HARMLESS for user in users)

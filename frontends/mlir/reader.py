"""Functions of MLIR as loop nests."""

from __future__ import annotations

from dataclasses import replace

from xdsl.dialects.builtin import StringAttr
from xdsl.dialects.func import FuncOp
from xdsl.ir import Operation

from ...ir import Diagnostic, LoopNest, Statement, Unreadable, WeftError
from ...ir.nearest import did_you_mean
from ..sizes import Sizes
from .arguments import add_arguments, placements
from .body import read_operation
from .calls import not_only_called
from .containers import EXPORTS
from .names import identifier
from .operations import name_of
from .parser import parse_module
from .places import Places
from .scope import Nodes, Scope

_LEAVING = ("func.return", *EXPORTS)
"""Operations whose operands are seen outside of the function."""


def read_mlir(
    text: str, file: str = "<string>", sizes: Sizes | None = None, function: str | None = None
) -> tuple[LoopNest, ...]:
    """One nest per `func.func` that has a body, also in nested modules; only those called `function` if that is given.

    The user gives the sizes that the text leaves open: `n` for an argument `%n` that is an index, `A.0` for the
    dynamic axis 0 of an argument `%A`. An array whose shape stays open has none.

    Raises WeftError where the text is no module (W001), has no such function (W002), or none that can be read for an
    operation whose format is not known (W411). What cannot be read inside of a function is `Unreadable` in its nest.
    """
    module, places = parse_module(text, file)
    declared = [item for item in module.walk() if isinstance(item, FuncOp)]
    for item in declared:
        problem = places.broken(item)
        if problem is not None:
            places.unknown.setdefault(item, problem)
    functions = [item for item in declared if item in places.unknown or item.body.blocks]
    if not functions and places.unknown:
        raise WeftError(list(places.unknown.values()))
    chosen = (
        [item for item in functions if _name(item) == function] if function is not None else not_only_called(functions)
    )
    if function is not None and not chosen:
        raise WeftError(_no_function(function, [_name(item) for item in functions]))
    if all(item in places.unknown for item in chosen) and chosen:
        raise WeftError([places.unknown[item] for item in chosen])
    sizes = sizes or Sizes()
    return tuple(nest_of_function(item, sizes, places) for item in chosen)


def _name(function: FuncOp) -> str:
    """What a function is called; empty if its text does not say that."""
    found = function.properties.get("sym_name")
    return found.data if isinstance(found, StringAttr) else ""


def _no_function(name: str, known: list[str]) -> Diagnostic:
    hint = did_you_mean(name, known, "functions", "the file has no function with a body")
    return Diagnostic("W002", f"no function '{name}'", hint=hint)


def nest_of_function(function: FuncOp, sizes: Sizes | None = None, places: Places | None = None) -> LoopNest:
    """The nest of a function that has a body; without `places`, spans are the locations of the operations."""
    places = places or Places()
    if function in places.unknown:
        name = identifier(_name(function), "f")
        return LoopNest(name, (), (Unreadable((places.unknown[function],)),))
    try:
        return _nest_of_function(function, sizes or Sizes(), places)
    except RecursionError as error:
        message = f"function '{function.sym_name.data}' is nested too deeply"
        raise WeftError(Diagnostic("W001", message, span=places.span(function))) from error


def _nest_of_function(function: FuncOp, sizes: Sizes, places: Places) -> LoopNest:
    scope = Scope(places, sizes, calls=[function])
    entry = function.body.blocks[0]
    add_arguments(scope, function)
    body: Nodes = (Unreadable((_control_flow(entry.last_op or function, places),)),)
    if len(function.body.blocks) == 1:
        body = tuple(node for item in entry.ops for node in read_operation(scope, item))
    returned = {value for item in entry.ops if name_of(item) in _LEAVING for value in item.operands}
    seen = {scope.array_of[value].name for value in returned if value in scope.array_of}
    seen |= {scope.views[name].source for name in seen if name in scope.views}
    seen |= {name for value in returned if value in scope.scalars for name, _ in scope.scalars[value].loads}
    name = identifier(function.sym_name.data, "f")
    foreign = next((item for item in function.walk() if name_of(item).startswith("torch.")), None)
    if foreign is not None and not any(isinstance(node, Statement) for _, node in LoopNest("", (), body).statements()):
        body = (Unreadable((_of_torch(foreign, places),)),)
    nest = LoopNest(name, (), body, placements(function), places.span(function))
    unused = scope.empty - _arrays_of(nest) - seen
    kept = [item for item in scope.arrays.values() if item.name not in unused]
    arrays = tuple(replace(item.array, local=item.local and item.name not in seen) for item in kept)
    return replace(nest, arrays=arrays)


def _control_flow(jump: Operation, places: Places) -> Diagnostic:
    hint = "write loops with 'scf.for' or 'affine.for'"
    return Diagnostic("W411", f"control flow between blocks: '{name_of(jump)}'", span=places.span(jump), hint=hint)


def _of_torch(operation: Operation, places: Places) -> Diagnostic:
    hint = "read the exported program itself (.pt2), or lower it to linalg on tensors first"
    message = f"'{name_of(operation)}' is of torch-mlir's dialect, which is not read"
    return Diagnostic("W411", message, span=places.span(operation), hint=hint)


def _arrays_of(nest: LoopNest) -> set[str]:
    statements = [node for _, node in nest.statements() if isinstance(node, Statement)]
    return {access.array for item in statements for access in (item.target, *item.reads)}

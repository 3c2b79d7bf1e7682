"""Calls of functions that have a body in the same module: what they do, in their place."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from xdsl.dialects.builtin import ModuleOp
from xdsl.dialects.func import FuncOp
from xdsl.ir import Block, Operation

from .operations import is_shaped, name_of, symbol
from .scope import Nodes, Scope

ReadBlock = Callable[[Scope, Block], Nodes]


def called(operation: Operation) -> FuncOp | None:
    """The function with a body that a call means; None for one that stands elsewhere."""
    module: Operation | None = operation
    while module is not None and not isinstance(module, ModuleOp):
        module = module.parent_op()
    name = symbol(operation, "callee")
    known = [item for item in module.body.ops if isinstance(item, FuncOp)] if isinstance(module, ModuleOp) else []
    return next((item for item in known if item.sym_name.data == name and item.body.blocks), None)


def read_call(scope: Scope, operation: Operation, function: FuncOp, read_block: ReadBlock) -> Nodes:
    """The nodes of a function for the operands of a call; its results are those of the call."""
    name, block = function.sym_name.data, function.body.blocks[0]
    if function in scope.calls:
        raise scope.refuse("W411", f"'{name}' calls itself", operation, "write it as a loop")
    if len(function.body.blocks) > 1:
        raise scope.refuse("W411", f"'{name}' has control flow between blocks", operation)
    scope.calls_left -= 1
    if scope.calls_left < 0:
        raise scope.refuse("W411", "too many calls in one function", operation)
    returned = block.last_op.operands if block.last_op is not None else ()
    types = [item.type for item in operation.operands], [item.type for item in operation.results]
    if types != ([item.type for item in block.args], [item.type for item in returned]):
        raise scope.refuse("W001", f"the types of a call are not those of '{name}'", operation)
    _forget(scope, function)
    for argument, operand in zip(block.args, operation.operands, strict=True):
        if is_shaped(operand):
            scope.add_array(argument, scope.array(operand))
        else:
            scope.scalars[argument] = scope.scalar(operand)
    # Nothing in the function needs what the call alone passes to it.
    scope.done.add(operation)
    scope.calls.append(function)
    nodes = read_block(scope, block)
    scope.calls.pop()
    for result, value in zip(operation.results, returned, strict=True):
        if is_shaped(value):
            scope.add_array(result, scope.array(value))
        else:
            scope.scalars[result] = scope.scalar(value)
    return nodes


def _forget(scope: Scope, function: FuncOp) -> None:
    """Nothing is known of the values of a function that is read again."""
    for inner in function.body.walk():
        scope.done.discard(inner)
        values = [*inner.results, *(item for region in inner.regions for block in region.blocks for item in block.args)]
        for value in values:
            scope.array_of.pop(value, None)
            scope.scalars.pop(value, None)


def not_only_called(functions: Sequence[FuncOp]) -> list[FuncOp]:
    """Functions without the private ones that another of them calls, which are read in the place of the calls.

    Private functions that nothing but each other call are among those that are kept.
    """
    calls = {
        item: {called(inner) for inner in item.walk() if name_of(inner) == "func.call"} - {item} for item in functions
    }
    private = [item for item in functions if item.sym_visibility is not None and item.sym_visibility.data == "private"]
    inner = {item for item in private if any(item in found for found in calls.values())}
    reached: set[FuncOp | None] = set()
    waiting: list[FuncOp | None] = [item for item in functions if item not in inner]
    while waiting:
        item = waiting.pop()
        if item not in reached:
            reached.add(item)
            waiting += calls.get(item, ()) if item is not None else ()
    return [item for item in functions if item not in inner or item not in reached]

"""The operations of a block, one after the other."""

from __future__ import annotations

from collections.abc import Callable

from xdsl.dialects.builtin import UnregisteredOp
from xdsl.dialects.func import FuncOp
from xdsl.ir import Block, Operation
from xdsl.traits import is_side_effect_free

from .affine import Reason
from .calls import called, read_call
from .conditionals import CONDITIONALS, read_conditional
from .containers import EXPORTS, IMPORTS, import_array
from .lent import RESHAPES, pad, reshape
from .linalg import read_linalg
from .loops import LOOPS, read_loop
from .memory import (
    ALIASES,
    ALLOCATIONS,
    DIMS,
    LOADS,
    STORES,
    alias,
    allocate,
    constant_array,
    dim,
    get_global,
    load,
    store,
    touch_all,
)
from .operations import is_shaped, name_of
from .scope import Nodes, Refusal, RefusedError, Scalar, Scope, unreadable
from .softmax import read_softmax
from .values import define_scalar, is_scalar_operation
from .views import collapsed, expanded, reinterpreted, sliced, subview

_NOT_VERIFIED = (*CONDITIONALS, *LOOPS, "func.call")
"""Beside `linalg`: what is refused with better words first, and calls, as the function may stand in another file."""

_ENDINGS = ("func.return", "affine.yield", "scf.yield", "scf.reduce", "memref.dealloc", *EXPORTS)

_DEFINITIONS: dict[str, Callable[[Scope, Operation], None]] = {
    **dict.fromkeys(LOADS, load),
    **dict.fromkeys(DIMS, dim),
    **dict.fromkeys(ALLOCATIONS, allocate),
    **dict.fromkeys(ALIASES, alias),
    "memref.get_global": get_global,
    **dict.fromkeys(IMPORTS, import_array),
    "memref.subview": subview,
    "memref.reinterpret_cast": reinterpreted,
    "memref.expand_shape": expanded,
    "memref.collapse_shape": collapsed,
}


def read_block(scope: Scope, block: Block) -> Nodes:
    """What the operations of a block become."""
    return tuple(node for operation in block.ops for node in read_operation(scope, operation))


def read_operation(scope: Scope, operation: Operation) -> Nodes:
    """The nodes of one operation; none if it only defines a value."""
    try:
        name = name_of(operation)
        if not name.startswith("linalg.") and name not in _NOT_VERIFIED:
            scope.verify(operation)
        return _read(scope, name, operation)
    except RefusedError as error:
        touch_all(scope, operation)
        refusal = Scalar(Refusal(error.diagnostics), Reason("is not read", error.diagnostics[0]))
        scope.scalars |= {result: refusal for result in operation.results if not is_shaped(result)}
        return unreadable(error)
    finally:
        scope.done.add(operation)


def _read(scope: Scope, name: str, operation: Operation) -> Nodes:
    if name in LOOPS:
        return read_loop(scope, operation, read_block)
    if name in STORES:
        return store(scope, operation)
    if name == "linalg.softmax":
        return read_softmax(scope, operation)
    if name.startswith("linalg.") or name == "memref.copy":
        return read_linalg(scope, operation)
    if name == "tensor.pad":
        return pad(scope, operation)
    if name in RESHAPES:
        return reshape(scope, operation)
    if name == "tensor.extract_slice":
        return sliced(scope, operation)
    if name in CONDITIONALS:
        return read_conditional(scope, operation, read_block)
    if name == "func.call" and (function := called(operation)) is not None:
        return read_call(scope, operation, function, read_block)
    if name in _DEFINITIONS:
        _DEFINITIONS[name](scope, operation)
    elif name == "arith.constant" and is_shaped(operation.results[0]):
        constant_array(scope, operation)
    elif is_scalar_operation(operation):
        define_scalar(scope, operation)
    elif name not in _ENDINGS and not _is_harmless(operation):
        hint = "inline the function" if name == "func.call" else ""
        raise scope.refuse("W411", f"'{name}' is not read as a part of a loop nest", operation, hint)
    return ()


def _is_harmless(operation: Operation) -> bool:
    """Whether an unknown operation can be left out, as long as nothing uses its results."""
    if operation.regions:
        return False
    if not isinstance(operation, UnregisteredOp) and is_side_effect_free(operation):
        return True
    outside = isinstance(operation.parent_op(), FuncOp)
    return outside and not any(is_shaped(value) for value in (*operation.operands, *operation.results))

"""What IREE puts around functions, as a module around its parts, and around their tensors."""

from __future__ import annotations

from xdsl.dialects.func import FuncOp
from xdsl.ir import Operation

from .memory import add_array
from .operations import is_shaped, name_of
from .scope import Scope

CONTAINERS = (
    *("flow.executable", "stream.executable", "hal.executable", "hal.executable.variant", "hal.executable.source"),
)
"""Operations whose region holds a module."""
IMPORTS = (
    *("hal.tensor.import", "util.global.load", "ml_program.global_load", "ml_program.global_load_const"),
    *("flow.dispatch.tensor.load", "iree_tensor_ext.dispatch.tensor.load", "hal.interface.binding.subspan"),
)
"""Operations that give a tensor or a memref from outside of the function."""
EXPORTS = (
    *("hal.tensor.export", "flow.dispatch.tensor.store", "iree_tensor_ext.dispatch.tensor.store"),
    *("util.global.store", "ml_program.global_store"),
)
"""Operations that take a tensor out of the function."""


def import_array(scope: Scope, operation: Operation) -> None:
    """An array that comes from outside of the function, as a whole or a part that stays the same."""
    inside = not isinstance(operation.parent_op(), FuncOp)
    moving = "dispatch" in name_of(operation) and len(operation.operands) > 1
    if inside or moving or not all(map(is_shaped, operation.results)):
        message = f"'{name_of(operation)}' gives a part of a tensor that depends on where it stands"
        raise scope.refuse("W411", message, operation)
    for result in operation.results:
        name = scope.names.fresh(scope.label(result, "input"))
        add_array(scope, result, name, (), local=False)

"""`sizeof` of types, arrays, rows and elements, in bytes of the usual machines with 64 bits."""

from __future__ import annotations

import re
from math import prod
from typing import Any

from .context import Context, Data
from .declared import declared
from .syntax import c_ast


def bytes_of(node: Any, context: Context) -> int | None:
    """What `sizeof` of a node is; None where that is not known. A parameter and other pointers are no arrays."""
    if isinstance(node, c_ast.Typename):
        kind = declared(node.type, context.typedefs)
        return None if kind.dims or not kind.element else width_of(kind.element)
    depth = 0
    while isinstance(node, c_ast.ArrayRef) or (isinstance(node, c_ast.UnaryOp) and node.op == "*"):
        node, depth = node.name if isinstance(node, c_ast.ArrayRef) else node.expr, depth + 1
    symbol = context.scope.find(node.name) if isinstance(node, c_ast.ID) else None
    if not isinstance(symbol, Data) or symbol.follows or not symbol.rank or symbol.rank < depth:
        return None
    if symbol.rank == depth:
        return width_of(symbol.array.element)
    if not symbol.array.shape or not (depth or symbol.whole):
        return None
    return prod(symbol.array.shape[depth:]) * width_of(symbol.array.element)


def width_of(element: str) -> int:
    """The bytes of an element: `f32` has 4, `i1` 1, `f80` 16."""
    (bits,) = re.findall(r"\d+$", element)
    return 1 << max(0, (int(bits) - 1).bit_length() - 3)

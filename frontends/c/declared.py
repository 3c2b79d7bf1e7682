"""The types of declarations: an element, and an axis for every array bound and pointer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from .syntax import c_ast
from .type_names import element_of


@dataclass(frozen=True, slots=True)
class Declared:
    """A type; `element` is empty where C's is none of numbers. A bound of `dims` that is not said is None."""

    element: str
    dims: tuple[Any, ...] = ()
    what: str = ""
    """What something of the type is, where it is no data."""


def declared(node: Any, typedefs: Mapping[str, Declared]) -> Declared:
    """The type of a declaration or of a cast."""
    dims: list[Any] = []
    while isinstance(node, c_ast.ArrayDecl | c_ast.PtrDecl):
        dims.append(getattr(node, "dim", None))
        node = node.type
    if isinstance(node, c_ast.FuncDecl):
        return Declared("", what="a function")
    base = _base(node, typedefs)
    return replace(base, dims=(*dims, *base.dims))


def _base(node: Any, typedefs: Mapping[str, Declared]) -> Declared:
    while isinstance(node, c_ast.TypeDecl):
        node = node.type
    if isinstance(node, c_ast.Enum):
        return Declared("i32")
    names = getattr(node, "names", None)
    if not names:
        return Declared("", what="a structure")
    known = next((typedefs[name] for name in names if name in typedefs), None)
    return known or Declared(element := element_of(names), what="" if element else "of a type that holds no numbers")

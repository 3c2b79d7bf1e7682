"""Sizes of directives: integers, or sympy expressions over free symbols and `Sz(d)`."""

from __future__ import annotations

from collections.abc import Mapping
from operator import index
from typing import TYPE_CHECKING, Any, TypeAlias, cast

if TYPE_CHECKING:
    import sympy

    Size: TypeAlias = int | sympy.Expr
else:
    Size: TypeAlias = object


def as_size(value: object) -> Size:
    """A size as an int if it is a whole number of any kind (of Python, numpy or sympy); anything else as it is."""
    if type(value) is int:
        return value
    try:
        return int(index(cast(Any, value)))
    except TypeError:
        return cast("Size", value)


def size_of(dimension: str) -> sympy.Expr:
    """The symbolic size `Sz(dimension)`, to be bound to the extent later."""
    import sympy

    symbol: sympy.Expr = sympy.Function("Sz")(sympy.Symbol(dimension, integer=True, positive=True))
    return symbol


def free_symbols(size: Size) -> frozenset[str]:
    """The names that a size still depends on; `Sz(K)` counts as `Sz(K)`."""
    if isinstance(size, int):
        return frozenset()
    from sympy.core.function import AppliedUndef

    calls = size.atoms(AppliedUndef)
    plain = size.subs(dict.fromkeys(calls, 1)).free_symbols
    return frozenset(str(item) for item in (*calls, *plain))


def bind_size(size: Size, extents: Mapping[str, int], symbols: Mapping[str, int]) -> Size:
    """Replace `Sz(d)` by the extent of d and named symbols by their values; an int when nothing stays free."""
    if isinstance(size, int):
        return size
    from sympy.core.function import AppliedUndef

    names = {str(call.args[0]): call for call in size.atoms(AppliedUndef)}
    bound: sympy.Basic = size
    for name, call in names.items():
        bound = bound.subs(call, extents.get(name, call))
    for symbol in bound.free_symbols:
        bound = bound.subs(symbol, symbols.get(str(symbol), symbol))
    return int(str(bound)) if bound.is_Integer else cast("sympy.Expr", bound)

"""`linalg.pack` and `linalg.unpack` of whole tiles: each element moves to its place in a tile, or back."""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.ir import Operation, SSAValue

from .affine import Bound, Index, plus, times
from .operations import attribute, name_of, numbers
from .scope import Scope
from .structured import Operand, Structured, loops_of, plain, rank


def packing(scope: Scope, operation: Operation, inputs: Sequence[SSAValue], outputs: Sequence[SSAValue]) -> Structured:
    """The loops over the packed tensor, tiles first; RefusedError where tiles are cut off or have no fixed extents."""
    unpacks = name_of(operation) == "linalg.unpack"
    whole, packed = (outputs[0], inputs[0]) if unpacks else (inputs[0], outputs[0])
    axes, inside = rank(scope, whole), numbers(attribute(operation, "inner_dims_pos")) or ()
    tiles = numbers(attribute(operation, "static_inner_tiles")) or ()
    order = numbers(attribute(operation, "outer_dims_perm")) or tuple(range(axes))
    if len(inside) != len(tiles) or sorted(order) != list(range(axes)) or not set(inside) < {*range(axes), axes}:
        message = f"'{name_of(operation)}' does not say which axes its tiles and their order are of"
        raise scope.refuse("W001", message, operation)
    sizes = scope.array(whole).sizes or ()
    tile = dict(zip(inside, tiles, strict=True))
    for axis, extent in tile.items():
        size = sizes[axis]
        if extent < 1 or not isinstance(size, int) or size % extent:
            raise scope.refuse("W411", f"axis {axis} of '{name_of(operation)}' has other than whole tiles", operation)
    loops = loops_of(scope, [f"d{number}" for number in range(axes + len(inside))])
    places: list[Index] = []
    for axis in range(axes):
        place = Bound.of(loops[order.index(axis)])
        if axis in tile:
            inner = Bound.of(loops[axes + inside.index(axis)])
            places.append(plus(times(place, Bound.of(tile[axis])), inner))
        else:
            places.append(place)
    one, two = Operand(whole, tuple(places)), Operand(packed, plain(loops))
    source, target = (two, one) if unpacks else (one, two)
    return Structured(loops, (source,), (target,), lambda scalars: scalars[:1])

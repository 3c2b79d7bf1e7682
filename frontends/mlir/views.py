"""Memrefs that are others, seen in another way: parts of them, and the same elements under other axes; parts of
tensors.

Each element of a view is one of its array, at subscripts that are affine in those of the view.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

from xdsl.dialects.builtin import DYNAMIC_INDEX, ArrayAttr, MemRefType, TensorType
from xdsl.ir import Operation, SSAValue

from ...ir import Access, Affine, Diagnostic
from .affine import NotAffineError, single
from .lent import lend
from .operations import attribute, name_of, numbers
from .scope import ArrayInfo, Nodes, RefusedError, Scope, View, axis_name


def subview(scope: Scope, operation: Operation) -> None:
    """A part of an array: every stride-th element along every axis, from an offset on; axes of one may be dropped."""
    sizes, own = _part(scope, operation)
    _define(scope, operation, scope.array(operation.operands[0]), sizes, own)


def sliced(scope: Scope, operation: Operation) -> Nodes:
    """A part of a tensor, which nobody writes; copied where something else is done with it than reading elements."""
    source = scope.array(operation.operands[0])
    sizes, own = _part(scope, operation)
    extents = [size.constant for size in sizes if size.is_constant]
    if len(extents) < len(sizes):
        raise scope.refuse("W005", "a size of a part of a tensor is no number", operation)
    found = View(source.name, tuple(own), scope.versions.get(source.name, 0))
    return lend(scope, operation, tuple(extents), found)


def _part(scope: Scope, operation: Operation) -> tuple[list[Affine], list[Affine]]:
    """The sizes of a part, and where its elements are in what it is a part of."""
    source = scope.array(operation.operands[0])
    offsets, sizes, strides = _sides(scope, operation)
    if not len(offsets) == len(sizes) == len(strides) == len(source.sizes or ()):
        raise scope.refuse("W001", f"'{name_of(operation)}' has not one entry for every axis", operation)
    kept = _kept(scope, operation, sizes)
    axes = iter(range(len(kept)))
    own = []
    for number, (offset, stride) in enumerate(zip(offsets, strides, strict=True)):
        along = _axis(next(axes)) * _number(scope, operation, stride) if number in kept else Affine.of(0)
        own.append(offset + along)
    return [sizes[number] for number in kept], own


def _kept(scope: Scope, operation: Operation, sizes: Sequence[Affine]) -> list[int]:
    """The axes that the result has; which of several of one element are dropped makes no difference."""
    left = len(sizes) - len(_shape(operation.results[0]))
    found = []
    for number, size in enumerate(sizes):
        if left > 0 and size == Affine.of(1):
            left -= 1
        else:
            found.append(number)
    if left:
        raise scope.refuse("W001", f"'{name_of(operation)}' drops axes of more than one element", operation)
    return found


def reinterpreted(scope: Scope, operation: Operation) -> None:
    """The memory of an array, from an offset on, under other axes with strides of their own."""
    source = scope.array(operation.operands[0])
    root = scope.arrays[scope.views[source.name].source] if source.name in scope.views else source
    extents = [size for size in root.sizes or () if isinstance(size, int)]
    offsets, sizes, strides = _sides(scope, operation)
    if len(offsets) != 1 or len(sizes) != len(strides) or not extents or len(extents) != len(root.sizes or ()):
        raise scope.refuse("W411", f"how the memory of '{root.name}' lies is not known", operation)
    if root.name in scope.strided:
        raise scope.refuse("W411", f"the memory of '{root.name}' has strides of its own", operation)
    place = offsets[0]
    for number, stride in enumerate(strides):
        place = place + _axis(number) * _number(scope, operation, stride)
    _define(scope, operation, root, sizes, _taken_apart(place, extents))


def expanded(scope: Scope, operation: Operation) -> None:
    """An array whose axes are several each."""
    source = scope.array(operation.operands[0])
    made = _known(scope, operation, _shape(operation.results[0]))
    own = []
    for part in _groups(scope, operation, len(made), len(source.sizes or ())):
        place = Affine.of(0)
        for axis in part:
            place = place * made[axis] + _axis(axis)
        own.append(place)
    _define(scope, operation, source, list(map(Affine.of, made)), own)


def collapsed(scope: Scope, operation: Operation) -> None:
    """An array some of whose axes are one together."""
    source = scope.array(operation.operands[0])
    wide = _known(scope, operation, source.sizes or ())
    groups = _groups(scope, operation, len(wide), len(_shape(operation.results[0])))
    own = [
        index for number, part in enumerate(groups) for index in _taken_apart(_axis(number), [wide[a] for a in part])
    ]
    _define(scope, operation, source, [Affine.of(prod(wide[axis] for axis in part)) for part in groups], own)


def _taken_apart(place: Affine, extents: Sequence[int]) -> list[Affine]:
    """The subscripts of the element at a place of an array whose rows follow one another."""
    found: list[Affine] = []
    for number, extent in enumerate(extents):
        inner = prod(extents[number + 1 :])
        large = [size for size in extents[:number] if size > 1]
        index = place // inner if inner > 1 else place
        found.append(Affine.of(0) if extent == 1 else index % extent if large else index)
    return found


def _axis(number: int) -> Affine:
    return Affine.of(axis_name(number))


def _define(
    scope: Scope, operation: Operation, source: ArrayInfo, sizes: Sequence[Affine], own: Sequence[Affine]
) -> None:
    """Note a view of an array, or of what that is a view of."""
    result = operation.results[0]
    name = scope.names.fresh(scope.label(result, f"{source.name}_view"))
    unknown = Diagnostic("W005", f"a size of '{name}' is no number", span=scope.places.span(operation))
    known = tuple(size.constant if size.is_constant else unknown for size in sizes)
    scope.add_array(result, ArrayInfo(name, known, source.element, local=True))
    place = scope.resolved(Access(source.name, tuple(own)))
    scope.views[name] = View(place.array, place.subscripts)
    scope.empty.add(name)


def _sides(scope: Scope, operation: Operation) -> tuple[list[Affine], list[Affine], list[Affine]]:
    """The offsets, sizes and strides."""
    given = iter(operation.operands[1:])
    sides = [list(_side(scope, operation, given, key)) for key in ("static_offsets", "static_sizes", "static_strides")]
    return sides[0], sides[1], sides[2]


def _side(scope: Scope, operation: Operation, given: Iterator[SSAValue], key: str) -> Iterator[Affine]:
    for number in numbers(attribute(operation, key)) or ():
        if number != DYNAMIC_INDEX:
            yield Affine.of(number)
            continue
        what = key.removeprefix("static_").removesuffix("s")
        try:
            yield single(scope.index(next(given)))
        except NotAffineError as error:
            if error.reason.diagnostic is not None:
                raise RefusedError(error.reason.diagnostic) from None
            raise scope.refuse("W401", f"{what} of a view {error.reason.why}", operation) from None


def _number(scope: Scope, operation: Operation, stride: Affine) -> int:
    if not stride.is_constant:
        raise scope.refuse("W401", f"stride of a view is no number: '{stride}'", operation)
    return stride.constant


def _shape(value: SSAValue) -> tuple[int, ...]:
    return tuple(value.type.get_shape()) if isinstance(value.type, MemRefType | TensorType) else ()


def _known(scope: Scope, operation: Operation, sizes: Sequence[int | Diagnostic]) -> list[int]:
    found = [size for size in sizes if isinstance(size, int) and size != DYNAMIC_INDEX]
    if len(found) != len(sizes):
        raise scope.refuse("W005", f"the extents that '{name_of(operation)}' needs are not all known", operation)
    return found


def _groups(scope: Scope, operation: Operation, wide: int, few: int) -> list[tuple[int, ...]]:
    """Which axes belong together."""
    found = attribute(operation, "reassociation")
    parts = [numbers(item) or () for item in found] if isinstance(found, ArrayAttr) else []
    if [axis for part in parts for axis in part] != list(range(wide)) or len(parts) != few:
        raise scope.refuse("W001", f"'{name_of(operation)}' does not say which axes belong together", operation)
    return parts

"""Tensors that are others under other axes (`tensor.expand_shape`, `tensor.collapse_shape`), or with a number around
them (`tensor.pad`).

Where operations only read such a tensor, no array is made of it: each reads the other tensor, and the number where that
has no element, so that a window over it is one over padding. Where something else is done with it, it is copied.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod

from xdsl.dialects.builtin import ArrayAttr, TensorType
from xdsl.ir import Operation

from ...ir import CONVERSION, Access, Affine, Choice, Compute, Literal, NestLoop, Statement, Value
from .affine import Bound
from .operations import attribute, inputs_and_outputs, name_of, numbers
from .scope import ArrayInfo, Nodes, Padded, Refusal, Reshaped, Scope, View
from .values import define_scalar, is_scalar_operation

_DYNAMIC = -(2**63)
RESHAPES = ("tensor.expand_shape", "tensor.collapse_shape")


@dataclass(frozen=True, slots=True)
class _Edges:
    """How many elements stand before and behind those of the source, along every axis."""

    low: tuple[int, ...]
    high: tuple[int, ...]


def pad(scope: Scope, operation: Operation) -> Nodes:
    """The nodes of a `tensor.pad`; none if all that uses it reads elements."""
    source = scope.array(operation.operands[0])
    edges, number = _edges(scope, operation), _number(scope, operation)
    sizes = _known(scope, source, operation)
    if len(sizes) != len(edges.low):
        raise scope.refuse(
            "W001", f"{len(edges.low)} axes of '{source.name}' are padded; it has {len(sizes)}", operation
        )
    whole = tuple(low + size + high for low, size, high in zip(edges.low, sizes, edges.high, strict=True))
    return lend(scope, operation, whole, Padded(source.name, edges.low, sizes, number, _version(scope, source)))


def _version(scope: Scope, source: ArrayInfo) -> int:
    return scope.versions.get(source.name, 0)


def reshape(scope: Scope, operation: Operation) -> Nodes:
    """The nodes of a `tensor.expand_shape` or `tensor.collapse_shape`; none if all that uses it reads elements.

    Axes that are collapsed and of which several have more than one element are copied.
    """
    source = scope.array(operation.operands[0])
    own, made = _known(scope, source, operation), _shape(operation)
    groups = attribute(operation, "reassociation")
    parts = [numbers(item) or () for item in groups] if isinstance(groups, ArrayAttr) else []
    expands = name_of(operation) == "tensor.expand_shape"
    wide, few = (made, own) if expands else (own, made)
    if [axis for part in parts for axis in part] != list(range(len(wide))) or len(parts) != len(few):
        raise scope.refuse("W001", f"'{name_of(operation)}' does not say which axes belong together", operation)
    for part, extent in zip(parts, few, strict=True):
        if prod(wide[axis] for axis in part) != extent:
            raise scope.refuse("W001", f"axes of {extent} elements become others of another number", operation)
    if expands:
        return lend(scope, operation, made, Reshaped(source.name, _combined(made, parts), _version(scope, source)))
    found: list[tuple[tuple[int, int], ...]] = [()] * len(own)
    for number, part in enumerate(parts):
        large = [axis for axis in part if own[axis] > 1]
        if len(large) > 1:
            return _collapsed(scope, operation, own, _combined(own, parts))
        if large:
            found[large[0]] = ((number, 1),)
    return lend(scope, operation, made, Reshaped(source.name, tuple(found), _version(scope, source)))


def _combined(wide: tuple[int, ...], parts: list[tuple[int, ...]]) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Of every group of axes, how far one step along each of them goes in what they are together."""
    return tuple(tuple((axis, prod(wide[other] for other in part if other > axis)) for axis in part) for part in parts)


def _collapsed(
    scope: Scope, operation: Operation, own: tuple[int, ...], axes: tuple[tuple[tuple[int, int], ...], ...]
) -> Nodes:
    """A copy, element after element of the source: the other way round each were found by a division."""
    source, result = scope.array(operation.operands[0]), operation.results[0]
    name = scope.names.fresh(scope.label(result, f"{source.name}_view"))
    scope.add_array(result, ArrayInfo(name, _shape(operation), source.element, local=True))
    names = [scope.names.fresh(f"d{axis}") for axis in range(len(own))]
    span = scope.places.span(operation)
    read = Access(source.name, tuple(map(Affine.of, names)), span)
    target = replace(Reshaped("", axes, 0).element(read), array=name)
    value = scope.load(read).value
    assert not isinstance(value, Refusal | None)
    return _loops(names, own, Statement(target, value, span=span))


def _loops(names: list[str], extents: tuple[int, ...], statement: Statement) -> Nodes:
    nodes: Nodes = (statement,)
    for iterator, extent in reversed(list(zip(names, extents, strict=True))):
        nodes = (NestLoop(iterator, (Affine.of(0),), (Affine.of(extent),), nodes, span=statement.span),)
    return nodes


def _known(scope: Scope, source: ArrayInfo, operation: Operation) -> tuple[int, ...]:
    sizes = tuple(size for size in source.sizes or () if isinstance(size, int))
    if source.sizes is None or len(sizes) != len(source.sizes):
        raise scope.refuse("W005", f"the extents of '{source.name}' are not all known", operation)
    return sizes


def _shape(operation: Operation) -> tuple[int, ...]:
    found = operation.results[0].type
    return tuple(found.get_shape()) if isinstance(found, TensorType) else ()


def lend(scope: Scope, operation: Operation, whole: tuple[int, ...], found: Padded | Reshaped | View) -> Nodes:
    """Notes that a result stands for elements of another tensor, or copies it."""
    result = operation.results[0]
    name = scope.names.fresh(scope.label(result, f"{found.source}_view"))
    scope.add_array(result, ArrayInfo(name, whole, scope.arrays[found.source].element, local=True))
    scope.lent[name] = found
    if all(_reads(use.operation, use.index) for use in result.uses):
        scope.empty.add(name)
        return ()
    names = [scope.names.fresh(f"d{axis}") for axis in range(len(whole))]
    target = Access(name, tuple(map(Affine.of, names)), scope.places.span(operation))
    value = scope.load(target).value
    assert not isinstance(value, Refusal | None)
    del scope.lent[name]
    return _loops(names, whole, Statement(target, value, span=target.span))


def _reads(operation: Operation, position: int) -> bool:
    """Whether an operation only reads elements of the operand at a position."""
    name = name_of(operation)
    if name in ("tensor.extract", "tensor.dim", *RESHAPES, "tensor.pad", "tensor.extract_slice"):
        return position == 0
    split = inputs_and_outputs(operation) if name.startswith("linalg.") else None
    return split is not None and position < len(split[0])


def _edges(scope: Scope, operation: Operation) -> _Edges:
    given = iter(operation.operands[1:])
    sides = []
    for side in ("static_low", "static_high"):
        found = []
        for count in numbers(attribute(operation, side)) or ():
            if count == _DYNAMIC:
                index = scope.index(next(given))
                number = index.number if isinstance(index, Bound) else None
                if number is None:
                    raise scope.refuse("W005", "how far a tensor is padded is no number", operation)
                count = number
            if count < 0:
                raise scope.refuse("W411", "padding that cuts elements off", operation)
            found.append(count)
        sides.append(tuple(found))
    if len(sides[0]) != len(sides[1]):
        raise scope.refuse("W001", "a tensor is padded along other axes in front than behind", operation)
    return _Edges(*sides)


def _number(scope: Scope, operation: Operation) -> Literal:
    """The number around the elements; it may be made inside of the operation."""
    block = operation.regions[0].blocks[0] if operation.regions and operation.regions[0].blocks else None
    last = block.last_op if block is not None else None
    if block is None or last is None or len(last.operands) != 1:
        raise scope.refuse("W001", "'tensor.pad' does not say with what", operation)
    for inner in block.ops:
        if is_scalar_operation(inner):
            define_scalar(scope, inner)
    found = scope.scalar(last.operands[0]).value
    if not isinstance(found, Literal):
        raise scope.refuse("W411", "what a tensor is padded with is no number", operation)
    return found


def outside(value: Value) -> Value:
    """A product with an element that may be padding by 0, as one that is 0 there as a whole."""
    if not isinstance(value, Compute):
        return value
    operands = tuple(map(outside, value.operands))
    value = Compute(value.function, operands)
    zero = next((item for item in operands if isinstance(item, Choice) and item.otherwise in _ZEROS), None)
    if zero is None or value.function not in ("*", CONVERSION):
        return value
    inner = tuple(item.value if item is zero else item for item in operands)
    return Choice(zero.conditions, outside(Compute(value.function, inner)), Literal(0))


_ZEROS = (Literal(0), Literal(0.0))

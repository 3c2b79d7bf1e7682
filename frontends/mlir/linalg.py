"""`linalg.generic`, the named operations, and what else is a loop nest in one operation.

They have no schedule: the loops are sequential and stand in the order of the operation's iterators.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from xdsl.dialects.builtin import AffineMapAttr, ArrayAttr
from xdsl.ir import Block, Operation, SSAValue
from xdsl.ir.affine import AffineMap

from ...ir import Compute, Literal, holds_integers
from ..guards import WHERE
from .affine import Bound, Index, apply_map, plus, times
from .index import no_index
from .memory import LOADS, load
from .named_ops import BINARY, UNARY, NamedOp, named_op
from .operations import attribute, inputs_and_outputs, is_shaped, name_of, numbers, text
from .packing import packing
from .scope import Nodes, Scalar, Scope
from .structured import Body, Operand, Structured, loops_of, plain, rank, read_structured
from .values import FUNCTIONS, data, define_scalar, is_scalar_operation

Operands = Sequence[SSAValue]
_ELEMENTWISE = ("select", "square", "reciprocal", *UNARY, *BINARY)


def read_linalg(scope: Scope, operation: Operation) -> Nodes:
    """The loop nest of an operation of `linalg`, or of a `memref.copy`."""
    if name_of(operation) == "memref.copy":
        source, target = operation.operands
        return read_structured(scope, operation, _pointwise(scope, operation, (source,), (target,)))
    return read_structured(scope, operation, read_form(scope, operation))


def read_form(scope: Scope, operation: Operation) -> Structured:
    """What an operation of `linalg` means, its operands in their order; its loops get names that are free."""
    name = name_of(operation).removeprefix("linalg.")
    named = named_op(name)
    if named is None and name not in _FORMS:
        hint = "mlir-opt --linalg-generalize-named-ops writes it as 'linalg.generic'"
        raise scope.refuse("W411", f"'linalg.{name}' is not read as a loop nest", operation, hint)
    split = inputs_and_outputs(operation)
    if split is None or not split[1] or not all(is_shaped(value) for value in split[1]):
        raise scope.refuse("W001", f"'{name_of(operation)}' does not say which operands are its outputs", operation)
    inputs, outputs = split
    if named is not None:
        return _named(scope, operation, named, inputs, outputs)
    return _FORMS[name](scope, operation, inputs, outputs)


def _combine(scope: Scope, operation: Operation, function: str, *scalars: Scalar) -> Scalar:
    if function in ("+", "*", "/", "max", "min"):
        _expect(scope, operation, len(scalars), 2, "operands to combine")
    values = tuple(data(scope, scalar, operation) for scalar in scalars)
    loads = frozenset(load for scalar in scalars for load in scalar.loads)
    return Scalar(Compute(function, values), no_index(operation), loads)


# Named operations


def _named(scope: Scope, operation: Operation, named: NamedOp, inputs: Operands, outputs: Operands) -> Structured:
    points = inputs[2:] if named.quantized else ()
    _expect(scope, operation, len(inputs), len(named.operands) + 1 if named.quantized else 2, "inputs")
    inputs = inputs[:2]
    _expect(scope, operation, len(outputs), 1, "outputs")
    loops = loops_of(scope, named.loops)
    maps = _maps(operation)
    if len(maps) == len(named.operands) and all(found.num_dims == len(loops) for found in maps):
        axes: Sequence[Sequence[Index]] = [apply_map(found, plain(loops)) for found in maps]
    else:
        axes = _axes(scope, operation, named, dict(zip(named.loops, loops, strict=True)))
    operands = [Operand(value, tuple(item)) for value, item in zip((*inputs, *outputs), axes, strict=True)]
    operands[2:2] = [Operand(value, ()) for value in points]

    def body(scalars: Sequence[Scalar]) -> Sequence[Scalar]:
        first, second, *zeros, output = scalars
        if zeros:
            pairs = zip((first, second), zeros, strict=True)
            first, second = (_combine(scope, operation, "-", item, zero) for item, zero in pairs)
        term = first if named.pools else _combine(scope, operation, "*", first, second)
        return [_combine(scope, operation, named.function, output, term)]

    return Structured(loops, tuple(operands[:-1]), tuple(operands[-1:]), body)


def _axes(scope: Scope, operation: Operation, named: NamedOp, loops: dict[str, str]) -> list[list[Index]]:
    """The subscripts of every operand, with the strides and dilations of the operation in its windows."""
    factors = iter([_factors(scope, operation, key, named.windows) for key in ("strides", "dilations")])
    pairs = iter(zip(next(factors), next(factors), strict=True))
    found: list[list[Index]] = []
    for operand in named.operands:
        found.append([])
        for axis in operand:
            names = [Bound.of(loops[name]) for name in axis]
            scales = next(pairs) if len(names) == 2 else (1,)
            terms = [times(name, Bound.of(scale)) for name, scale in zip(names, scales, strict=True)]
            found[-1].append(terms[0] if len(terms) == 1 else plus(*terms))
    return found


def _factors(scope: Scope, operation: Operation, key: str, windows: int) -> tuple[int, ...]:
    found = attribute(operation, key)
    if found is None:
        return (1,) * windows
    factors = numbers(found) or ()
    if len(factors) != windows or min(factors, default=1) < 1:
        message = f"'{key}' must be {windows} positive numbers, one per window: '{found}'"
        raise scope.refuse("W001", message, operation)
    return factors


def _expect(scope: Scope, operation: Operation, found: int, expected: int, what: str) -> None:
    if found != expected:
        raise scope.refuse("W001", f"'{name_of(operation)}' has {found} {what}, not {expected}", operation)


def _maps(operation: Operation) -> list[AffineMap]:
    found = attribute(operation, "indexing_maps")
    items = found.data if isinstance(found, ArrayAttr) else ()
    return [item.data for item in items if isinstance(item, AffineMapAttr)]


# Operations with a body, and those whose iterators are the axes of an operand


def _generic(scope: Scope, operation: Operation, inputs: Operands, outputs: Operands) -> Structured:
    maps, values = _maps(operation), (*inputs, *outputs)
    _expect(scope, operation, len(maps), len(values), "indexing maps")
    loops = loops_of(scope, [f"d{number}" for number in range(maps[0].num_dims)])
    operands = [
        Operand(value, apply_map(found, plain(loops)) if is_shaped(value) else ())
        for value, found in zip(values, maps, strict=True)
    ]
    body = _body(scope, operation, loops)
    return Structured(loops, tuple(operands[: len(inputs)]), tuple(operands[len(inputs) :]), body)


def _contract(scope: Scope, operation: Operation, inputs: Operands, outputs: Operands) -> Structured:
    _expect(scope, operation, len(inputs), 2, "inputs")
    _expect(scope, operation, len(outputs), 1, "outputs")
    form = _generic(scope, operation, inputs, outputs)

    def body(scalars: Sequence[Scalar]) -> Sequence[Scalar]:
        return [_combine(scope, operation, "+", scalars[2], _combine(scope, operation, "*", *scalars[:2]))]

    return Structured(form.loops, form.inputs, form.outputs, body)


def _pointwise(scope: Scope, operation: Operation, inputs: Operands, outputs: Operands) -> Structured:
    """The same function of every element, or of a scalar."""
    loops = loops_of(scope, [f"d{number}" for number in range(rank(scope, outputs[0]))])
    values, maps = (*inputs, *outputs), _maps(operation)
    axes = [plain(loops) if is_shaped(value) else () for value in values]
    if len(maps) == len(values) and all(found.num_dims == len(loops) for found in maps):
        axes = [tuple(apply_map(found, plain(loops))) for found in maps]
    operands = [Operand(value, item) for value, item in zip(values, axes, strict=True)]
    body = _elementwise(scope, operation, len(inputs), holds_integers(scope.array(outputs[0]).element))
    return Structured(loops, tuple(operands[: len(inputs)]), tuple(operands[len(inputs) :]), body)


def _elementwise(scope: Scope, operation: Operation, inputs: int, integers: bool) -> Body:
    name = name_of(operation).rpartition(".")[2]
    if name == "elementwise":
        name = str(attribute(operation, "kind")).rpartition("<")[2].rstrip(">")
        if name not in _ELEMENTWISE:
            raise scope.refuse("W411", f"'linalg.elementwise' of kind '{name}' is not read", operation)
    if name == "map":
        return _body(scope, operation, ())
    _expect(scope, operation, inputs, 3 if name == "select" else 2 if name in BINARY else 1, "inputs")

    def body(scalars: Sequence[Scalar]) -> Sequence[Scalar]:
        if name in ("copy", "fill"):
            return scalars[:1]
        if name == "select":
            return [_combine(scope, operation, WHERE, *scalars[:3])]
        if name == "square":
            return [_combine(scope, operation, "*", scalars[0], scalars[0])]
        if name == "reciprocal":
            return [_combine(scope, operation, "/", Scalar(Literal(1.0), no_index(operation)), scalars[0])]
        function = UNARY.get(name) or BINARY[name]
        function = "divsi" if function == "/" and integers else function
        return [_combine(scope, operation, function, *scalars[:inputs])]

    return body


def _transpose(scope: Scope, operation: Operation, inputs: Operands, outputs: Operands) -> Structured:
    """Axis `i` of the output is axis `permutation[i]` of the input."""
    count = rank(scope, outputs[0])
    order = numbers(attribute(operation, "permutation")) or ()
    if sorted(order) != list(range(count)):
        raise scope.refuse("W001", f"'permutation' must name each of {count} axes once", operation)
    loops = loops_of(scope, [f"d{number}" for number in range(count)])
    return _moved(operation, inputs, outputs, loops, [loops[order.index(axis)] for axis in range(count)])


def _broadcast(scope: Scope, operation: Operation, inputs: Operands, outputs: Operands) -> Structured:
    """The input has the axes of the output but those in `dimensions`."""
    dropped = numbers(attribute(operation, "dimensions")) or ()
    loops = loops_of(scope, [f"d{number}" for number in range(rank(scope, outputs[0]))])
    return _moved(operation, inputs, outputs, loops, [n for k, n in enumerate(loops) if k not in dropped])


def _moved(
    operation: Operation, inputs: Operands, outputs: Operands, loops: tuple[str, ...], source: Sequence[str]
) -> Structured:
    sources = tuple(Operand(value, plain(source)) for value in inputs)
    targets = tuple(Operand(value, plain(loops)) for value in outputs)
    return Structured(loops, sources, targets, lambda scalars: scalars[: len(outputs)])


def _reduce(scope: Scope, operation: Operation, inputs: Operands, outputs: Operands) -> Structured:
    """The outputs have the axes of the inputs but those in `dimensions`."""
    _expect(scope, operation, len(inputs), len(outputs), "inputs")
    dropped = numbers(attribute(operation, "dimensions")) or ()
    loops = loops_of(scope, [f"d{number}" for number in range(rank(scope, inputs[0]))])
    kept = [name for number, name in enumerate(loops) if number not in dropped]
    sources = tuple(Operand(value, plain(loops)) for value in inputs)
    targets = tuple(Operand(value, plain(kept)) for value in outputs)
    return Structured(loops, sources, targets, _body(scope, operation, loops))


def _body(scope: Scope, operation: Operation, loops: Sequence[str]) -> Body:
    """What the region of an operation computes, or the one operation that stands for it."""
    combiner = text(operation, "combiner")

    def body(scalars: Sequence[Scalar]) -> Sequence[Scalar]:
        if combiner is not None:
            operands = scalars[:-1] if name_of(operation) == "linalg.map" else scalars[::-1]
            function = FUNCTIONS.get(combiner, combiner.partition(".")[2])
            return [_combine(scope, operation, function, *operands)]
        if len(operation.regions) != 1 or len(operation.regions[0].blocks) != 1:
            raise scope.refuse("W001", f"'{name_of(operation)}' needs a body of one block", operation)
        return _region(scope, operation.regions[0].block, loops, scalars)

    return body


def _region(scope: Scope, block: Block, loops: Sequence[str], scalars: Sequence[Scalar]) -> Sequence[Scalar]:
    scope.scalars |= dict(zip(block.args, scalars, strict=False))
    for operation in block.ops:
        name = name_of(operation)
        if not name.startswith("linalg."):
            scope.verify(operation)
        if name == "linalg.yield":
            return [scope.scalar(value) for value in operation.operands]
        if name == "linalg.index":
            (number,) = numbers(attribute(operation, "dim")) or (-1,)
            if not 0 <= number < len(loops):
                raise scope.refuse("W001", f"there is no iterator {number}", operation)
            scope.scalars[operation.results[0]] = Scalar(None, Bound.of(loops[number]))
        elif name in LOADS:
            load(scope, operation)
        elif is_scalar_operation(operation):
            define_scalar(scope, operation)
        else:
            raise scope.refuse("W411", f"'{name}' is not read in the body of an operation", operation)
        scope.done.add(operation)
    return []


_FORMS: dict[str, Callable[[Scope, Operation, Operands, Operands], Structured]] = {
    "generic": _generic,
    "contract": _contract,
    "transpose": _transpose,
    "broadcast": _broadcast,
    "reduce": _reduce,
    **dict.fromkeys(("pack", "unpack"), packing),
    **dict.fromkeys(("map", "copy", "fill", "elementwise", *_ELEMENTWISE), _pointwise),
}

"""The compute-centric form: sequential and parallel loops around statements with affine accesses.

A loop nest prints as a Python function that `weft.frontends.python` reads back to an equal nest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from .affine import Affine
from .dataflow import Placement
from .diagnostic import Diagnostic, Span
from .printable import make_printable


class LoopKind(StrEnum):
    """How the iterations of a loop run."""

    SEQUENTIAL = "range"
    """One after the other: a coordinate of time."""
    PARALLEL = "parallel"
    """Each on a unit of its own: a coordinate of space."""
    CHUNK = "chunk"
    """All in one step of one unit: the points of its chunk."""


@dataclass(frozen=True, slots=True)
class Array:
    """An array, or a scalar if it has no axes; `shape` is None where it is unknown, `element` is MLIR's type name.

    A `local` array is not seen outside of the function.
    """

    name: str
    shape: tuple[int, ...] | None = None
    element: str = "f64"
    local: bool = False


@dataclass(frozen=True, slots=True)
class Access:
    """An element of an array: one expression per axis, none for a scalar."""

    array: str
    subscripts: tuple[Affine, ...] = ()
    span: Span | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"{self.array}[{', '.join(str(item) for item in self.subscripts)}]" if self.subscripts else self.array


@dataclass(frozen=True, slots=True)
class Literal:
    """A number."""

    value: int | float

    def __str__(self) -> str:
        return repr(self.value)


@dataclass(frozen=True, slots=True)
class Compute:
    """A function of values: an operator `+ - * /` of two (`-` also of one) or a function such as `max` or `exp`."""

    function: str
    operands: tuple[Value, ...]

    def __str__(self) -> str:
        if self.function not in tuple("+-*/"):
            return f"{self.function}({', '.join(str(item) for item in self.operands)})"
        texts = [
            f"({item})" if isinstance(item, Compute) and item.function in tuple("+-*/") else str(item)
            for item in self.operands
        ]
        return f"-{texts[0]}" if len(texts) == 1 else f" {self.function} ".join(texts)


Value: TypeAlias = Access | Literal | Compute

CONVERSION = "convert"
"""The function of a value that another element type may change: counted as nothing, and not to be emitted."""


class Operation(StrEnum):
    """What a statement does."""

    MULTIPLY_ACCUMULATE = "multiply-accumulate"
    """Adds a product of accesses to the target; the product may have scalar factors and a sign."""
    MAX = "max"
    MIN = "min"
    FILL = "fill"
    """Sets the target to a number or a scalar."""
    COPY = "copy"
    ELEMENTWISE = "elementwise"


@dataclass(frozen=True, slots=True)
class Statement:
    """`target = value`, or `target = target ⊕ value` where `reduction` is one of `+`, `*`, `max`, `min`."""

    target: Access
    value: Value
    reduction: str = ""
    span: Span | None = field(default=None, compare=False)

    @property
    def operation(self) -> Operation:
        """What the statement does, as its form says."""
        if self.reduction in ("max", "min") and isinstance(self.value, Access):
            return Operation(self.reduction)
        if self.reduction == "+" and any(item.subscripts for item in factors(self.value) or ()):
            return Operation.MULTIPLY_ACCUMULATE
        if not self.reduction and isinstance(self.value, Literal):
            return Operation.FILL
        if not self.reduction and isinstance(self.value, Access):
            return Operation.COPY if self.value.subscripts else Operation.FILL
        return Operation.ELEMENTWISE

    @property
    def reads(self) -> tuple[Access, ...]:
        """Every access of the value, in order; the target of a reduction is not among them."""
        return tuple(accesses(self.value))

    def __str__(self) -> str:
        if self.reduction in ("+", "*"):
            return f"{self.target} {self.reduction}= {self.value}"
        if self.reduction:
            return f"{self.target} = {self.reduction}({self.target}, {self.value})"
        return f"{self.target} = {self.value}"


def accesses(value: Value) -> Iterator[Access]:
    """The accesses of a value, from left to right."""
    if isinstance(value, Access):
        yield value
    elif isinstance(value, Compute):
        for operand in value.operands:
            yield from accesses(operand)


def factors(value: Value) -> tuple[Access, ...] | None:
    """The accesses of a product of accesses and numbers with any sign, converted or not; None for anything else.

    A factor may be shifted by zero points, which are not among the accesses.
    """
    if isinstance(value, Access):
        return (value,)
    if isinstance(value, Literal):
        return ()
    if value.function in ("*", CONVERSION) or (value.function == "-" and len(value.operands) == 1):
        operands = [_unshifted(item)[0] for item in value.operands] if value.function == "*" else value.operands
        parts = [factors(operand) for operand in operands]
        return None if any(part is None for part in parts) else tuple(item for part in parts for item in part or ())
    return None


def zero_points(value: Value) -> tuple[Value, ...]:
    """What is added to, or taken from, elements before they are multiplied: `za` and `zb` of `(a - za) * (b - zb)`."""
    if not isinstance(value, Compute):
        return ()
    pairs = [_unshifted(item) if value.function == "*" else (item, ()) for item in value.operands]
    return tuple(point for item, points in pairs for point in (*points, *zero_points(item)))


def _unshifted(value: Value) -> tuple[Value, tuple[Value, ...]]:
    """An element without the numbers or scalars that shift it, and these; anything else as it is."""
    if not isinstance(value, Compute):
        return value, ()
    if value.function == CONVERSION:
        inner, points = _unshifted(value.operands[0])
        return (Compute(CONVERSION, (inner,)), points) if points else (value, ())
    if value.function not in ("+", "-") or len(value.operands) != 2:
        return value, ()
    for element, point in (value.operands, value.operands[::-1]):
        inner, points = _unshifted(element)
        found = factors(inner) or ()
        if len(found) == 1 and found[0].subscripts and all(map(_is_fixed, accesses(point))):
            return inner, (*points, point)
    return value, ()


def _is_fixed(access: Access) -> bool:
    """Whether an access is the same element in every iteration."""
    return all(axis.is_constant for axis in access.subscripts)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Stands for source that is no part of a loop nest, with the reasons."""

    diagnostics: tuple[Diagnostic, ...]

    def __str__(self) -> str:
        return f"...  # {'; '.join(item.message for item in self.diagnostics)}"


@dataclass(frozen=True, slots=True)
class NestLoop:
    """`for iterator in [max(lower), min(upper))` by `step` (positive, or negative: then down to above `upper`).

    `units` says how many units a parallel loop has where that is not the number of its iterations; with fewer units
    than iterations, unit p runs iterations p, p + units, … `memory` names the memory inside of each unit.
    """

    iterator: str
    lower: tuple[Affine, ...]
    upper: tuple[Affine, ...]
    body: tuple[Node, ...]
    step: int = 1
    kind: LoopKind = LoopKind.SEQUENTIAL
    units: int | None = None
    memory: str | None = None
    span: Span | None = field(default=None, compare=False)

    @property
    def header(self) -> str:
        """The loop's first line in Python's syntax."""
        bounds = [_extreme("max", self.lower), _extreme("min", self.upper)]
        if self.step < 0:
            bounds = [_extreme("min", self.lower), _extreme("max", self.upper)]
        if self.step != 1:
            bounds.append(str(self.step))
        elif bounds[0] == "0":
            del bounds[0]
        bounds += [f"units={self.units}"] if self.units is not None else []
        bounds += [f'memory="{self.memory}"'] if self.memory is not None else []
        return f"for {self.iterator} in {self.kind}({', '.join(bounds)}):"


def _extreme(function: str, expressions: tuple[Affine, ...]) -> str:
    texts = [str(item) for item in expressions]
    return texts[0] if len(texts) == 1 else f"{function}({', '.join(texts)})"


Node: TypeAlias = NestLoop | Statement | Unreadable


@dataclass(frozen=True, slots=True)
class LoopNest:
    """A function: arrays, and loops and statements in order. `placements` say what the memories of the units hold."""

    name: str
    arrays: tuple[Array, ...]
    body: tuple[Node, ...]
    placements: tuple[Placement, ...] = ()
    span: Span | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        make_printable(self, "name")

    def array(self, name: str) -> Array:
        """The array of that name; KeyError if there is none."""
        return {array.name: array for array in self.arrays}[name]

    def statements(self) -> Iterator[tuple[tuple[NestLoop, ...], Statement | Unreadable]]:
        """Every statement with the loops around it, outermost first, in the order of the text."""
        return _walk((), self.body)

    def __str__(self) -> str:
        arguments = ", ".join(f"{item.name}{_annotation(item, ': ')}" for item in self.arrays if not item.local)
        lines = [f"def {self.name}({arguments}):"]
        lines += [f"    {item.name} = local({_annotation(item)})" for item in self.arrays if item.local]
        for item in self.placements:
            names = ", ".join(f'"{name}"' for name in (item.memory, *item.tensors))
            lines.append(f"    hold({names})")
        lines += [line for node in self.body for line in _lines(node, 1)] or ["    pass"]
        return "\n".join(lines)


def _walk(
    around: tuple[NestLoop, ...], body: tuple[Node, ...]
) -> Iterator[tuple[tuple[NestLoop, ...], Statement | Unreadable]]:
    for node in body:
        if isinstance(node, NestLoop):
            yield from _walk((*around, node), node.body)
        else:
            yield around, node


def _annotation(array: Array, before: str = "") -> str:
    if array.shape is None:
        return ""
    return f'{before}"{array.element}[{", ".join(str(size) for size in array.shape)}]"'


def _lines(node: Node, depth: int) -> Iterator[str]:
    indent = "    " * depth
    if not isinstance(node, NestLoop):
        yield f"{indent}{node}"
        return
    yield indent + node.header
    if not node.body:
        yield f"{indent}    pass"
    for inner in node.body:
        yield from _lines(inner, depth + 1)

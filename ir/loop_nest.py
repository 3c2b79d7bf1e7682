"""The compute-centric form: sequential and parallel loops around statements with affine accesses.

A loop nest prints as a Python function that `weft.frontends.python` reads back to an equal nest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import inf
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
            return f"{self.function}({', '.join(map(str, self.operands))})" if self.function != INITIAL else "..."
        texts = [
            f"({item})" if isinstance(item, Compute) and item.function in tuple("+-*/") else str(item)
            for item in self.operands
        ]
        return f"-{texts[0]}" if len(texts) == 1 else f" {self.function} ".join(texts)


@dataclass(frozen=True, slots=True)
class Choice:
    """`value` in iterations in which none of `conditions` is negative, in all others `otherwise`; one is evaluated."""

    conditions: tuple[Affine, ...]
    value: Value
    otherwise: Value

    def __str__(self) -> str:
        conditions = " and ".join(f"{item} >= 0" for item in self.conditions)
        return f"({self.value} if {conditions} else {self.otherwise})"


Value: TypeAlias = Access | Literal | Compute | Choice

NEUTRAL = {"+": Literal(0), "*": Literal(1), "max": Literal(-inf), "min": Literal(inf)}
"""What changes nothing when a reduction takes it in."""

CONVERSION = "convert"
"""The function of a value that another element type may change: counted as nothing, and not to be emitted."""
INITIAL = "initial"
"""The function, of no operands, of what an array begins with and is not said: printed as `...`, not to be emitted."""


class StatementKind(StrEnum):
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
    def kind(self) -> StatementKind:
        """What the statement does, as its form says."""
        if self.reduction in ("max", "min") and isinstance(_guarded(self)[0], Access):
            return StatementKind(self.reduction)
        if self.reduction == "+" and any(item.subscripts for item in self.factors or ()):
            return StatementKind.MULTIPLY_ACCUMULATE
        if not self.reduction and isinstance(self.value, Literal):
            return StatementKind.FILL
        if not self.reduction and isinstance(self.value, Access):
            return StatementKind.COPY if self.value.subscripts else StatementKind.FILL
        return StatementKind.ELEMENTWISE

    @property
    def factors(self) -> tuple[Access, ...] | None:
        """The accesses of the product that is set or taken in, under conditions or not; None if it is no product."""
        return factors(_guarded(self)[0])

    @property
    def operands(self) -> tuple[Access, ...]:
        """The elements of arrays that are read: of a product its factors, without zero points; scalars are none."""
        found = self.factors
        return tuple(item for item in (self.reads if found is None else found) if item.subscripts)

    @property
    def shifts(self) -> tuple[Compute, ...]:
        """What shifts elements before they are multiplied: `a - za` and `b - zb` of `(a - za) * (b - zb)`."""
        product = _product(_guarded(self)[0])
        return () if product is None else product[1]

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The conditions under which the statement takes in something: choices of it or of the neutral number."""
        value, found = _guarded(self)
        return (*found, *_choices(value))

    @property
    def conditions(self) -> tuple[Affine, ...]:
        """The conditions of all choices."""
        return tuple(condition for choice in self.choices for condition in choice.conditions)

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
    elif isinstance(value, Choice):
        yield from accesses(value.value)
        yield from accesses(value.otherwise)


def mapped(
    value: Value, access: Callable[[Access], Value], expression: Callable[[Affine], Affine] = lambda item: item
) -> Value:
    """A value with every access changed, and the conditions of its choices with `expression`."""
    if isinstance(value, Access):
        return access(value)
    if isinstance(value, Compute):
        return replace(value, operands=tuple(mapped(item, access, expression) for item in value.operands))
    if isinstance(value, Choice):
        parts = (mapped(item, access, expression) for item in (value.value, value.otherwise))
        return Choice(tuple(map(expression, value.conditions)), *parts)
    return value


def factors(value: Value) -> tuple[Access, ...] | None:
    """The accesses of a product of accesses and numbers with any sign, converted or not; None for anything else.

    A factor may be shifted by zero points, which are not among the accesses, and may be 0 under a condition.
    """
    product = _product(value)
    return None if product is None else product[0]


_Product: TypeAlias = tuple[tuple[Access, ...], tuple[Compute, ...]]
"""The accesses that are multiplied, and what shifts them by zero points."""


def _product(value: Value) -> _Product | None:
    if isinstance(value, Access):
        return (value,), ()
    if isinstance(value, Literal):
        return (), ()
    if isinstance(value, Choice):
        chosen = _chosen(value, NEUTRAL["+"])
        return None if chosen is None else _factor(chosen)
    if value.function == CONVERSION or (value.function == "-" and len(value.operands) == 1):
        return _product(value.operands[0])
    if value.function != "*":
        return None
    found: _Product = (), ()
    for operand in value.operands:
        part = _factor(operand)
        if part is None:
            return None
        found = (*found[0], *part[0]), (*found[1], *part[1])
    return found


def _factor(value: Value) -> _Product | None:
    """A product, or an element that numbers or scalars shift."""
    if not isinstance(value, Compute):
        return _product(value)
    if value.function == CONVERSION or (value.function == "-" and len(value.operands) == 1):
        return _factor(value.operands[0])
    if value.function not in ("+", "-") or len(value.operands) != 2:
        return _product(value)
    for element, point in (value.operands, value.operands[::-1]):
        found = _factor(element) if all(map(_is_fixed, accesses(point))) else None
        whole = next(_choices(element), None) is None
        if found is not None and whole and len(found[0]) == 1 and found[0][0].subscripts:
            return found[0], (*found[1], value)
    return None


def _chosen(choice: Choice, neutral: Literal) -> Value | None:
    """What is chosen where it is not the neutral number."""
    sides = choice.value, choice.otherwise
    return next((one for one, other in (sides, sides[::-1]) if other == neutral), None)


def _guarded(statement: Statement) -> tuple[Value, tuple[Choice, ...]]:
    """The value of a reduction without choices of it or of the neutral number, and these."""
    value, found = statement.value, list[Choice]()
    while isinstance(value, Choice) and statement.reduction:
        chosen = _chosen(value, NEUTRAL[statement.reduction])
        if chosen is None:
            break
        found.append(value)
        value = chosen
    return value, tuple(found)


def _choices(value: Value) -> Iterator[Choice]:
    if isinstance(value, Choice):
        yield value
        yield from (item for side in (value.value, value.otherwise) for item in _choices(side))
    elif isinstance(value, Compute):
        yield from (item for operand in value.operands for item in _choices(operand))


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
        return leaves(self.body)

    def __str__(self) -> str:
        arguments = ", ".join(f"{item.name}{_annotation(item, ': ')}" for item in self.arrays if not item.local)
        lines = [f"def {self.name}({arguments}):"]
        lines += [f"    {item.name} = local({_annotation(item)})" for item in self.arrays if item.local]
        for item in self.placements:
            names = ", ".join(f'"{name}"' for name in (item.memory, *item.tensors))
            lines.append(f"    hold({names})")
        lines += [line for node in self.body for line in _lines(node, 1)] or ["    pass"]
        return "\n".join(lines)


def leaves(
    body: tuple[Node, ...], around: tuple[NestLoop, ...] = ()
) -> Iterator[tuple[tuple[NestLoop, ...], Statement | Unreadable]]:
    """Every statement of a body with the loops around it, those `around` the body first, in the order of the text."""
    for node in body:
        if isinstance(node, NestLoop):
            yield from leaves(node.body, (*around, node))
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

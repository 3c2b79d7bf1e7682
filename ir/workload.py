"""What is computed: dimensions with extents, tensors with affine subscripts, and the window indices."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from math import gcd, prod

from .affine import Affine
from .loop_nest import NEUTRAL, Access, Statement, mapped
from .operations import MAC, operations_of
from .sparsity import Density
from .unordered import UNORDERED

LARGEST = Statement(Access("output"), Access("input"), "max")
"""What pooling does unless its layer says otherwise: the largest element of each window."""


@dataclass(frozen=True, slots=True)
class Term:
    """`coefficient · dimension` inside a subscript."""

    dimension: str
    coefficient: int = 1

    def __str__(self) -> str:
        return self.dimension if self.coefficient == 1 else f"{self.coefficient}*{self.dimension}"


@dataclass(frozen=True)
class Subscript:
    """One tensor axis: a sum of at most two terms with positive coefficients."""

    terms: tuple[Term, ...] = field(metadata=UNORDERED)

    @cached_property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions that the axis depends on."""
        return tuple(term.dimension for term in self.terms)

    def __str__(self) -> str:
        return " + ".join(str(term) for term in self.terms)


@dataclass(frozen=True)
class Tensor:
    """A named tensor, one subscript per axis."""

    name: str
    subscripts: tuple[Subscript, ...] = field(metadata=UNORDERED)

    @cached_property
    def dimensions(self) -> frozenset[str]:
        """All dimensions that move the tensor."""
        return frozenset(name for subscript in self.subscripts for name in subscript.dimensions)

    def __str__(self) -> str:
        return f"{self.name}[{', '.join(str(subscript) for subscript in self.subscripts)}]"


@dataclass(frozen=True, slots=True)
class Index:
    """A data coordinate over two dimensions: `name = stride·output + dilation·window`."""

    name: str
    output: str
    window: str
    stride: int = 1
    dilation: int = 1

    def span(self, outputs: int, taps: int) -> int:
        """How many coordinates `outputs` neighbouring windows of `taps` taps stretch over."""
        return (outputs - 1) * self.stride + (taps - 1) * self.dilation + 1

    def windows(self, length: int, taps: int) -> int:
        """How many whole windows of `taps` taps a stretch of `length` coordinates holds (0 if none)."""
        return max(0, (length - (taps - 1) * self.dilation - 1) // self.stride + 1)

    @property
    def subscript(self) -> Subscript:
        """The index as a tensor axis."""
        return Subscript((Term(self.output, self.stride), Term(self.window, self.dilation)))

    def __str__(self) -> str:
        return f"{self.name} = {self.subscript}"


@dataclass(frozen=True)
class Workload:
    """A statement over a box of iteration points.

    `dimensions` holds (name, extent) pairs; every point reads one element of each input and updates one of `output`.
    `statement` says what it does with them, tensors without subscripts; None is the multiply-accumulate, the product
    of all inputs added to the output. What it names that is no tensor is a scalar, which the elements keep.
    Axes of the output are single dimensions. `zero_insertion` holds (index, factor) pairs: along that index the input
    has `factor - 1` zeros between stored elements, as a transposed convolution has. `padding` holds (index, before,
    after): how many coordinates in front of the stored elements and behind them hold what changes nothing (`outside`),
    zeros in a sum. `densities` says how many elements of some tensors are not zero; the others are dense.
    """

    operator: str
    dimensions: tuple[tuple[str, int], ...] = field(metadata=UNORDERED)
    inputs: tuple[Tensor, ...] = field(metadata=UNORDERED)
    output: Tensor
    indices: tuple[Index, ...] = field(default=(), metadata=UNORDERED)
    zero_insertion: tuple[tuple[str, int], ...] = field(default=(), metadata=UNORDERED)
    densities: tuple[tuple[str, Density], ...] = field(default=(), metadata=UNORDERED)
    padding: tuple[tuple[str, int, int], ...] = field(default=(), metadata=UNORDERED)
    statement: Statement | None = None

    @cached_property
    def extents(self) -> dict[str, int]:
        """Dimension name to extent, in order."""
        return dict(self.dimensions)

    @cached_property
    def tensors(self) -> tuple[Tensor, ...]:
        """The inputs, then the output."""
        return (*self.inputs, self.output)

    @cached_property
    def points(self) -> int:
        """The number of iteration points."""
        return prod(self.extents.values())

    @cached_property
    def operations(self) -> dict[str, int]:
        """How often each operation is executed at a point, by name."""
        return dict(operations_of(self.point_statement))

    @cached_property
    def point_statement(self) -> Statement | None:
        """The statement with its tensors as elements of arrays at a point: what has no subscripts is a scalar."""
        if self.statement is None:
            return None
        point = (Affine.of("point"),)
        elements = {tensor.name: Access(tensor.name, point) for tensor in self.tensors}
        return replace(self.statement, value=mapped(self.statement.value, lambda item: elements.get(item.array, item)))

    @cached_property
    def macs(self) -> int:
        """Multiply-accumulates of all iteration points."""
        return self.points * self.operations.get(MAC, 0)

    @cached_property
    def useful_macs(self) -> int:
        """Multiply-accumulates whose input is stored and neither an inserted zero nor padding."""
        return self.useful_points * self.operations.get(MAC, 0)

    @cached_property
    def useful_points(self) -> int:
        """Iteration points whose input is stored and neither an inserted zero nor padding."""
        points = self.points
        for name, stored in self.stored.items():
            index = self.index_by_name[name]
            outputs, taps = self.extents[index.output], self.extents[index.window]
            points = points // (outputs * taps) * _meetings(index, outputs, taps, stored)
        return points

    @cached_property
    def stored(self) -> dict[str, range]:
        """The coordinates that hold stored elements, of every index along which there are zeros beside them."""
        found = {}
        for name, before, after in self.padding:
            index = self.index_by_name[name]
            found[name] = range(before, index.span(self.extents[index.output], self.extents[index.window]) - after)
        for name, factor in self.zero_insertion:
            index = self.index_by_name[name]
            full = index.dilation * (self.extents[index.window] - 1)
            found[name] = range(full, index.stride * (self.extents[index.output] - 1) + 1, factor)
        return found

    @cached_property
    def reduction_dimensions(self) -> frozenset[str]:
        """Dimensions that the output does not depend on."""
        return frozenset(self.extents) - self.output.dimensions

    @cached_property
    def index_by_name(self) -> dict[str, Index]:
        """Index name to index."""
        return {index.name: index for index in self.indices}

    def tensor(self, name: str) -> Tensor:
        """The tensor of that name; KeyError if there is none."""
        return {tensor.name: tensor for tensor in self.tensors}[name]

    def footprint(self, tensor: Tensor) -> int:
        """How many distinct elements of `tensor` the whole workload touches."""
        return prod(
            axis_elements(tuple((self.extents[t.dimension], t.coefficient) for t in subscript.terms))
            for subscript in tensor.subscripts
        )

    def __hash__(self) -> int:
        return hash((self.operator, self.dimensions, self.indices, self.output))

    def __str__(self) -> str:
        lines = [f"Type: {self.operator}"]
        lines.append("Dimensions { " + ", ".join(f"{name}: {extent}" for name, extent in self.dimensions) + " }")
        if self.operator == "AFFINE":
            if self.indices:
                lines.append("Index { " + "; ".join(str(index) for index in self.indices) + " }")
            lines.append("Tensors { " + "; ".join(str(tensor) for tensor in self.tensors) + " }")
            return "\n".join(lines + self.further_lines)
        factors = dict(self.zero_insertion)
        strides = {index.name: factors.get(index.name, index.stride) for index in self.indices}
        default = 2 if self.operator == "TRCONV" else 1
        if any(stride != default for stride in strides.values()):
            lines.append("Stride { " + ", ".join(f"{name}: {value}" for name, value in strides.items()) + " }")
        if any(index.dilation != 1 for index in self.indices):
            dilations = ", ".join(f"{index.name}: {index.dilation}" for index in self.indices)
            lines.append("Dilation { " + dilations + " }")
        return "\n".join(lines + self.further_lines)

    @property
    def further_lines(self) -> list[str]:
        """What a workload has beside its operator, as text."""
        usual = self.operator == "POOL" and self.statement == LARGEST
        statement = [] if self.statement is None or usual else [f"Statement {{ {self.statement} }}"]
        return statement + self.padding_lines + self.density_lines

    @property
    def zeros(self) -> str:
        """What the multiply-accumulates that are not useful multiply by."""
        if self.zero_insertion and self.padding:
            return "zeros"
        return "padding" if self.padding else "inserted zeros"

    @property
    def outside(self) -> int | float | None:
        """What padding adds to an output: what changes nothing, -inf where the largest is looked for.

        None where nothing is reduced: an output of padding alone is then set, and its value is no matter of counts.
        """
        if self.statement is None:
            return 0
        return NEUTRAL[self.statement.reduction].value if self.statement.reduction else None

    @property
    def padding_lines(self) -> list[str]:
        """The blocks of padding as text: before the stored elements, and behind them where that is not the same."""
        if not self.padding:
            return []
        before = ", ".join(f"{name}: {count}" for name, count, _ in self.padding)
        after = ", ".join(f"{name}: {count}" for name, _, count in self.padding)
        lines = [f"Padding {{ {before} }}"]
        alike = all(front == back for _, front, back in self.padding)
        return lines if alike else [*lines, f"PaddingAfter {{ {after} }}"]

    @property
    def density_lines(self) -> list[str]:
        """The block of densities as text; nothing if all tensors are dense."""
        densities = ", ".join(f"{name}: {density}" for name, density in self.densities)
        return [f"Density {{ {densities} }}"] if densities else []


def _meetings(index: Index, outputs: int, taps: int, stored: range) -> int:
    """How many pairs of an output and a tap meet a stored element."""
    full = index.dilation * (taps - 1)
    if index.stride == 1 and stored and stored[0] >= full and stored[-1] < outputs:
        # With full padding on both sides every tap meets every stored element.
        return len(stored) * taps
    (count, step), (others, apart) = ((outputs, index.stride), (taps, index.dilation))[:: 1 if outputs < taps else -1]
    return sum(_on_grid(range(at, at + others * apart, apart), stored) for at in range(0, count * step, step))


def _on_grid(places: range, stored: range) -> int:
    """How many of the places are stored."""
    if not stored or not places:
        return 0
    common = gcd(places.step, stored.step)
    if (stored.start - places.start) % common:
        return 0
    period = places.step // common * stored.step
    inverse = pow(places.step // common, -1, stored.step // common) if stored.step > common else 0
    first = places.start + places.step * ((stored.start - places.start) // common * inverse % (stored.step // common))
    low, high = max(places.start, stored.start), min(places[-1], stored[-1])
    first += -(-max(0, low - first) // period) * period
    return max(0, (high - first) // period + 1)


def axis_elements(terms: tuple[tuple[int, int], ...]) -> int:
    """Size of { Σ coefficientᵢ·xᵢ : 0 ≤ xᵢ < lengthᵢ } for (length, coefficient) pairs, one or two of them."""
    if len(terms) == 1:
        return terms[0][0]
    (outputs, stride), (taps, dilation) = terms
    # Points (y, r) and (y + dilation/g, r - stride/g) meet in one element; every other pair is distinct.
    common = gcd(stride, dilation)
    return outputs * taps - max(0, outputs - dilation // common) * max(0, taps - stride // common)

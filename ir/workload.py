"""What is computed: dimensions with extents, tensors with affine subscripts, and the window indices."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from math import gcd, prod

from .sparsity import Density
from .unordered import UNORDERED


@dataclass(frozen=True, slots=True)
class Term:
    """`coefficient · dimension` inside a subscript."""

    dimension: str
    coefficient: int = 1

    def __str__(self) -> str:
        return self.dimension if self.coefficient == 1 else f"{self.coefficient}*{self.dimension}"


@dataclass(frozen=True, slots=True)
class Subscript:
    """One tensor axis: a sum of at most two terms with positive coefficients."""

    terms: tuple[Term, ...] = field(metadata=UNORDERED)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions that the axis depends on."""
        return tuple(term.dimension for term in self.terms)

    def __str__(self) -> str:
        return " + ".join(str(term) for term in self.terms)


@dataclass(frozen=True, slots=True)
class Tensor:
    """A named tensor, one subscript per axis."""

    name: str
    subscripts: tuple[Subscript, ...] = field(metadata=UNORDERED)

    @property
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
    """A multiply-accumulate over a box of iteration points.

    `dimensions` holds (name, extent) pairs; every point reads one element of each input and updates one of `output`.
    Axes of the output are single dimensions. `zero_insertion` holds (index, factor) pairs: along that index the input
    has `factor - 1` zeros between stored elements, as a transposed convolution has. `densities` says how many
    elements of some tensors are not zero; the others are dense.
    """

    operator: str
    dimensions: tuple[tuple[str, int], ...] = field(metadata=UNORDERED)
    inputs: tuple[Tensor, ...] = field(metadata=UNORDERED)
    output: Tensor
    indices: tuple[Index, ...] = field(default=(), metadata=UNORDERED)
    zero_insertion: tuple[tuple[str, int], ...] = field(default=(), metadata=UNORDERED)
    densities: tuple[tuple[str, Density], ...] = field(default=(), metadata=UNORDERED)

    @cached_property
    def extents(self) -> dict[str, int]:
        """Dimension name to extent, in order."""
        return dict(self.dimensions)

    @cached_property
    def tensors(self) -> tuple[Tensor, ...]:
        """The inputs, then the output."""
        return (*self.inputs, self.output)

    @cached_property
    def macs(self) -> int:
        """Multiply-accumulates: the number of iteration points."""
        return prod(self.extents.values())

    @cached_property
    def useful_macs(self) -> int:
        """Multiply-accumulates whose input is stored and not an inserted zero or its padding."""
        macs = self.macs
        for name, factor in self.zero_insertion:
            index = self.index_by_name[name]
            outputs, taps = self.extents[index.output], self.extents[index.window]
            macs = macs // (outputs * taps) * _meetings(index, outputs, taps, self.stored(name, factor))
        return macs

    def stored(self, name: str, factor: int) -> range:
        """The coordinates of an index with inserted zeros that hold stored elements, between full paddings."""
        index = self.index_by_name[name]
        padding = index.dilation * (self.extents[index.window] - 1)
        return range(padding, index.stride * (self.extents[index.output] - 1) + 1, factor)

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
            return "\n".join(lines + self.density_lines)
        factors = dict(self.zero_insertion)
        strides = {index.name: factors.get(index.name, index.stride) for index in self.indices}
        default = 2 if self.operator == "TRCONV" else 1
        if any(stride != default for stride in strides.values()):
            lines.append("Stride { " + ", ".join(f"{name}: {value}" for name, value in strides.items()) + " }")
        if any(index.dilation != 1 for index in self.indices):
            dilations = ", ".join(f"{index.name}: {index.dilation}" for index in self.indices)
            lines.append("Dilation { " + dilations + " }")
        return "\n".join(lines + self.density_lines)

    @property
    def density_lines(self) -> list[str]:
        """The block of densities as text; nothing if all tensors are dense."""
        densities = ", ".join(f"{name}: {density}" for name, density in self.densities)
        return [f"Density {{ {densities} }}"] if densities else []


def _meetings(index: Index, outputs: int, taps: int, stored: range) -> int:
    """How many pairs of an output and a tap meet a stored element."""
    if index.stride == 1:
        # With full padding on both sides every tap meets every stored element.
        return len(stored) * taps
    one, other = ((outputs, index.stride), (taps, index.dilation))[:: 1 if outputs < taps else -1]
    return sum(_on_grid(range(start, start + other[1] * other[0], other[1]), stored) for start in _starts(*one))


def _starts(count: int, step: int) -> range:
    return range(0, count * step, step)


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

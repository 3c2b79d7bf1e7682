"""What a statement computes on: dimensions, each with the counters that move it, and tensors over them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ...ir import Access, Tensor
from .counters import Counter, Point, bounds_text
from .tiled_counters import reach


@dataclass(frozen=True)
class Dimension:
    """A dimension with its counters, the widest step first: `value = Σ strides[i] · counters[i]`."""

    name: str
    counters: tuple[Counter, ...]
    strides: tuple[int, ...]

    @cached_property
    def extent(self) -> int:
        """One more than the largest value."""
        chain = list(zip(self.counters, self.strides, strict=True))
        return 1 + reach(chain, self.counters)

    def stride(self, counter: Counter) -> int:
        """How far the dimension moves when one of its counters moves by one."""
        return self.strides[self.counters.index(counter)]

    @property
    def value_text(self) -> str:
        """The value in isl's syntax, over counters i0, i1, …"""
        return " + ".join(f"{stride}*i{number}" for number, stride in enumerate(self.strides))

    @property
    def bounds_text(self) -> str:
        """The bounds of the counters in isl's syntax."""
        return bounds_text(self.counters, {counter.name: f"i{number}" for number, counter in enumerate(self.counters)})


@dataclass(frozen=True)
class Shape:
    """What a statement computes on: its dimensions, outermost loop first, and its tensors over them.

    `point` is the statement over the counters of the dimensions.
    """

    point: Point
    dimensions: tuple[Dimension, ...]
    inputs: tuple[Tensor, ...]
    output: Tensor
    names: tuple[tuple[Access, str], ...] = ()
    """What the statement reads, as it is written, with the input that stands for it."""

    def array_of(self, tensor: str) -> str:
        """The array that a tensor stands for."""
        names = [self.output.name, *(item.name for item in self.inputs)]
        return dict(zip(names, (item.array for item in self.point.accesses), strict=True))[tensor]

    def dimension(self, counter: Counter) -> Dimension | None:
        """The dimension that a counter moves, if any."""
        return next((item for item in self.dimensions if counter in item.counters), None)

"""A unit beside the processing elements that does some of the operations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from .operations import MAC
from .printable import make_printable
from .unordered import TABLE, UNORDERED

ELEMENTS = "elements"
"""What reports call the processing elements where there is a vector unit as well."""


@dataclass(frozen=True, slots=True)
class VectorUnit:
    """One unit of `lanes` lanes that reads from and writes to the memory `at`.

    It does `operations` (None: all but multiply-accumulates), and a lane starts one every cycle, those of `intervals`
    every so many cycles.
    """

    name: str
    lanes: int
    at: str
    operations: tuple[str, ...] | None = field(default=None, metadata=UNORDERED)
    intervals: tuple[tuple[str, int], ...] = field(default=(), metadata=TABLE)

    def __post_init__(self) -> None:
        make_printable(self, "name")

    def does(self, operations: Iterable[str]) -> bool:
        """Whether it does all of some operations."""
        return all(name != MAC if self.operations is None else name in self.operations for name in operations)

"""How many elements of a tensor are not zero, where they stand, and what a machine makes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

FormatKind = Literal["bitmask", "run_length", "coordinate", "csr"]
ActionKind = Literal["gate", "skip"]
FORMATS: tuple[str, ...] = get_args(FormatKind)
ARITHMETIC = "MAC"
"""Where an action of the arithmetic stands."""


@dataclass(frozen=True, slots=True)
class Uniform:
    """Every element is nonzero with probability `density`, independently of all others."""

    density: float

    def __str__(self) -> str:
        return f"{self.density!r}"


@dataclass(frozen=True, slots=True)
class Structured:
    """Exactly `nonzeros` of every `group` neighbours along `dimension`, each choice as likely as any other.

    Groups start at multiples of `group`; of the last one the tensor may hold only a part.
    """

    nonzeros: int
    group: int
    dimension: str

    @property
    def density(self) -> float:
        """The expected share of nonzeros."""
        return self.nonzeros / self.group

    def __str__(self) -> str:
        return f"{self.nonzeros}:{self.group} along {self.dimension}"


@dataclass(frozen=True, slots=True)
class Block:
    """Blocks of `shape` (elements per axis of the tensor) are nonzero as a whole with probability `density`."""

    density: float
    shape: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.density!r} block {'x'.join(map(str, self.shape))}"


@dataclass(frozen=True, slots=True)
class Measured:
    """The nonzeros of an array of `shape`: `bits` packs them in row-major order, the first in the highest bit.

    `source` is the file that they come from; what the array says is compared, not where it lay.
    """

    shape: tuple[int, ...]
    bits: bytes = field(repr=False)
    source: str = field(default="", compare=False)

    @property
    def nonzeros(self) -> int:
        """Elements that are not zero."""
        return int.from_bytes(self.bits, "big").bit_count()

    @property
    def density(self) -> float:
        """The share of nonzeros."""
        size = 1
        for extent in self.shape:
            size *= extent
        return self.nonzeros / size

    def __str__(self) -> str:
        return f'"{self.source}"'


Density = Uniform | Structured | Block | Measured


@dataclass(frozen=True, slots=True)
class Format:
    """How a memory stores the nonzeros of a tensor, one of `FORMATS`, tile by tile.

    `run_bits` is the width of the zero counts of `run_length`. With `structure` (n, m) it can only store n:m structured
    tensors, n values of every m, and a coordinate counts within its group.
    """

    kind: str
    run_bits: int = 4
    structure: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """What happens where operands are zero: `gate` saves the energy, `skip` the time as well.

    At `MAC` it concerns multiply-accumulates for which a tensor of `leaders` is zero. At a memory it concerns the
    elements of `follower` that the memory would move down (or take up, for the output) only for such ones.
    With `structure` (n, m) the hardware can only do it where each tensor of `leaders` is n:m structured.
    """

    at: str
    kind: str
    leaders: tuple[str, ...]
    follower: str = ""
    structure: tuple[int, int] | None = None

    def __str__(self) -> str:
        what = f" of {self.follower}" if self.follower else ""
        only = f", {self.structure[0]}:{self.structure[1]} only" if self.structure else ""
        return f"{self.kind}{what} at {self.at} on {' and '.join(self.leaders)}{only}"

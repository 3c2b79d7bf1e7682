"""What an architecture and a mapping say, before they become a program: places, memories and loops."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...ir import Span
from .items import Item


@dataclass(frozen=True, slots=True)
class Storage:
    """A memory's figures per instance: words (None: unlimited), bits of a word, words an access, words a cycle."""

    words: int | None = None
    word_bits: int | None = None
    block_size: int = 1
    bandwidth: int | None = None
    read_bandwidth: int | None = None
    write_bandwidth: int | None = None
    buffering: str = "rolling"


@dataclass(frozen=True, slots=True)
class Place:
    """Where loops can stand: at a memory, or at a fan-out (no storage). `instances` counts all of the machine."""

    name: str
    instances: int
    storage: Storage | None
    span: Span | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Machine:
    """The places, outermost first, and the arithmetic below them."""

    name: str
    places: tuple[Place, ...]
    units: int
    word_bits: int | None = None
    clock_mhz: float = 1000.0
    constraints: tuple[tuple[Item, Item], ...] = ()
    """The nodes with constraints of their own, and these."""


@dataclass(frozen=True, slots=True)
class Steps:
    """A loop of `bound` steps over `dimension`, `last` of them when all loops around it are at their last."""

    dimension: str
    bound: int
    last: int
    spatial: bool
    span: Span | None = None


@dataclass(slots=True)
class Part:
    """What a mapping says about one place. Loops run from the outermost to the innermost."""

    temporal: list[Steps] = field(default_factory=list)
    spatial: list[Steps] = field(default_factory=list)
    keep: set[str] = field(default_factory=set)
    bypass: set[str] = field(default_factory=set)

    def holds(self, tensor: str) -> bool:
        """Whether the place keeps a tensor: it does unless told otherwise."""
        return tensor not in self.bypass

"""What a front end is: which files it reads, and what it makes of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ..ir import Diagnostic, LoopNest, Mapping, Network
from ..ir.files import MAX_BYTES, read_text
from .design import OpenDesign
from .sizes import Sizes


@dataclass(frozen=True, slots=True)
class Source:
    """What a user names: a file, the sizes for its symbols, and the FUNCTION of `FILE:FUNCTION`."""

    path: str
    sizes: Sizes = field(default_factory=Sizes)
    function: str | None = None

    def text(self, limit: int = MAX_BYTES) -> str:
        """The file's text. Raises WeftError (W008) for what is no text of up to `limit` bytes."""
        return read_text(self.path, limit)


@dataclass(frozen=True, slots=True)
class Frontend:
    """A front end; exactly one of `networks`, `nests` and `design` says what it makes.

    A file is the front end's if it ends as one of the `suffixes`, or, where nobody claims its ending, if `sniff` says
    so of how its text begins; so it does of several of Weft's that claim one ending, of which the first is the usual
    one. `line` says so of an argument that is itself what is read, and names no file. What the
    readers raise for wrong input is WeftError.
    """

    name: str
    suffixes: tuple[str, ...] = ()
    sniff: Callable[[str], bool] = lambda text: False
    line: Callable[[str], bool] = lambda argument: False
    networks: Callable[[Source], tuple[Network, ...]] | None = None
    nests: Callable[[Source], tuple[LoopNest, ...]] | None = None
    """Loop nests, one for each function or the one asked for; they are raised afterwards."""
    design: Callable[[Sequence[str]], tuple[Mapping, tuple[Diagnostic, ...]]] | None = None
    """All files of one design together, with its machine; and notes on what has no effect."""
    open_design: Callable[[Sequence[str]], OpenDesign] | None = None
    """The same for a search of its program; without it a design is searched without constraints of its own."""

    def __post_init__(self) -> None:
        if [self.networks, self.nests, self.design].count(None) != 2:
            raise ValueError(f"front end '{self.name}' makes one of networks, nests and a design")

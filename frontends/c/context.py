"""What is known while a function is read: its names and what they stand for, sizes, iterators, and findings."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Container
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from ...ir import Affine, Array, Diagnostic, Findings
from ..sizes import Sizes
from .declared import Declared
from .extremes import Extreme
from .syntax import Syntax

CONDITIONAL = "is stepped under a condition"
"""The obstacle of a pointer that some runs step and others do not."""


@dataclass(slots=True, eq=False)
class Data:
    """An array or a scalar that holds data; `obstacle` says why its accesses cannot be read, if they cannot.

    A pointer that `follows` others, of that type, is no array of its own: it points to `view`, where that is known.
    """

    array: Array
    rank: int
    used: bool = False
    obstacle: str = ""
    follows: Declared | None = None
    view: View | None = None
    whole: bool = False
    """Whether `sizeof` of the name is that of all elements: a parameter is a pointer."""
    rows: tuple[int, ...] = ()
    """The extents after the first, where that alone is open."""

    def forget(self) -> None:
        """From here on it is not known where a pointer that follows others points to."""
        self.view = None


@dataclass(frozen=True, slots=True)
class View:
    """A place in an array: an element where `subscripts` has all axes, otherwise a row of as many as it has."""

    data: Data
    subscripts: tuple[Affine, ...]


@dataclass(slots=True, eq=False)
class Integer:
    """A scalar that is an iterator, a size or an affine expression of iterators, with its value where it is known.

    A size that the user gives wins over the value of a `size`. `problem` says why a value is not affine. A parameter
    that is used like data, and has no value, is a scalar too.
    """

    name: str
    element: str = "i32"
    value: Extreme | None = None
    size: bool = False
    problem: Diagnostic | None = None
    scalar: Data | None = None

    def forget(self) -> None:
        """From here on the value is not known."""
        self.value, self.size, self.problem = None, False, None


@dataclass(frozen=True, slots=True)
class Foreign:
    """A name that is neither data nor an integer, and what it is."""

    what: str


_MAX_CHAIN = 30
_RESERVED = frozenset(["max", "min", "abs", "inf", "nan", "range", "parallel", "chunk", "hold", "local"])
"""What the notation of nests gives a meaning of its own."""
Symbol: TypeAlias = Data | Integer | Foreign


@dataclass(slots=True)
class Scope:
    """Names from the inside out; what no block declares is looked up among the globals."""

    of_file: Callable[[str], Symbol | None]
    globals: tuple[str, ...] = ()
    blocks: list[dict[str, Symbol]] = field(default_factory=lambda: [{}, {}])
    depth: int = 0

    def find(self, name: str) -> Symbol | None:
        """What a name stands for."""
        for block in reversed(self.blocks):
            if name in block:
                return block[name]
        self.depth += 1
        self.blocks[0][name] = Foreign("defined by itself")
        symbol = self.of_file(name) if self.depth < _MAX_CHAIN else Foreign("defined by too long a chain of names")
        self.depth -= 1
        del self.blocks[0][name]
        if symbol:
            self.blocks[0][name] = symbol
        return symbol

    def declare(self, name: str, symbol: Symbol) -> None:
        """Declare a name in the innermost block."""
        self.blocks[-1][name] = symbol

    @property
    def names(self) -> list[str]:
        """Every name that is declared, for suggestions."""
        return [*(name for block in reversed(self.blocks) for name in block), *self.globals]


@dataclass(slots=True)
class Context:
    """What reading one function needs."""

    syntax: Syntax
    sizes: Sizes
    typedefs: dict[str, Declared]
    scope: Scope
    findings: Findings = field(default_factory=Findings)
    arrays: dict[str, Data] = field(default_factory=dict)
    """The data of the nest by their names there."""
    ranges: dict[str, tuple[int, int]] = field(default_factory=dict)
    """The least and the greatest value of every iterator around."""
    iterators: set[str] = field(default_factory=set)
    """The names of all iterators so far."""
    members: dict[str, Data] = field(default_factory=dict)
    """The scalars that members of structures are, as `d.scale`."""
    element: Callable[[str], str] = lambda path: "i32"
    """The element type of a member, as `d.scale`."""
    written: frozenset[str] = frozenset()
    """The members of structures that the function may change, as `d.M`: these are no sizes."""

    def refuse(self, code: str, message: str, node: Any, hint: str = "", notes: tuple[str, ...] = ()) -> None:
        """Record why a node cannot be read."""
        self.findings.add(code, message, self.syntax.span(node), hint=hint, notes=notes)

    def add(self, array: Array, rank: int, used: bool = False) -> Data:
        """Data of the nest, under a name that nothing else has."""
        name = fresh(array.name, {*self.arrays, *self.iterators})
        data = Data(replace(array, name=name), rank, used)
        self.arrays[name] = data
        return data

    def take(self) -> tuple[Diagnostic, ...]:
        """The findings since the last call, each once: a macro may hold its argument twice."""
        found = tuple(dict.fromkeys(self.findings.items))
        self.findings.items.clear()
        return found


def fresh(name: str, used: Container[str]) -> str:
    """A name for the nest that is not in use and that Python can read."""
    base = name + "_" * (keyword.iskeyword(name) or name in _RESERVED)
    new, count = base, 1
    while new in used:
        count += 1
        new = f"{base}_{count}"
    return new

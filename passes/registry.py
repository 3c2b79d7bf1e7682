"""All passes by name: those of this package, and those that others declare (entry points `weft.passes`)."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import ClassVar, Protocol

from .canonicalize import CanonicalizePass
from .infer import InferPass
from .lower import LowerPass
from .program import Fact, Program
from .reuse import ReusePass
from .validate import ValidatePass


class Named(Protocol):
    """A frozen dataclass whose fields are its options."""

    name: ClassVar[str]


class Pass(Named, Protocol):
    """A pass from program to program; `apply` is pure."""

    needs: ClassVar[Fact]

    def apply(self, program: Program) -> Program:
        """The program with what this pass finds or rewrites."""
        ...


FINDS: dict[Fact, str] = {"mapping": "", "canonical": "canonicalize", "schedule": "canonicalize,infer"}
"""The passes after which a fact is known."""

GROUP = "weft.passes"
"""The entry points under which a distribution declares passes: `name = "module:Class"`."""


@cache
def passes() -> dict[str, type[Pass]]:
    """All passes by name: Weft's in the order in which they build on each other, then the declared ones by name."""
    found: dict[str, type[Pass]] = {}
    for cls in (CanonicalizePass, InferPass, ValidatePass, ReusePass, LowerPass):
        found[cls.name] = cls
    for point in sorted(entry_points(group=GROUP), key=lambda item: item.name):
        found.setdefault(point.name, point.load())
    return found

"""What passes hand on: a mapping with the facts that were found about it so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from ..ir import Dataflow, Diagnostic, LoopNest, Mapping, Schedule, WeftError
from .reuse_facts import Reuse

Fact: TypeAlias = Literal["mapping", "canonical", "schedule"]
"""What a pass needs: a field of `Program` that passes before it have filled in."""


@dataclass(frozen=True, slots=True)
class Program:
    """A mapping under analysis. A fact is None until the pass that finds it has run.

    `canonical` is the program on dimensions alone, `schedule` the legal program on
    its machine, `reuse` one entry per level and tensor, `nest` the program as loops.
    `diagnostics` are the findings of all passes so far.
    """

    mapping: Mapping
    canonical: Dataflow | None = None
    schedule: Schedule | None = None
    reuse: tuple[Reuse, ...] | None = None
    nest: LoopNest | None = None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def has_errors(self) -> bool:
        """Whether an error was found; passes that need sound input then leave the program alone."""
        return any(diagnostic.is_error for diagnostic in self.diagnostics)

    def raise_errors(self) -> None:
        """Raise `WeftError` with all diagnostics if one is an error."""
        if self.has_errors:
            raise WeftError(self.diagnostics)

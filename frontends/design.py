"""A design without a program: a layer, its machine, and what it asks of the programs that are looked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..ir import Accelerator, Diagnostic, Span, Workload

Asked = Literal["steps", "order", "keep", "bypass"]


@dataclass(frozen=True, slots=True)
class Limit:
    """One thing that a design asks of its programs, at one place of its machine.

    `steps`: from `least` to `most` steps of the dimension `names[0]`, in the loops in time below `memory`; with `fan`,
    over the units of that of so many fan-outs between the memory and the next one; with `element`, in what an element
    works off by itself. `order`: the loops in time below `memory` with these dimensions
    innermost, outermost first. `keep`, `bypass`: tensors that `memory` holds, or does not.
    """

    kind: Asked
    memory: str
    names: tuple[str, ...]
    span: Span
    least: int = 1
    most: int = 1
    fan: tuple[int, int] | None = None
    element: bool = False


@dataclass(frozen=True, slots=True)
class OpenDesign:
    """A layer and a machine whose program is to be found. `objective` is what the design says is the least then."""

    name: str
    span: Span | None
    workload: Workload
    accelerator: Accelerator
    limits: tuple[Limit, ...] = ()
    objective: str | None = None
    notes: tuple[Diagnostic, ...] = ()

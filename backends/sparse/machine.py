"""What the machine's formats and actions do to one layer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import prod

from ...ir import (
    ARITHMETIC,
    Action,
    Density,
    Diagnostic,
    Format,
    Measured,
    Schedule,
    Severity,
    Site,
    Structured,
    Tensor,
)
from .measured import met
from .tiles import DENSE

Leaders = tuple[tuple[Tensor, Density], ...]


@dataclass(frozen=True)
class Sparsity:
    """The densities of a schedule's layer, and the actions of its machine that work on them."""

    schedule: Schedule
    dense: bool = False
    """Take the layer as if it had no zeros."""

    @cached_property
    def densities(self) -> dict[str, Density]:
        """The density of every tensor that is not dense."""
        return {} if self.dense else dict(self.schedule.mapping.workload.densities)

    def density(self, tensor: str) -> Density:
        """The density of a tensor."""
        return self.densities.get(tensor, DENSE)

    @cached_property
    def effectual(self) -> float:
        """The share of multiply-accumulates all of whose inputs are nonzero."""
        workload = self.schedule.mapping.workload
        return self.share(tuple((tensor, self.density(tensor.name)) for tensor in workload.inputs))

    @cached_property
    def actions(self) -> tuple[Action, ...]:
        """The machine's actions that this layer gives work to."""
        return tuple(action for action in self.schedule.mapping.accelerator.actions if not self._idle(action))

    def leaders(self, at: str, follower: str, kinds: tuple[str, ...]) -> Leaders:
        """The tensors whose zeros actions of these kinds see there, as the hardware sees their densities."""
        found: dict[str, Density] = {}
        for action in self.actions:
            if (action.at, action.follower) == (at, follower) and action.kind in kinds:
                for name in action.leaders:
                    if name in self.densities:
                        found[name] = self._seen(name, action)
        return tuple(
            (tensor, found[tensor.name]) for tensor in self.schedule.mapping.workload.tensors if tensor.name in found
        )

    def share(self, leaders: Leaders) -> float:
        """The share of multiply-accumulates for which no leader is zero (S2)."""
        measured = [(tensor, density) for tensor, density in leaders if isinstance(density, Measured)]
        drawn = prod(density.density for _, density in leaders if not isinstance(density, Measured))
        return drawn * met(self.schedule.mapping.workload, measured)

    def format(self, site: Site, tensor: str) -> Format | None:
        """How a memory stores a tensor, if compressed. Of a dense tensor a format would only add metadata: none."""
        return dict(site.memory.formats).get(tensor) if tensor in self.densities else None

    def _seen(self, name: str, action: Action) -> Density:
        """Hardware for n:m takes n slots of every m, also where fewer are nonzero (S6)."""
        density = self.densities[name]
        if action.structure and isinstance(density, Structured):
            return Structured(*action.structure, density.dimension)
        return density

    def _idle(self, action: Action) -> str:
        """Why an action has no effect; empty if it has one."""
        workload = self.schedule.mapping.workload
        names = [tensor.name for tensor in workload.tensors]
        missing = [name for name in (*action.leaders, action.follower) if name and name not in names]
        if missing:
            return f"the layer has no tensor '{missing[0]}'"
        if action.at != ARITHMETIC and all(
            site.memory.name != action.at or action.follower not in site.tensors for site in self.schedule.sites
        ):
            return f"{action.at} does not hold {action.follower}"
        if workload.output.name in action.leaders:
            return f"the zeros of the output '{workload.output.name}' are not known before it is computed"
        if not any(name in self.densities for name in action.leaders):
            return f"{' and '.join(action.leaders)} {'are' if len(action.leaders) > 1 else 'is'} dense"
        if action.structure:
            for name in action.leaders:
                density = self.densities.get(name)
                n, m = action.structure
                if not isinstance(density, Structured) or density.group != m or density.nonzeros > n:
                    return f"{name} is not {n}:{m} structured"
        return ""

    def findings(self) -> Iterator[Diagnostic]:
        """What the machine cannot do with the layer's zeros, and what it could with zeros that the layer lacks."""
        span = self.schedule.mapping.span
        for action in self.schedule.mapping.accelerator.actions:
            if self.densities and (reason := self._idle(action)):
                yield Diagnostic("W602", f"'{action}' has no effect: {reason}", Severity.NOTE, span)
        used = {name for action in self.actions for name in action.leaders}
        used |= {tensor for site in self.schedule.sites for tensor, _ in site.memory.formats}
        for name in self.densities:
            if name not in used:
                message = f"the zeros of {name} save nothing: no format or action of the machine concerns them"
                yield Diagnostic("W602", message, Severity.NOTE, span)

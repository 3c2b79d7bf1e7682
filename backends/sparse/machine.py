"""What the machine's formats and actions do to one layer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

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
from ...ir.density_rules import data_shape
from .measured import Bools, inserted, mask, met
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
        """The multiply-accumulates all of whose inputs are nonzero; an inserted zero is none, nor is padding."""
        workload = self.schedule.mapping.workload
        places = (inserted(workload, tensor) if workload.stored else None for tensor in workload.inputs)
        return self._meeting(
            (tensor, self.density(tensor.name), own) for tensor, own in zip(workload.inputs, places, strict=True)
        )

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
                        found[name] = self._as(self.densities[name], action.structure)
        return tuple(
            (tensor, found[tensor.name]) for tensor in self.schedule.mapping.workload.tensors if tensor.name in found
        )

    def share(self, leaders: Leaders) -> float:
        """The share of multiply-accumulates for which no leader is zero."""
        return self.points(leaders) / self.schedule.mapping.workload.points

    def points(self, leaders: Leaders) -> float:
        """The multiply-accumulates for which no leader is zero (S2); a whole number where all are measured."""
        return self._meeting([(tensor, density, None) for tensor, density in leaders])

    def _meeting(self, leaders: Iterable[tuple[Tensor, Density, Bools | None]]) -> float:
        """Multiply-accumulates for which no leader is zero; of some, an array says what can be nonzero at all."""
        arrays, drawn = [], 1.0
        for tensor, density, places in leaders:
            if isinstance(density, Measured):
                arrays.append((tensor, mask(density) if places is None else mask(density) & places))
            else:
                drawn *= density.density
                if places is not None:
                    arrays.append((tensor, np.broadcast_to(places, data_shape(self.schedule.mapping.workload, tensor))))
        return met(self.schedule.mapping.workload, arrays) * drawn

    def format(self, site: Site, tensor: str) -> Format | None:
        """How a memory stores a tensor, if compressed. Of a dense tensor a format would only add metadata: none."""
        form = dict(site.memory.formats).get(tensor) if tensor in self.densities else None
        return None if form and form.structure and not self._is(tensor, form.structure) else form

    def stored_density(self, tensor: str, form: Format) -> Density:
        """The density of what a format stores: with a structure, n of every m, also where fewer are nonzero (S6)."""
        return self._as(self.density(tensor), form.structure)

    def _is(self, tensor: str, structure: tuple[int, int]) -> bool:
        """Whether a tensor has at most n nonzeros in every m."""
        density, (n, m) = self.density(tensor), structure
        return isinstance(density, Structured) and density.group == m and density.nonzeros <= n

    def _as(self, density: Density, structure: tuple[int, int] | None) -> Density:
        if structure and isinstance(density, Structured):
            return Structured(*structure, density.dimension)
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
        structure = action.structure
        for name in action.leaders:
            if structure and not self._is(name, structure):
                return f"{name} is not {structure[0]}:{structure[1]} structured"
        return ""

    def findings(self) -> Iterator[Diagnostic]:
        """What the machine cannot do with the layer's zeros, and what it could with zeros that the layer lacks."""
        span = self.schedule.mapping.span
        for action in self.schedule.mapping.accelerator.actions:
            if self.densities and (reason := self._idle(action)):
                yield Diagnostic("W602", f"'{action}' has no effect: {reason}", Severity.NOTE, span)
        used = {name for action in self.actions for name in action.leaders}
        used |= {tensor for site in self.schedule.sites for tensor in site.tensors if self.format(site, tensor)}
        for name in self.densities:
            if name not in used:
                message = f"the zeros of {name} save nothing: no format or action of the machine takes them"
                yield Diagnostic("W602", message, Severity.NOTE, span)

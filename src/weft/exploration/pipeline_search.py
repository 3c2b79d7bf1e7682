"""The best choice of a design for every layer, by objective, and what the limits cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from math import fsum, prod

import numpy as np

from ..ir import METRIC_OF, Diagnostic, Job, WeftError
from ..search.objective import EXPONENTS
from ..search.structure.plan import Ints
from .knapsack import Certificate, Objective, Product, Solution, Sum, Table, Unmet, Worst, minimise
from .results import Design, Metrics
from .shares import Share
from .turns import Turn, turns_of

STEPS = (0.9, 1.1)
"""How the limits are changed, one by one, to see what they cost."""

POWERS = {name: powers for name, powers in EXPONENTS.items() if all(powers)}
"""The objectives that are products of energy and cycles."""

OF_THE_SLOWEST = ("cycles", "seconds")
"""Metrics that a design has of its slowest layer, if its pace is asked for, and not the sums of."""

Name = tuple[str, str]
"""A layer's network and its own name."""


@dataclass(frozen=True)
class PipelinedDesign:
    """A machine with its program for every layer, in their order, and what they have together.

    `sensitivity` has, for a limit that is changed alone, its value and the best there is then, None if there is none;
    `turns` where the best changes next, where a sum is minimised.
    """

    layers: tuple[Design, ...]
    metrics: Metrics
    value: Decimal
    certificate: Certificate
    sensitivity: tuple[tuple[str, float, Decimal | None], ...]
    turns: tuple[Turn, ...] = ()


def metrics_of(job: Job) -> tuple[str, ...]:
    """The metrics by which layers' designs are chosen. Raises WeftError for what cannot be asked of a pipelined one."""
    pace = job.pipelined == "pace"
    if pace and (names := [name for name in job.objectives if name in POWERS]):
        raise WeftError(Diagnostic("W731", f"{names[0]} is no objective of a design whose pace is asked for"))
    if "edp" in dict(job.limits):
        raise WeftError(Diagnostic("W731", "edp cannot be limited in a pipelined design", hint="minimise it"))
    found: list[str] = [METRIC_OF[name] for name in job.objectives if name not in POWERS]
    if any(name in POWERS for name in job.objectives):
        found += ["energy_pj", "cycles"]
    return tuple(dict.fromkeys([*found, *(name for name, _ in job.limits)]))


@dataclass(frozen=True)
class PipelineSearch:
    """Chooses among the designs of layers until `deadline`, a time of `monotonic`."""

    job: Job
    names: Sequence[Name]
    shares: Sequence[Share]
    deadline: float
    gap: float = 0.0

    def best(self, objective: str) -> PipelinedDesign | None:
        """The best design; None if none was found in time. Raises WeftError (W704) if none keeps the limits."""
        try:
            solution = self._solve(objective, dict(self.job.limits))
        except Unmet as error:
            raise WeftError(self._unmet(error)) from error
        if solution is None:
            return None
        numbers = [int(kept[option]) for kept, option in zip(self._kept, solution.chosen, strict=True)]
        trio = zip(self.shares, numbers, self.names, strict=True)
        layers = tuple(share.design(number, *name) for share, number, name in trio)
        changed = [(name, most * step) for name, most in self._sums.items() for step in STEPS]
        sensitivity = tuple((name, most, self._changed(objective, name, most)) for name, most in changed)
        certificate = replace(solution.certificate, space_size=prod(share.tally.designs for share in self.shares))
        asked = self._objective(objective)
        turns = turns_of(self._table, asked, self._sums, solution, self.deadline) if isinstance(asked, Sum) else ()
        return PipelinedDesign(layers, self._together(layers), solution.value, certificate, sensitivity, turns)

    @cached_property
    def _pace(self) -> bool:
        return self.job.pipelined == "pace"

    @cached_property
    def _sums(self) -> dict[str, float]:
        """The limits on sums over all layers."""
        return {name: most for name, most in self.job.limits if not (self._pace and name in OF_THE_SLOWEST)}

    @cached_property
    def _kept(self) -> list[Ints]:
        """The numbers of every layer's designs that keep the limits on each layer."""
        each = [(name, most) for name, most in self.job.limits if name not in self._sums]
        found = []
        for share in self.shares:
            within = np.ones(len(share.metrics), np.bool_)
            for name, most in each:
                within &= np.array(share.column(name)) <= most
            found.append(np.flatnonzero(within))
        for (_, layer), kept in zip(self.names, found, strict=True):
            if not len(kept):
                limits = " and ".join(f"{name} <= {most:g}" for name, most in each)
                raise WeftError(Diagnostic("W704", f"no design of layer '{layer}' keeps {limits}"))
        return found

    @cached_property
    def _table(self) -> Table:
        names = metrics_of(self.job)
        pairs = list(zip(self.shares, self._kept, strict=True))
        return {name: [np.array(share.column(name))[kept].tolist() for share, kept in pairs] for name in names}

    def _solve(self, objective: str, limits: dict[str, float]) -> Solution | None:
        within = {name: most for name, most in limits.items() if name in self._sums}
        return minimise(self._table, self._objective(objective), within, self.deadline, self.gap)

    def _objective(self, name: str) -> Objective:
        if name in POWERS:
            return Product(("energy_pj", "cycles"), POWERS[name])
        return Worst(METRIC_OF[name]) if self._pace and name == "cycles" else Sum(METRIC_OF[name])

    def _changed(self, objective: str, name: str, most: float) -> Decimal | None:
        """The best value with another limit."""
        try:
            solution = self._solve(objective, dict(self.job.limits) | {name: most})
        except Unmet:
            return None
        return None if solution is None else solution.value

    def _together(self, layers: Sequence[Design]) -> Metrics:
        """Sums over all layers; cycles and seconds those of the slowest if the pace is asked for."""
        each = [design.metrics for design in layers]
        energy, area, power = (fsum(getattr(m, name) for m in each) for name in ("energy_pj", "area_mm2", "power_mw"))
        if self._pace:
            return Metrics(max(m.cycles for m in each), energy, area, power, max(m.seconds for m in each))
        return Metrics(sum(m.cycles for m in each), energy, area, power, fsum(m.seconds for m in each))

    def _unmet(self, error: Unmet) -> Diagnostic:
        """Which limits cannot be kept, and what would be the least of each."""
        limits = list(self._sums.items())
        names = " and ".join(f"{limits[row][0]} <= {limits[row][1]:g}" for row in error.rows)
        columns = [[min(layer) for layer in self._table[name]] for name, _ in limits]
        least = (f"{name} is {fsum(column):g} or more" for (name, _), column in zip(limits, columns, strict=True))
        return Diagnostic("W704", f"no pipelined design keeps {names}", notes=tuple(least))

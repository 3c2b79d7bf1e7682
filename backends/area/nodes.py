"""Numbers by technology node, and how areas and leakages go from one node to another."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import exp, log

from ...ir import Accelerator, Diagnostic, WeftError
from ..energy import load_energy_table, named_node

ASSUMED_NM = 28.0
"""The node of a machine that says nothing, with an energy table that names none."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A number by node in nanometres, the smallest node first; between two nodes a straight line in logarithms."""

    points: tuple[tuple[float, float], ...]

    def at(self, nm: float, what: str) -> float:
        """The number at a node; WeftError W205 beyond the outermost nodes."""
        for node, value in self.points:
            if node == nm:
                return value
        pair = next((pair for pair in pairwise(self.points) if pair[0][0] < nm < pair[1][0]), None)
        if pair is None:
            raise WeftError(_beyond(self, nm, what))
        (low, below), (high, above) = pair
        share = (log(nm) - log(low)) / (log(high) - log(low))
        return exp(log(below) + share * (log(above) - log(below)))


def node_of(accelerator: Accelerator) -> float:
    """The machine's technology node in nanometres (A26): its own, or its energy table's, or 28."""
    if accelerator.technology_nm is not None:
        return accelerator.technology_nm
    return named_node(load_energy_table(accelerator.energy_table).technology) or ASSUMED_NM


def _beyond(curve: Curve, nm: float, what: str) -> Diagnostic:
    reach = f"it is given for {curve.points[0][0]:g} to {curve.points[-1][0]:g} nm"
    hint = "set technology_nm, or bring a table that reaches there as area_table"
    return Diagnostic("W205", f"{what} is not known at {nm:g} nm", notes=(reach,), hint=hint)

"""One dataflow for several layers on a shared machine: what each level spreads is the same for all of them.

Orders, chunk sizes, clusters and what memories hold stay free for every layer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from ..ir import Accelerator, Diagnostic, WeftError, Workload
from ..search.spaces.request import OneASide, SpaceRequest
from ..search.spaces.space import MapSpace
from .boxes import Boxes
from .optima import space_of
from .together import Share

ALL = "all"
"""The name of the group of all layers."""

Spread = tuple[tuple[int, str], ...]
"""Levels by their numbers, outermost first, with the dimension that each spreads."""

Choice = tuple[tuple[str, Spread], ...]
"""The spread of every group of layers, by the group's name."""


@dataclass(frozen=True)
class SpreadRequest(OneASide):
    """A request whose programs spread these dimensions, by the operator of the workload or for `all`."""

    choice: Choice = ()

    def space(self, workload: Workload, accelerator: Accelerator) -> MapSpace:
        """The space to search; WeftError with every finding."""
        space = super().space(workload, accelerator)
        groups = dict(self.choice)
        spread = dict(groups.get(workload.operator, groups.get(ALL, ())))
        levels = tuple(
            level if level.spatial == (None,) or number not in spread else replace(level, spatial=(spread[number],))
            for number, level in enumerate(space.levels)
        )
        return replace(space, levels=levels)


def groups_of(layers: Sequence[Share], scope: str) -> dict[str, list[Share]]:
    """The layers that have a dataflow together: all, or those of an operator class."""
    found: dict[str, list[Share]] = {}
    for layer in layers:
        found.setdefault(ALL if scope == "one" else layer.workload.operator, []).append(layer)
    return found


def spreads_of(layers: Sequence[Share], boxes: Boxes, request: SpaceRequest) -> list[Spread]:
    """Every choice of a dimension for each level that spreads on some machine, of those that all of the layers have.

    WeftError (W706) if the layers have no dimension together that a level can spread.
    """
    levels: dict[int, set[str]] = {}
    for stem in boxes.stems():
        machine = boxes.machine(stem, boxes.whole(stem).high)
        found = [_able(layer.workload, machine, request) for layer in layers]
        for number in set().union(*found):
            common = set.intersection(*(able[number] for able in found if number in able))
            levels.setdefault(number, set()).update(common)
    if not all(levels.values()):
        names = ", ".join(layer.name for layer in layers)
        message = f"{names} have no dimension together that a level of {boxes.space.base.name} can spread"
        raise WeftError(Diagnostic("W706", message, hint="choose a dataflow per class or per layer"))
    order = sorted(levels)
    return [tuple(zip(order, names, strict=True)) for names in product(*(sorted(levels[n]) for n in order))]


def _able(workload: Workload, machine: Accelerator, request: SpaceRequest) -> dict[int, set[str]]:
    """The dimensions that a workload's levels can spread, of those that spread any."""
    space = space_of(workload, machine, request)
    levels = () if space is None else space.levels
    return {n: {name for name in level.spatial if name} for n, level in enumerate(levels) if level.spatial != (None,)}


def requests_of(request: SpaceRequest, choices: Iterable[Choice]) -> Iterator[SpreadRequest]:
    """A request with each of some choices."""
    for choice in choices:
        yield SpreadRequest(
            request.template, request.constraints, request.shape, request.split, request.flexibility, choice=choice
        )

"""A space of programs as data: what each level may do, and which points it has."""

from __future__ import annotations

from dataclasses import dataclass

from ...ir import Accelerator, Workload

Sizes = tuple[int, ...]
"""Allowed chunk sizes, ascending."""


@dataclass(frozen=True, slots=True)
class LevelSpace:
    """What one level of the programs may be.

    `temporal` names the dimensions that have a map of their own at this level, `spatial` those that may be spread over
    its units (one of them is; None among them: perhaps none). The one that is spread needs no temporal map.
    `outside` holds (outer, inner) pairs of dimensions: the map of the first stands before that of the second.
    `sizes` gives the allowed chunk sizes of some dimensions (without: every size). `memory` names the memory at the
    lower boundary, if the program has to name one.
    """

    temporal: tuple[str, ...]
    spatial: tuple[str | None, ...] = (None,)
    outside: tuple[tuple[str, str], ...] = ()
    sizes: tuple[tuple[str, Sizes], ...] = ()
    memory: str | None = None


@dataclass(frozen=True, slots=True)
class Structure:
    """Units and spread dimension of every level, and the values of symbols that several dimensions share."""

    units: tuple[int, ...]
    spatial: tuple[str | None, ...]
    symbols: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """One program: chunk sizes as (dimension, size) pairs per level in the order of the directives, and placement.

    `holds` names, per memory after the outermost, the tensors that it holds.
    """

    structure: Structure
    levels: tuple[tuple[tuple[str, int], ...], ...]
    holds: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class MapSpace:
    """All programs for a workload on a machine that some constraints allow.

    `shapes` lists the allowed units of the levels, one tuple per choice, outermost level first. `holds` lists, per
    memory after the outermost, the sets of tensors that it may hold. With `perfect`, every chunk divides its parent.
    """

    workload: Workload
    accelerator: Accelerator
    levels: tuple[LevelSpace, ...]
    shapes: tuple[tuple[int, ...], ...]
    holds: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]
    perfect: bool = False

"""The space that a machine gives by itself: a level above each memory, and levels that spread where there are more."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product
from math import prod

from ...ir import Accelerator, Diagnostic, Interconnect, Memory, WeftError, Workload
from .even import divisors
from .point import LevelSpace
from .sides import splits_of
from .space import MapSpace

PARTS = 2
"""Dimensions that a side of an array is split between at most."""


def machine_space(
    workload: Workload,
    accelerator: Accelerator,
    shape: tuple[int, ...] | None = None,
    split: str = "even",
    mixed: bool = True,
) -> MapSpace:
    """Every program with one level above each memory, and levels that spread work where there are more instances below.

    A memory with as many instances as the one above it gets a level of temporal maps. Where instances (at last the
    processing elements) grow by a factor, levels spread. `shape` gives the units of these levels, outermost first;
    the first then also maps every dimension in time, the others only what they spread. By default the elements of an
    array have its wired shape, if it has one, and other factors every split into two. With `mixed`, where networks
    treat all units alike, each side of the wired shape (without one, all units as one side) is split between up to
    `PARTS` dimensions (`sides.py`), below a level that maps every dimension in time; not so if chunks have to divide.

    Every set of tensors that a memory may hold is a placement. Dimensions of extent 1 have no maps. `split` says which
    chunks there are (`chains.SPLITS`).

    Raises WeftError (W205) for a shape that does not fit the machine, and for memories whose instances no levels give.
    """
    names = tuple(name for name, extent in workload.dimensions if extent > 1)
    gaps = _gaps(accelerator)
    factors = [factor for _, factor in gaps]
    cuts = _wired(accelerator, factors) if shape is None else _cut(accelerator, factors, shape)
    levels: list[LevelSpace] = []
    for number, (memory, factor) in enumerate(gaps):
        sides = cuts[number][0] if len(cuts[number]) == 1 else (factor,)
        # Folds of units need not divide a chunk, as those of a level in time do in a perfect split.
        mixes = shape is None and mixed and split != "perfect"
        if mixes and factor > 1 and names and _is_plain(accelerator, number):
            cuts[number] = _in_parts(sides)
            levels += _sided(names, sides, memory)
        else:
            levels += _levels(names, len(cuts[number][0]), factor > 1, memory)
    shapes = tuple(tuple(units for part in parts for units in part) for parts in product(*cuts))
    found = MapSpace(workload, accelerator, tuple(levels), shapes, placement_choices(workload, accelerator), split)
    kept = tuple(shape for shape, units in found.wired.items() if accelerator.pes // prod(units[1:]) == units[0])
    if not kept:
        message = f"no clusters give the memories of {accelerator.name} their instances on {accelerator.pes} PEs"
        raise WeftError(Diagnostic("W203", message))
    return replace(found, shapes=kept)


def _gaps(accelerator: Accelerator) -> list[tuple[str | None, int]]:
    """Per memory below the outermost that is not at the elements, and for these: its name, and how instances grow."""
    above, found = 1, []
    counted = [(memory.name, memory.instances) for memory in accelerator.memories[1:] if memory.instances is not None]
    for name, instances in counted:
        if instances % above:
            message = f"{name} has {instances} instances below {above} of another memory: no clusters give both"
            raise WeftError(Diagnostic("W203", message))
        found.append((name, instances // above))
        above = instances
    return [*found, (None, accelerator.pes // above)]


def _levels(names: tuple[str, ...], count: int, spreads: bool, memory: str | None) -> list[LevelSpace]:
    """The levels of a gap; the lower boundary of the last one is at `memory`."""
    choices: tuple[str | None, ...] = names if spreads and names else (None,)
    levels = [LevelSpace(names, choices), *(LevelSpace((), choices) for _ in range(count - 1))]
    return [*levels[:-1], replace(levels[-1], memory=memory)]


def _sided(names: tuple[str, ...], sides: tuple[int, ...], memory: str | None) -> list[LevelSpace]:
    """The levels of a gap with sides that dimensions share: one that maps all in time, then those of every side."""
    parts = [LevelSpace((), names, side=side) for side in enumerate(sides) for _ in range(PARTS)]
    return [LevelSpace(names), *parts[:-1], replace(parts[-1], memory=memory)]


def _in_parts(sides: tuple[int, ...]) -> list[tuple[int, ...]]:
    """The units of such levels that have work: all of a side, or fewer."""
    splits = [[some for n in divisors(units).tolist() for some in splits_of(n, PARTS)] for units in sides]
    return [(1, *(units for part in parts for units in part)) for parts in product(*splits)]


def _is_plain(accelerator: Accelerator, gap: int) -> bool:
    """Whether the networks of a gap treat all units alike, without a limit, a latency or a buffer on the way."""
    counted = [memory for memory in accelerator.memories if memory.instances is not None]
    return counted[gap].networks == (Interconnect(),) and not accelerator.cluster_buffers


def _pairs(factor: int) -> list[tuple[int, ...]]:
    """Every split of a factor into two, none of 1."""
    return [(n, factor // n) for n in range(1, factor + 1) if factor % n == 0] if factor > 1 else [(1,)]


def _wired(accelerator: Accelerator, factors: list[int]) -> list[list[tuple[int, ...]]]:
    """Every split of each factor into two; the last that grows is an array, wired in one shape if the machine says."""
    cuts = [_pairs(factor) for factor in factors]
    last = max((number for number, factor in enumerate(factors) if factor > 1), default=None)
    if accelerator.shape and last is not None:
        cuts[last] = [accelerator.shape]
    return cuts


def _cut(accelerator: Accelerator, factors: list[int], shape: tuple[int, ...]) -> list[list[tuple[int, ...]]]:
    """The shape, cut where its units make up each factor."""
    left = list(shape)
    found: list[list[tuple[int, ...]]] = []
    for factor in factors:
        taken: list[int] = []
        while prod(taken) < factor and left:
            taken.append(left.pop(0))
        while len(found) + 1 == len(factors) and left[:1] == [1]:
            taken.append(left.pop(0))
        if prod(taken) != factor:
            left = [0]
            break
        found.append([tuple(taken) or (1,)])
    if left:
        written = "x".join(str(units) for units in shape)
        needed = ", then ".join(str(factor) for factor in factors if factor > 1) or "1"
        message = f"the shape {written} does not make up what {accelerator.name} spreads over: {needed}"
        raise WeftError(Diagnostic("W205", message))
    return found


def placement_choices(
    workload: Workload, accelerator: Accelerator
) -> tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]:
    """Per memory after the outermost, every set of tensors that it may hold, the largest first."""
    tensors = tuple(tensor.name for tensor in workload.tensors)
    return tuple((memory.name, _subsets(memory, tensors)) for memory in accelerator.memories[1:])


def _subsets(memory: Memory, tensors: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    able = tuple(name for name in tensors if memory.holds is None or name in memory.holds)
    return tuple(chosen for count in range(len(able), -1, -1) for chosen in combinations(able, count))

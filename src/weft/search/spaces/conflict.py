"""Which constraints empty a space: a set of them that cannot hold together, none of which can be spared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from ...ir import Memory, Placement
from .constraints import constrain
from .default import placement_choices
from .space import MapSpace
from .symbols import BoundSize

T = TypeVar("T")


def minimal_conflict(constraints: Sequence[T], feasible: Callable[[Sequence[T]], bool]) -> tuple[T, ...]:
    """The constraints that are left when each that can go without making a solution possible has gone, in order.

    `feasible` says whether a solution exists under some of the constraints. Without any one of those returned there is
    a solution. Empty if there is none even without constraints; ValueError if there is one under all of them.
    """
    if feasible(constraints):
        raise ValueError("the constraints have a solution together")
    kept: list[int] = []
    others = list(range(len(constraints)))
    # Given sizes may add to even ones: what was needed among more constraints may be spared among fewer.
    while kept != others:
        kept = others
        for number in kept:
            fewer = [item for item in others if item != number]
            if not feasible([constraints[item] for item in fewer]):
                others = fewer
    return tuple(constraints[item] for item in kept)


@dataclass(frozen=True)
class _Named:
    """A constraint as people read it: a text of the user, or a change that puts it back into a space."""

    name: str
    text: str = ""
    restore: Callable[[MapSpace], MapSpace] | None = None


def space_conflict(space: MapSpace, texts: Sequence[str], feasible: Callable[[MapSpace], bool]) -> tuple[str, ...]:
    """The names of constraints that leave a space without a valid point: a set of which none can be spared.

    `space` is the space before the user's constraints `texts`. Also its split, the sizes and placements that a template
    fixes and the capacities of memories count as constraints; the number of processing elements does not, as units
    without work are allowed. `feasible` says whether a space has a valid point on its own accelerator. Empty if there
    is none even without all these; ValueError if there is one with them.
    """
    bare = _bare(space)

    def has_point(chosen: Sequence[_Named]) -> bool:
        found = bare
        for item in chosen:
            found = item.restore(found) if item.restore else found
        found = constrain(found, [item.text for item in chosen if item.text])
        # Where all memories hold everything, every point is valid.
        return not found.is_empty and (found.accelerator == bare.accelerator or feasible(found))

    # The split goes last: with every size of chunks it takes longest to see that there is no point.
    named = [
        *_sizes(space),
        *_placements(space),
        *_capacities(space),
        *(_Named(f"'{text}'", text) for text in texts),
        *_split(space),
    ]
    return tuple(item.name for item in minimal_conflict(named, has_point))


def _bare(space: MapSpace) -> MapSpace:
    """The space with any split, without fixed sizes and placements, on a machine whose memories hold everything."""
    memories = tuple(replace(memory, capacity_bytes=None, capacities=()) for memory in space.accelerator.memories)
    bound = tuple(item for item in space.bound if not _is_fixed(item))
    found = replace(space, accelerator=replace(space.accelerator, memories=memories), bound=bound, split="any")
    choices = dict(placement_choices(space.workload, space.accelerator))
    return replace(found, holds=tuple((name, choices.get(name, sets)) for name, sets in space.holds))


def _is_fixed(item: BoundSize) -> bool:
    return bool(item.dimension) and isinstance(item.size, int)


def _split(space: MapSpace) -> Iterator[_Named]:
    if space.split != "any":
        yield _Named(f"split: {space.split}", restore=lambda found: replace(found, split=space.split))


def _sizes(space: MapSpace) -> Iterator[_Named]:
    for item in filter(_is_fixed, space.bound):

        def restore(found: MapSpace, item: BoundSize = item) -> MapSpace:
            return replace(found, bound=tuple(sorted((*found.bound, item), key=lambda other: other.level)))

        yield _Named(f"size {item.size} of {item.dimension} in level {item.level}", restore=restore)


def _placements(space: MapSpace) -> Iterator[_Named]:
    choices = dict(placement_choices(space.workload, space.accelerator))
    for memory, sets in space.holds:
        if sets == choices.get(memory, sets):
            continue

        def restore(found: MapSpace, memory: str = memory, sets: tuple[tuple[str, ...], ...] = sets) -> MapSpace:
            return replace(found, holds=tuple((n, sets if n == memory else other) for n, other in found.holds))

        held = " or ".join(str(Placement(memory, chosen)).rstrip(";") for chosen in sets)
        yield _Named(held or f"no placement in {memory}", restore=restore)


def _capacities(space: MapSpace) -> Iterator[_Named]:
    for memory in space.accelerator.memories:
        if memory.capacity_bytes is None and not memory.capacities:
            continue

        def restore(found: MapSpace, memory: Memory = memory) -> MapSpace:
            machine = found.accelerator
            memories = tuple(memory if other.name == memory.name else other for other in machine.memories)
            return replace(found, accelerator=replace(machine, memories=memories))

        yield _Named(capacity_name(memory), restore=restore)


def capacity_name(memory: Memory) -> str:
    """How messages name the capacity of a memory."""
    return f"capacity of {memory.name}"

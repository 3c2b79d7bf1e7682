"""Classes of flexible accelerators, and the space of programs of each.

The axes are those of Kao, Kwon, Pellauer, Parashar and Krishna, "A Formalism of DNN Accelerator Flexibility",
SIGMETRICS 2022: Tiling, Order, Parallelism and Shape, each fixed (0) or free (1), 16 classes in all; an axis may also
be free in part (p). What an axis leaves of a space, around a base program:

| axis | 0 | p | 1 |
|---|---|---|---|
| T | the base's chunks where memories stand | powers of two, the extent halved, the base's sizes | the space's sizes |
| O | the base's orders | one order per tensor and level, in which that tensor stays longest | every order |
| P | the base's spread dimensions | these, or the next dimension that the level can spread | every dimension |
| S | the base's units | units that are a power of two times (or part of) the base's | every shape |

The sizes in part are only those that the space's split gives. The placement is no axis: all classes have the base's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from itertools import product

from ...ir import Dataflow, Diagnostic, Directive, WeftError
from .boundaries import memory_boundaries
from .point import Holds, LevelSpace, Point, Structure
from .space import MapSpace
from .tiles import FixedTiles

Level = tuple[Directive, ...]

_LETTERS = {"fixed": "0", "part": "p", "free": "1"}


@dataclass(frozen=True, slots=True)
class Flexibility:
    """How free each axis is: `fixed`, `part` or `free`."""

    tiling: str = "free"
    order: str = "free"
    parallelism: str = "free"
    shape: str = "free"

    def __post_init__(self) -> None:
        for axis in fields(self):
            if getattr(self, axis.name) not in _LETTERS:
                raise ValueError(
                    f"{axis.name} is {getattr(self, axis.name)!r}; it must be one of {', '.join(_LETTERS)}"
                )

    def __str__(self) -> str:
        return "TOPS=" + "".join(_LETTERS[getattr(self, axis.name)] for axis in fields(self))


FLEXIBILITY_CLASSES = tuple(Flexibility(*axes) for axes in product(("fixed", "free"), repeat=4))
"""The 16 classes, from TOPS=0000 to TOPS=1111."""


def parse_flexibility(text: str) -> Flexibility:
    """The class of a text such as `1010`, `TOPS=1010` or `1p00`; WeftError for anything else."""
    letters = {letter: name for name, letter in _LETTERS.items()}
    code = text.strip().lower().removeprefix("tops=")
    if len(code) != len(fields(Flexibility)) or set(code) - set(letters):
        message = f"'{text}' is no class of flexibility"
        hint = "give one of 0 (fixed), p (in part), 1 (free) for tiling, order, parallelism and shape: 1010"
        raise WeftError(Diagnostic("W001", message, hint=hint))
    return Flexibility(*(letters[letter] for letter in code))


def flexibility_space(space: MapSpace, base: Point | Dataflow, flexibility: Flexibility) -> MapSpace:
    """The part of a space that a class of accelerators can run, around a base program of the space.

    Raises WeftError (W702) if the base is no program of the space, and for a space whose sides dimensions share.
    """
    if space.is_sided:
        message = "classes of flexibility have one dimension on each side of an array"
        raise WeftError(Diagnostic("W702", message, hint="make the space with machine_space(…, mixed=False)"))
    point = _base(space, base)
    levels = tuple(_level(space, number, level, point, flexibility) for number, level in enumerate(space.levels))
    tiles = _tiles(space, point) if flexibility.tiling == "fixed" else space.tiles
    shapes = tuple(shape for shape in space.shapes if _has_shape(shape, point.structure.units, flexibility.shape))
    holds = tuple((memory, (held,)) for memory, held in point.holds)
    return replace(space, levels=levels, shapes=shapes, holds=holds, tiles=tiles)


def flexibility_sizes(space: MapSpace, base: Point | Dataflow) -> dict[str, int]:
    """How many programs each of the 16 classes has around a base program."""
    point = _base(space, base)
    return {str(item): flexibility_space(space, point, item).size for item in FLEXIBILITY_CLASSES}


def _base(space: MapSpace, base: Point | Dataflow) -> Point:
    if isinstance(base, Dataflow):
        return point_of(space, base)
    if base not in space:
        raise _no_point("it is another space's point")
    return base


def point_of(space: MapSpace, dataflow: Dataflow) -> Point:
    """A canonical program as a point; maps that it leaves out hold the chunk above, innermost.

    Raises WeftError (W702) if it is no program of the space.
    """
    inner = tuple(int(cluster.size) for cluster in dataflow.clusters)
    shapes = [
        shape for shape, units in space.wired.items() if tuple(units[n] for n in space.kept_levels(shape)[1:]) == inner
    ]
    if not shapes:
        raise _no_point(f"no shape has clusters of {', '.join(map(str, inner)) or 'nothing'}")
    points = [
        Point(structure, _chunks(space, structure, levels), _placement(space, dataflow))
        for shape in shapes
        if (levels := _every_level(space, shape, dataflow))
        for symbols in space.assignments
        if space.has_structure(structure := Structure(shape, _spread_by(levels, shape), symbols))
    ]
    found = next((point for point in points if point in space), None)
    if found is None:
        wide = replace(space, split="any")
        if any(point in wide for point in points):
            raise _no_point(f"a size is no {space.split} split of the chunk above it; 'split: any' allows it")
        raise _no_point("its spread dimensions, sizes, orders or placement are not allowed")
    return found


def _every_level(space: MapSpace, shape: tuple[int, ...], dataflow: Dataflow) -> list[Level]:
    """The levels of a program, and those that it leaves out; none if a side has work that should have none."""
    written = dict(zip(space.kept_levels(shape), dataflow.levels, strict=True))
    chunks = dict(space.workload.extents)
    found: list[Level] = []
    for number, (level, units) in enumerate(zip(space.levels, shape, strict=True)):
        maps = written.get(number, ())
        idle = level.side is not None and units == 1
        if idle and any(int(d.size) < chunks.get(d.dimension, 0) for d in maps):
            return []
        chunks |= {d.dimension: int(d.size) for d in maps}
        found.append(() if idle else maps)
    return found


def _spread_by(levels: Sequence[Level], shape: tuple[int, ...]) -> tuple[str | None, ...]:
    return tuple(
        None if units == 1 else next((d.dimension for d in level if d.spatial), None)
        for level, units in zip(levels, shape, strict=True)
    )


def _chunks(space: MapSpace, structure: Structure, written: Sequence[Level]) -> tuple[tuple[tuple[str, int], ...], ...]:
    """The sizes of every level in the order of the maps; those that are not written, innermost."""
    levels, chunks = [], dict(space.workload.extents)
    for number, directives in enumerate(written):
        chunks |= {d.dimension: min(int(d.size), chunks.get(d.dimension, 0)) for d in directives}
        maps = [d.dimension for d in directives]
        names = [*maps, *(name for name in space.mapped(structure, number) if name not in maps)]
        levels.append(tuple((name, chunks[name]) for name in names))
    return tuple(levels)


def _placement(space: MapSpace, dataflow: Dataflow) -> Holds:
    written = {placement.memory: placement.tensors for placement in dataflow.placements}
    return tuple((memory, _held(space, memory, written.get(memory), sets)) for memory, sets in space.holds)


def _held(
    space: MapSpace, memory: str, written: tuple[str, ...] | None, sets: tuple[tuple[str, ...], ...]
) -> tuple[str, ...]:
    """The set of tensors that is written, or all that the memory can hold, as the space names it."""
    asked = space.holdable(memory) if written is None else written
    return next((held for held in sets if set(held) == set(asked)), asked)


def _no_point(reason: str) -> WeftError:
    return WeftError(Diagnostic("W702", f"the base program is none of the space: {reason}"))


def _tiles(space: MapSpace, point: Point) -> FixedTiles:
    boundaries = memory_boundaries(replace(space, shapes=(point.structure.units,)))
    standing = {boundary for boundary in boundaries.values() if boundary}
    return FixedTiles(point, tuple(sorted({*standing, len(space.levels)})))


def _level(space: MapSpace, number: int, level: LevelSpace, point: Point, flexibility: Flexibility) -> LevelSpace:
    names = tuple(space.workload.extents)
    written = tuple(name for name, _ in point.levels[number])
    own = (*written, *(name for name in names if name not in written))
    if flexibility.tiling == "part":
        level = _part(space, level, dict(point.levels[number]))
    if flexibility.order == "fixed":
        level = replace(level, orders=(own,))
    elif flexibility.order == "part":
        tensors = [tensor.dimensions for tensor in space.workload.tensors]
        orders = [tuple(sorted(names, key=lambda name: name not in moved)) for moved in tensors]
        kept = (order for order in orders if not level.orders or order in level.orders)
        level = replace(level, orders=tuple(dict.fromkeys((own, *kept))))
    if flexibility.parallelism != "free" and level.spatial != (None,):
        level = replace(level, spatial=_spread(level, point.structure.spatial[number], flexibility.parallelism))
    return level


def _part(space: MapSpace, level: LevelSpace, base: dict[str, int]) -> LevelSpace:
    """Powers of two, the halved extent and the base's size, of every dimension, as far as the level allows them."""
    given, among = dict(level.sizes), dict(level.among)
    for name, extent in space.workload.dimensions:
        powers = [1 << power for power in range(extent.bit_length())]
        sizes = {*powers, *(-(-extent // power) for power in powers), base.get(name, extent)}
        known = given if name in given else among
        known[name] = tuple(sorted(sizes & set(known.get(name, sizes))))
    return replace(level, sizes=tuple(given.items()), among=tuple(among.items()))


def _spread(level: LevelSpace, base: str | None, parallelism: str) -> tuple[str | None, ...]:
    """The base's dimension, and in part also the next one; a level with one unit in the base takes its first."""
    chosen = base if base in level.spatial else level.spatial[0]
    after = level.spatial[(level.spatial.index(chosen) + 1) % len(level.spatial)]
    return (chosen,) if parallelism == "fixed" or after == chosen else (chosen, after)


def _has_shape(shape: tuple[int, ...], base: tuple[int, ...], freedom: str) -> bool:
    if freedom == "fixed":
        return shape == base
    return freedom == "free" or all(_is_doubled(units, other) for units, other in zip(shape, base, strict=True))


def _is_doubled(units: int, base: int) -> bool:
    """Whether one number is the other doubled some times."""
    ratio, rest = divmod(max(units, base), min(units, base))
    return rest == 0 and ratio.bit_count() == 1

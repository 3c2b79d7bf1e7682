"""Small spaces of every kind, by chance from a seed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import TypeVar

from weft.frontends.statements import parse_statement
from weft.ir import Accelerator, Memory, Workload, operator_workload
from weft.search.spaces.chain_sets import SPLITS
from weft.search.spaces.default import placement_choices
from weft.search.spaces.point import LevelSpace
from weft.search.spaces.space import MapSpace

MOST = 20_000
T = TypeVar("T")


def workload_of(random: Random, longest: int = 4) -> Workload:
    """A GEMM or a convolution with few points."""
    if random.random() < 0.6:
        return operator_workload("GEMM", {name: random.randint(1, longest) for name in "MNK"})
    extents = dict.fromkeys(("N", "K", "C", "R", "S", "Y'", "X'"), 1)
    for name in random.sample(sorted(extents), 3):
        extents[name] = random.randint(1, longest)
    return operator_workload(random.choice(["CONV", "DSCONV"]), extents)


def space_of(random: Random) -> MapSpace:
    """A space of one to three levels with at most MOST points; constraints of every kind."""
    while True:
        workload = workload_of(random)
        shapes = random.choice([[(4,)], [(1, 4), (2, 2), (4, 1)], [(1, 2, 2), (2, 1, 2), (4, 1, 1)]])
        inner = random.choice([None, ("input",), ("filter", "output")])
        machine = Accelerator("machine", 4, (Memory("L2"), Memory("L1", None, holds=inner)))
        if random.random() < 0.2:
            workload = replace(workload, operator="AFFINE", statement=parse_statement("output += exp(input) - filter"))
            machine = replace(machine, intervals=(("exp", 3), ("add", 2)))
        levels = tuple(_level(random, workload.extents) for _ in shapes[0])
        holds = tuple((memory, tuple(_some(random, sets, 2))) for memory, sets in placement_choices(workload, machine))
        space = MapSpace(workload, machine, levels, tuple(_some(random, shapes, 3)), holds, random.choice(SPLITS))
        if 0 < space.size <= MOST:
            return space


def _some(random: Random, items: Sequence[T], most: int) -> list[T]:
    return random.sample(items, random.randint(1, min(most, len(items))))


def _level(random: Random, extents: Mapping[str, int]) -> LevelSpace:
    moving = [name for name, extent in extents.items() if extent > 1]
    temporal = tuple(name for name in moving if random.random() < 0.5)
    spatial = tuple(_some(random, moving, 2)) if moving and random.random() < 0.7 else (None,)
    pairs = (tuple(random.sample(temporal, 2)),) if len(temporal) > 1 and random.random() < 0.5 else ()
    chosen = [name for name in moving if random.random() < 0.3]
    sizes = tuple((name, tuple(sorted(_some(random, range(1, extents[name] + 1), 4)))) for name in chosen)
    given, among = (sizes[::2], sizes[1::2]) if random.random() < 0.5 else (sizes, ())
    return LevelSpace(temporal, spatial, pairs, given, among=among)

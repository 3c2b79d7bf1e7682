"""Small spaces that can be searched and listed whole: every kind of machine, workload and constraint, from a seed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from random import Random

from weft.frontends.maestro import parse_dataflow
from weft.ir import Accelerator, Interconnect, Memory, Subscript, Tensor, Term, WeftError, Workload, operator_workload
from weft.search.spaces.constraints import constrain
from weft.search.spaces.default import machine_space, placement_choices
from weft.search.spaces.flexibility import Flexibility, flexibility_space
from weft.search.spaces.point import LevelSpace
from weft.search.spaces.sides import groups_of
from weft.search.spaces.space import MapSpace
from weft.search.spaces.template import template_space

PLAIN = ("plain", "ports", "network", "channels", "buffering", "holds")
"""What a machine can have while its search is exact."""

BOUNDED = ("blocks", "leakage", "lanes", "forwarding", "mesh", "idle", "vectors")
"""What makes single evaluations necessary (vectors: that moves the count of steps)."""


def workload_by_chance(random: Random, points: int) -> Workload:
    """A workload of some kind whose extents are small."""
    kind = random.choice(("GEMM", "GEMM", "conv", "conv", "conv1d", "DSCONV", "batched", "vector"))
    long = 8 if points > 3000 else 6
    if kind == "GEMM":
        return operator_workload("GEMM", {name: random.randint(1, long) for name in "MNK"})
    if kind == "vector":
        return operator_workload("GEMM", {"M": random.randint(2, 12), "N": 1, "K": random.randint(2, 12)})
    if kind == "batched":
        names = {name: random.randint(1, 4) for name in "BMNK"}
        tensors = [Tensor(n, tuple(Subscript((Term(axis),)) for axis in axes.split())) for n, axes in _BATCHED]
        return Workload("BGEMM", tuple(names.items()), tuple(tensors[:2]), tensors[2])
    extents = dict.fromkeys(("N", "K", "C", "R", "S", "Y'", "X'"), 1)
    extents |= {"Y'": random.randint(2, 7), "R": random.randint(2, 4)}
    if kind == "conv":
        extents[random.choice(("N", "K", "C", "X'", "S"))] = random.randint(2, 4)
    if kind != "conv1d" and random.random() < 0.3:
        extents |= {"X'": random.randint(2, 3), "S": 2}
    steps = {name: {"Y": random.randint(1, 3), "X": random.randint(1, 2)} for name in ("stride", "dilation")}
    return operator_workload("DSCONV" if kind == "DSCONV" else "CONV", extents, **steps)


_BATCHED = (("input", "B M K"), ("filter", "B K N"), ("output", "B M N"))


def machine_by_chance(random: Random) -> tuple[Accelerator, str]:
    """A machine of one to six elements, and what is special about it."""
    kind = random.choice((*PLAIN, *PLAIN, *BOUNDED))
    nets = tuple(_network(random, kind) for _ in range(2))
    outer = Memory("DRAM", networks=nets[:1], shared_bandwidth=random.choice((None, 1, 2, 5)))
    inner = Memory("L1", None, _bytes(random, 4, 40), random.choice(("double", "rolling", "single")))
    middle = Memory("L2", 1, _bytes(random, 12, 120), networks=nets, shared_bandwidth=random.choice((None, 2, 3)))
    if kind == "ports":
        middle = replace(middle, read_bandwidth=2, write_bandwidth=random.choice((None, 1)), banks=2)
        inner = replace(inner, shared_bandwidth=random.choice((1, 3)))
    if kind == "buffering":
        middle = replace(middle, buffering=random.choice(("double", "rolling", "single")), capacity_bytes=30)
    if kind == "holds":
        inner = replace(inner, holds=tuple(random.sample(("input", "filter", "output"), 2)))
        middle = replace(middle, capacities=((random.choice(("input", "filter")), 8),), capacity_bytes=40)
    if kind == "blocks":
        outer, middle = replace(outer, block_size=random.choice((2, 4))), replace(middle, block_size=2)
    if kind == "leakage":
        middle = replace(middle, leakage_mw=20.0)
    memories = random.choice(((outer, middle, inner), (outer, inner), (outer, middle)))
    machine = Accelerator(
        "machine", random.choice((1, 2, 3, 4, 4, 6)), memories, word_bits=random.choice(((), (("output", 24),))),
        lanes=2 if kind == "lanes" else 1, pe_idle_pj=1.5 if kind == "idle" else 0.0,
        pe_leakage_mw=5.0 if kind == "leakage" else 0.0, vector_width=2 if kind == "vectors" else 1,
    )  # fmt: skip
    return machine, kind


def _bytes(random: Random, low: int, high: int) -> int | None:
    return random.choice((None, random.randint(low, high), random.randint(low, high)))


def _network(random: Random, kind: str) -> Interconnect:
    channels = (("input", 1), ("output", random.choice((None, 2)))) if kind == "channels" else ()
    return Interconnect(
        random.choice((1, 2, 3)) if kind in ("network", "channels") else None,
        multicast=random.random() < 0.8,
        reduction=random.random() < 0.8,
        forwarding=kind == "forwarding",
        channels=channels,
        topology="mesh" if kind == "mesh" else random.choice(("bus", "tree")),
    )


def space_by_chance(random: Random, most: int) -> tuple[MapSpace, str]:
    """A space of 1 to `most` points and what it is about."""
    while True:
        workload, (machine, kind) = workload_by_chance(random, most), machine_by_chance(random)
        how = random.choice(("whole", "constrained", "constrained", "template", "class", "levels"))
        if workload.macs == 1:
            continue
        with suppress(WeftError):  # constraints that the machine cannot meet
            space = _BUILDERS[how](random, workload, machine)
            if space is not None and 0 < space.size <= most and len(space.structures()):
                return space, f"{how} {kind}"


def _shrunk(random: Random, space: MapSpace) -> MapSpace:
    """The space with a few placements and splits: all of them are too many to list."""
    holds = tuple((name, tuple(random.sample(sets, min(len(sets), 2)))) for name, sets in space.holds)
    return replace(space, holds=holds)


def _whole(random: Random, workload: Workload, machine: Accelerator, mixed: bool = True) -> MapSpace:
    split = random.choice(("even", "any", "perfect"))
    return _shrunk(random, machine_space(workload, machine, split=split, mixed=mixed))


def _constrained(random: Random, workload: Workload, machine: Accelerator) -> MapSpace:
    space = _whole(random, workload, machine)
    moving = [name for name, extent in workload.dimensions if extent > 1]
    for _ in range(random.randint(2, 6)):
        with suppress(WeftError):  # those that leave nothing are left out
            space = constrain(space, [_constraint(random, moving, workload, space)])
    return space


def _constraint(random: Random, moving: list[str], workload: Workload, space: MapSpace) -> str:
    one, other = random.choice(moving), random.choice(moving)
    level = random.randrange(len(space.levels))
    memory = random.choice([item.name for item in space.accelerator.memories[1:]])
    low = random.randint(1, workload.extents[one])
    units, groups = random.choice(space.shapes), groups_of(space.levels)
    return random.choice(
        (
            f"{one}: {low}..", f"{one}: 1, {low}", f"{one}@{level}: ..{low}", f"{one}@{memory}: {low}",
            f"order: {one} outside {other}", f"order@{level}: {', '.join(random.sample(moving, len(moving)))}",
            f"spatial: {one}", f"spatial@{level}: {one}, {other}", f"units@{level}: {units[level]}",
            f"shape: {'x'.join(str(n) for n, x in zip(units, space.levels, strict=True) if x.spatial != (None,))}",
            f"bypass {memory}: {random.choice(('input', 'filter', 'output'))}", f"hold {memory}: input, filter, output",
            "split: perfect", "split: any", f"keep {memory}: input",
            f"steps {one}@{level}: ..{low}", f"steps {one}@{min(level, 1)}: {low}",
            f"steps {one}@{len(groups)}: ..{low}",
        )
    )  # fmt: skip


def _template(random: Random, workload: Workload, machine: Accelerator) -> MapSpace:
    moving = [name for name, extent in workload.dimensions if extent > 1]
    inner = random.choice([n for n in range(1, machine.pes + 1) if machine.pes % n == 0])
    levels = []
    for _ in range(random.choice((1, 2, 2))):
        names = random.sample(moving, random.randint(1, len(moving)))
        spread = random.choice((None, names[0]))
        maps = []
        for name in names:
            size = random.choice(("?", "?", "T", str(random.randint(1, workload.extents[name])), "2*T", f"Sz({name})"))
            maps.append(f"{'SpatialMap' if name == spread else 'TemporalMap'}({size},{size}) {name};")
        levels.append(" ".join(maps))
    text = f" Cluster({random.choice((str(inner), '?'))}); ".join(levels)
    if len(machine.memories) > 2:
        text = f"TemporalMap(?,?) {random.choice(moving)}; Cluster({machine.pes}, L2); " + text
    space = template_space(workload, parse_dataflow(text), machine, random.choice(("even", "any", "perfect")))
    return _shrunk(random, space)


def _class(random: Random, workload: Workload, machine: Accelerator) -> MapSpace:
    space = _whole(random, workload, machine, mixed=False)
    axes = ("fixed", "free", "free") if random.random() < 0.5 else ("fixed", "part", "free")
    return flexibility_space(
        space, next(space.sample(random, 1)), Flexibility(*(random.choice(axes) for _ in range(4)))
    )


def _levels(random: Random, workload: Workload, machine: Accelerator) -> MapSpace | None:
    """Levels by hand: listed orders, several levels without a memory between them, dimensions that some do not map."""
    moving = tuple(name for name, extent in workload.dimensions if extent > 1)
    base = machine_space(workload, machine, mixed=False)
    levels = []
    for level in base.levels:
        orders = tuple(tuple(random.sample(moving, len(moving))) for _ in range(2)) if random.random() < 0.4 else ()
        spread = tuple(random.sample(moving, min(2, len(moving)))) if level.spatial != (None,) else (None,)
        spread = (None, *spread[:1]) if spread != (None,) and random.random() < 0.2 else spread
        temporal = tuple(name for name in moving if random.random() < 0.7)
        sizes = ()
        if random.random() < 0.3:
            name = random.choice(moving)
            chosen = random.sample(range(1, workload.extents[name] + 1), random.randint(1, workload.extents[name]))
            sizes = ((name, tuple(sorted(chosen))),)
        levels.append(LevelSpace(temporal, spread, (), sizes, level.memory, orders))
    holds = placement_choices(workload, machine)
    return _shrunk(random, replace(base, levels=tuple(levels), holds=holds, split=random.choice(("even", "any"))))


_BUILDERS = {
    "whole": _whole,
    "constrained": _constrained,
    "template": _template,
    "class": _class,
    "levels": _levels,
}

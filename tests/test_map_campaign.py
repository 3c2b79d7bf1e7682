"""The search against trying every program: every kind of constraint, class of flexibility and kind of template."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from itertools import product
from random import Random

import pytest
from map_searches import machine_by_chance, workload_by_chance
from test_map_exhaustive import OBJECTIVES, compare

from weft.frontends.maestro import parse_dataflow
from weft.ir import Accelerator, WeftError, Workload
from weft.search.spaces.constraints import constrain
from weft.search.spaces.default import machine_space
from weft.search.spaces.flexibility import Flexibility, flexibility_space
from weft.search.spaces.space import MapSpace
from weft.search.spaces.template import template_space

CONSTRAINTS = {
    "range": "{d}: {n}..",
    "list": "{d}: 1, {n}",
    "upper": "{d}: ..{n}",
    "level": "{d}@{level}: {n}..",
    "level list": "{d}@{level}: 1, {n}",
    "memory": "{d}@{memory}: {n}",
    "memory range": "{d}@{memory}: ..{n}",
    "outside": "order: {d} outside {e}",
    "outside at": "order@{memory}: {d} outside {e}",
    "order": "order: {dims}",
    "order at": "order@{level}: {dims}",
    "spatial": "spatial: {d}",
    "spatial two": "spatial: {d}, {e}",
    "spatial at": "spatial@{level}: {d}, {e}",
    "units": "units@{level}: {units}",
    "shape": "shape: {shape}",
    "hold": "hold {memory}: {tensor}",
    "hold nothing": "hold {memory}:",
    "hold all": "hold {memory}: input, filter, output",
    "bypass": "bypass {memory}: {tensor}",
    "even": "split: even",
    "perfect": "split: perfect",
    "any": "split: any",
}
CLASSES = ["".join(axes) for axes in product("01", repeat=4)] + [
    "".join(axes) for axes in product("0p1", repeat=4) if "p" in axes
]
SIZES = {
    "numbers": ("{n}",),
    "open": ("?",),
    "shared": ("T",),
    "expressions": ("T", "2*T"),
    "extents": ("?", "Sz({d})"),
    "mixed": ("?", "T", "2*T", "{n}", "Sz({d})"),
}
TEMPLATES = {(sizes, cluster, held) for sizes in SIZES for cluster in ("{inner}", "?") for held in (False, True)}
KINDS = [
    *(("constraint", kind) for kind in CONSTRAINTS),
    *(("class", code) for code in CLASSES),
    *(("template", kind) for kind in sorted(TEMPLATES)),
]
ROUNDS = int(os.environ.get("WEFT_MAP_ROUNDS", "16"))
MOST = (*[300] * 12, *[3_000] * 3, 100_000)
"""How many points a space of the campaign may have: one of these by chance."""


def narrowed(random: Random, space: MapSpace) -> MapSpace:
    """The space with a few placements: with all of them, hardly any could be listed."""
    holds = tuple(
        (name, tuple(random.sample(sets, min(len(sets), random.choice((1, 2, 3)))))) for name, sets in space.holds
    )
    return replace(space, holds=holds)


def constraint(random: Random, kind: str, space: MapSpace) -> str:
    extents = space.workload.extents
    moving = [name for name, extent in extents.items() if extent > 1]
    one = random.choice(moving)
    units, level = random.choice(space.shapes), random.randrange(len(space.levels))
    spread = [str(n) for n, item in zip(units, space.levels, strict=True) if item.spatial != (None,)]
    return CONSTRAINTS[kind].format(
        d=one, e=random.choice(moving), n=random.randint(1, extents[one]), level=level, units=units[level],
        memory=random.choice([item.name for item in space.accelerator.memories[1:]]),
        dims=", ".join(random.sample(moving, len(moving))), shape="x".join(spread),
        tensor=random.choice([tensor.name for tensor in space.workload.tensors]),
    )  # fmt: skip


def constrained(random: Random, kind: str, workload: Workload, machine: Accelerator) -> MapSpace:
    """The constraint of the kind, and up to two others."""
    space = machine_space(workload, machine, split=random.choice(("even", "any", "perfect")))
    space = constrain(narrowed(random, space), [constraint(random, kind, space)])
    for _ in range(random.randint(0, 2)):
        with suppress(WeftError):
            space = constrain(space, [constraint(random, random.choice(list(CONSTRAINTS)), space)])
    return space


def classed(random: Random, code: str, workload: Workload, machine: Accelerator) -> MapSpace:
    space = machine_space(workload, machine, split=random.choice(("even", "any", "perfect")), mixed=False)
    if not space.size:
        return space
    axes = ({"0": "fixed", "p": "part", "1": "free"}[letter] for letter in code)
    return perhaps_constrained(random, flexibility_space(space, next(space.sample(random, 1)), Flexibility(*axes)))


def perhaps_constrained(random: Random, space: MapSpace) -> MapSpace:
    """Three spaces in ten with a constraint beside the class or the template."""
    if space.size and random.random() < 0.3:
        with suppress(WeftError):  # what the space cannot meet
            return constrain(space, [constraint(random, random.choice(list(CONSTRAINTS)), space)])
    return space


def templated(random: Random, kind: tuple[str, str, bool], workload: Workload, machine: Accelerator) -> MapSpace:
    sizes, cluster, held = kind
    moving = [name for name, extent in workload.dimensions if extent > 1]
    inner = random.choice([n for n in range(1, machine.pes + 1) if machine.pes % n == 0])
    levels = []
    for _ in range(random.choice((1, 2, 2))):
        names = random.sample(moving, random.randint(1, len(moving)))
        spread = random.choice((None, random.choice(names)))
        maps = []
        for name in names:
            size = random.choice(SIZES[sizes]).format(d=name, n=random.randint(1, workload.extents[name]))
            maps.append(f"{'SpatialMap' if name == spread else 'TemporalMap'}({size},{size}) {name};")
        levels.append(" ".join(maps))
    text = f" Cluster({cluster.format(inner=inner)}); ".join(levels)
    if len(machine.memories) > 2 or machine.memories[1].instances is not None:
        text = f"TemporalMap(?,?) {random.choice(moving)}; Cluster({machine.pes}, {machine.memories[1].name}); " + text
    if held:
        tensors = random.sample([tensor.name for tensor in workload.tensors], random.randint(0, 2))
        text += f" Hold({random.choice(machine.memories[1:]).name}: {', '.join(tensors)});"
    split = random.choice(("even", "any", "perfect"))
    return perhaps_constrained(random, narrowed(random, template_space(workload, parse_dataflow(text), machine, split)))


BUILD = {"constraint": constrained, "class": classed, "template": templated}


def space_of(random: Random, how: str, kind: object, most: int) -> MapSpace:
    """A space of the kind with 1 to `most` points."""
    while True:
        workload, (machine, _) = workload_by_chance(random, most), machine_by_chance(random)
        if workload.macs == 1:
            continue
        with suppress(WeftError):  # what the machine cannot meet
            space = BUILD[how](random, kind, workload, machine)
            if 0 < space.size <= most and space.structures():
                return space


def compare_one(seed: int, how: str, kind: object, most: int) -> int:
    """The points of the space that was compared; `most` is 0 for one of `MOST`."""
    random = Random(f"{seed} {how} {kind}")
    space = space_of(random, how, kind, most or random.choice(MOST))
    objective, time = random.choice(OBJECTIVES), random.choice(("throughput", "throughput", "stepwise"))
    try:
        compare(space, objective, time)
    except AssertionError as error:
        raise AssertionError(f"{how} {kind} {seed}, {objective}, {time}: {space}") from error
    return space.size


@pytest.mark.parametrize("how", ["constraint", "class", "template"])
def test_a_search_finds_the_best_of_spaces_of_some_kinds(how):
    for number, (_, kind) in enumerate([item for item in KINDS if item[0] == how][::5]):
        assert compare_one(number, how, kind, 300)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_search_finds_the_best_of_spaces_of_every_kind(seed):
    """One space of every kind a round."""
    sizes = [compare_one(seed, how, kind, 0) for how, kind in KINDS]
    print(f"round {seed}: {len(sizes)} spaces, {sum(sizes)} points, the largest {max(sizes)}", flush=True)

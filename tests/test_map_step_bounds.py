"""No program takes less by stepwise time than the bound of any box that it is in, on machines of every kind."""

import os
from contextlib import suppress
from dataclasses import replace
from random import Random

import pytest
from map_bounds import Bounds
from test_map_bounds import space_by_chance

from weft.backends.cost import evaluate_schedule
from weft.ir import Interconnect, Mapping, WeftError
from weft.passes.pipeline import schedule
from weft.search.bounds import bound

PROGRAMS = 6
TENSORS = ("input", "filter", "output")


def test_no_program_takes_less_than_its_bound_says():
    late = filled = 0
    for bounds, points in cases(Random(7), 40):
        check(bounds, points)
        late += bool(bounds.ground.plan.waits)
        filled += bool(bounds.ground.plan.fills)
    assert late > 8
    assert filled > 20


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(100, 100 + int(os.environ.get("WEFT_MAP_SEEDS", "10"))))
def test_no_program_takes_less_than_its_bound_says_in_many_spaces(seed):
    for bounds, points in cases(Random(seed), 300):
        check(bounds, points)


def test_the_bound_of_a_plain_program_is_its_time():
    """First fills, then work that is never waited for; what is left are the last drains."""
    import weft
    from weft.search import machine_space
    from weft.search.spaces.point import Point, Structure

    machine = replace(weft.load_accelerator("bench_256"), pes=1, shape=())
    space = machine_space(weft.parse_workload("gemm:M=4,N=4,K=4"), machine, shape=(1,))
    structure = next(item for item in space.structures() if isinstance(item, Structure))
    levels = tuple(tuple((name, 4) for name in space.mapped(structure, n)) for n in range(len(space.levels)))
    point = Point(structure, levels, space.placements()[0])
    least, cost = least_and_cost(Bounds(space, structure, "stepwise"), [point], point)
    assert cost.cycles_stepwise - least == 2  # a cycle for the last drain of each level


def cases(random, count):
    """Spaces with some programs of one structure."""
    while count:
        with suppress(WeftError):  # memories that cannot stand where chance put them
            space = space_by_chance(random)
            space = replace(space, accelerator=enriched(random, space.accelerator))
            drawn = list(space.sample(random, 1))
            bounds = Bounds(space, drawn[0].structure, "stepwise")
            others = [point for point in space.sample(random, 40) if point.structure == drawn[0].structure]
            points = (drawn + others)[:PROGRAMS]
            for point in points:
                evaluated(space, point)
            yield bounds, points
            count -= 1


def enriched(random, machine):
    """The machine with buffers, ports and networks of all kinds."""
    memories = tuple(
        replace(
            memory,
            buffering=random.choice(("single", "single", "rolling", "double")),
            networks=(network(random) if memory.instances else Interconnect(),),
            read_bandwidth=random.choice((None, 1, 2)),
            write_bandwidth=random.choice((None, 1, 3)),
            shared_bandwidth=random.choice((None, None, 2)),
        )
        for memory in machine.memories
    )
    return replace(machine, memories=memories, lanes=random.choice((1, 1, 2)), pipeline_depth=random.choice((1, 1, 3)))


def network(random):
    return Interconnect(
        bandwidth=random.choice((None, 4, 1)),
        latency=random.choice((0, 0, 2)),
        multicast=random.random() < 0.7,
        reduction=random.random() < 0.7,
        forwarding=random.random() < 0.2,
        topology=random.choice(("bus", "tree", "mesh")),
        hop_latency=random.choice((0, 1)),
        channels=tuple((name, random.choice((None, 1, 2))) for name in TENSORS if random.random() < 0.25),
        store_and_forward=tuple((name, 1) for name in TENSORS if random.random() < 0.15),
        queues=random.random() < 0.3,
    )


def check(bounds, points):
    """Boxes of one program, and of all of them."""
    for point in points:
        for box in ([point], points):
            least, cost = least_and_cost(bounds, box, point)
            assert least <= cost.cycles_stepwise, f"{least} for {cost.cycles_stepwise}: {point} of {bounds.space}"


def least_and_cost(bounds, box, point):
    """The least cycles of a box for the placement of a program, and what the program costs."""
    work = bounds.box([bounds.tiling(chains(bounds, item)) for item in box])
    placement = bounds.ground.plan.placements.index(point.holds)
    compute = bound.compute_cycles(bounds.flat, work.x)
    least = bound.least_cycles(bounds.flat, work.x, work.sure, work.base, work.parts, placement, compute)
    return least, evaluated(bounds.space, point)


def chains(bounds, point):
    return {name: [dict(level).get(name, 0) for level in point.levels] for name in bounds.names}


def evaluated(space, point):
    mapping = Mapping(space.workload, space.program(point), space.accelerator)
    return evaluate_schedule(schedule(mapping, "warning"))

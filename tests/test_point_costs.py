"""Points of spaces cost what `evaluate_schedule` says of their schedules."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from weft import load_accelerator
from weft.analysis.counts import Kind
from weft.analysis.nest import Grouping, Nest
from weft.backends.cost.arithmetic import operands
from weft.backends.cost.evaluate import evaluate_schedule
from weft.backends.cost.traffic import distinct_outputs, entries
from weft.ir import Accelerator, Interconnect, Mapping, Memory, operator_workload
from weft.passes.pipeline import schedule
from weft.search.point_costs import PointCosts
from weft.search.spaces.default import machine_space


def workload_by_chance(random, longest):
    """A GEMM or a convolution, perhaps strided, dilated or depthwise."""
    if random.random() < 0.3:
        return operator_workload("GEMM", {name: random.randint(1, longest) for name in "MNK"})
    extents = dict.fromkeys(("N", "K", "C", "R", "S", "Y'", "X'"), 1)
    axes = random.choice([("Y'", "R"), ("X'", "S"), ("Y'", "R", "X'", "S")])
    for name in (*axes, *random.sample(("N", "K", "C"), random.randint(1, 2))):
        extents[name] = random.randint(1, 3 if name in "RS" else longest)
    steps = [{axis: random.randint(1, 3) for axis in "YX"} for _ in range(2)]
    return operator_workload(random.choice(["CONV", "DSCONV"]), extents, stride=steps[0], dilation=steps[1])


def network_by_chance(random):
    channels = (("filter", random.choice([None, 2])),) if random.random() < 0.3 else ()
    return Interconnect(
        random.choice([None, 1, 3]),
        multicast=random.random() < 0.7,
        reduction=random.random() < 0.7,
        channels=channels,
    )


def machine_by_chance(random):
    """Two or three memories with every kind of port, room and network that sums can describe."""
    networks = tuple(network_by_chance(random) for _ in range(2))
    widths = {name: random.choice([None, 1, 3]) for name in ("read_bandwidth", "write_bandwidth")}
    buffer = Memory(
        "L2", 1, random.choice([None, 24, 60]), random.choice(["double", "rolling"]), networks,
        (("input", 12),) if random.random() < 0.3 else (), shared_bandwidth=random.choice([None, 2]), **widths,
    )  # fmt: skip
    outer = Memory("DRAM", shared_bandwidth=random.choice([None, 2]))
    inner = Memory("L1", None, random.choice([None, 6, 16]), random.choice(["double", "rolling"]), read_bandwidth=1)
    inner = replace(inner, holds=random.choice([None, ("filter", "output"), ()]))
    memories = random.choice([(outer, buffer, inner), (outer, buffer), (outer, inner)])
    bits = (("output", 16), ("filter", 4)) if random.random() < 0.5 else ()
    return Accelerator(
        "machine", random.choice([4, 6, 8]), memories, word_bits=bits, vector_width=random.choice([1, 2]),
        energy_table=random.choice(["eyeriss", "bench_256"]),
    )  # fmt: skip


def spaces(seed, number, longest):
    for index in range(number):
        random = Random(1000 * seed + index)
        space = machine_space(workload_by_chance(random, longest), machine_by_chance(random), mixed=False)
        yield random, replace(space, split=random.choice(["even", "any", "perfect"]))


def counts(nest, plan, slot):
    """What a slot counts, by the closed forms of the cost model."""
    tensor = plan.tensors[slot.tensor]
    shared = frozenset(level for level in range(len(plan.schedule.levels)) if slot.shared >> level & 1)
    if slot.kind == Kind.ENTRIES:
        return entries(nest, tensor, slot.boundary, Grouping(shared))
    if slot.kind == Kind.OPERANDS:
        return operands(nest, tensor, shared)
    return distinct_outputs(nest, slot.boundary)


def check_point(space, costs, point):
    found, plan = costs.evaluate(point), costs.evaluator(point.structure).plan
    program = schedule(Mapping(space.workload, space.program(point), space.accelerator), "warning")
    cost = evaluate_schedule(program)
    assert found.cycles == cost.cycles_throughput, point
    assert found.energy_pj == pytest.approx(cost.energy_pj, rel=1e-12)
    assert found.fits == all(item.fits for item in cost.occupancy), point
    if not found.fits:
        room = plan.rooms[found.room]
        assert not next(item for item in cost.occupancy if item.site.memory.name == room.memory).fits
    nest = Nest(program)
    for slot, count in zip(plan.slots, found.slots, strict=True):
        if count:
            assert count == counts(nest, plan, slot), (slot, point)
    return found.fits


def test_a_program_costs_what_its_schedule_costs():
    fitting = [
        check_point(space, costs, point)
        for random, space in spaces(1, 60, 9)
        for costs in [PointCosts(space)]
        for point in space.sample(random, 4)
    ]
    assert 0.2 < np.mean(fitting) < 0.95


@pytest.mark.parametrize(
    ("operator", "extents"),
    [
        ("GEMM", {"M": 1000, "N": 96, "K": 1024}),
        ("CONV", {"N": 1, "K": 64, "C": 64, "R": 3, "S": 3, "Y'": 56, "X'": 56}),
    ],
)
def test_a_program_of_a_whole_layer_costs_what_its_schedule_costs(operator, extents):
    space = machine_space(operator_workload(operator, extents), load_accelerator("bench_256"), mixed=False)
    costs = PointCosts(space)
    for point in space.sample(Random(5), 12):
        check_point(space, costs, point)


def test_a_machine_whose_costs_are_no_sums_is_refused():
    leaky = replace(load_accelerator("bench_256"), pe_leakage_mw=1.0)
    space = machine_space(operator_workload("GEMM", {"M": 4, "N": 4, "K": 4}), leaky)
    with pytest.raises(ValueError, match="linear"):
        next(map(PointCosts(space).evaluate, space.sample(Random(1), 1)))

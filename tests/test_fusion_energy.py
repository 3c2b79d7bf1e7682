"""Fusion plans by energy: bounds against programs, against all choices of small groups, and the command."""

import json
from dataclasses import replace
from itertools import islice, pairwise
from math import isclose
from pathlib import Path
from random import Random

import jsonschema
import pytest
from campaigns import first
from click.testing import CliRunner
from fused_programs import fused_case, machine
from test_fusion_plan import all_programs, group

import weft
from weft.analysis.fused.nest import fills
from weft.cli import weft as cli
from weft.frontends.maestro import parse_maestro
from weft.fusion.group import Group
from weft.fusion.measures import Energy
from weft.fusion.programs import Programs
from weft.fusion.space import GroupSpace
from weft.ir import WeftError
from weft.passes.fuse import room_bytes

CLOSE = 1e-9
BENCH = weft.load_accelerator("bench_256")


def tighter(accelerator, random):
    """The machine with few bytes at the elements, and outputs of two bytes."""
    *above, inner = accelerator.memories
    memories = (*above, replace(inner, capacity_bytes=random.randint(6, 60)))
    return replace(accelerator, memories=memories, word_bits=(("output", 16),))


def compare_bounds(seeds, tight=False):
    """How many stages were compared, and how many of these run several times."""
    compared = several = 0
    for seed in seeds:
        program, accelerator = fused_case(seed)
        accelerator = tighter(accelerator, Random(seed)) if tight else accelerator
        try:
            cost = weft.evaluate_fused(program, accelerator)
        except WeftError:
            continue
        layers = tuple(replace(stage.layer, dataflow=None) for stage in program.stages)
        measure = Energy(accelerator)
        prices = measure.prices(Group(layers, program.edges, program.stored, program.memory))
        total = 0.0
        for number, (stage, boxes) in enumerate(zip(cost.stages, cost.boxes, strict=True)):
            runs = sum(times * part.energy_pj for times, part in stage.parts)
            once = prices.once[number] + prices.again[number] * (boxes.points - boxes.workload.points)
            assert measure.runs(boxes) <= runs * (1 + CLOSE), (seed, stage.name)
            assert once <= runs * (1 + CLOSE), (seed, stage.name)
            compared, several = compared + 1, several + (boxes.runs > 1)
            fed, workload = program.fed(number), boxes.workload
            total += runs + sum(
                fills(boxes, boxes.axes(item)) * prices.enters[number, item.name]
                for item in workload.inputs
                if item.name not in fed
            )
            total += workload.footprint(workload.output) * prices.leaves[number] * program.goes_out(number)
        assert isclose(total, cost.energy_pj, rel_tol=CLOSE), seed
    return compared, several


LOOSE_AND_TIGHT = [(range(16), False), (range(200, 235), True), (range(16, 60), False), (range(235, 300), True)]


@pytest.mark.parametrize("case", first(2, LOOSE_AND_TIGHT))
def test_no_stage_is_below_what_its_boxes_and_its_layer_cost_at_least(case):
    compared, several = compare_bounds(*case)
    assert compared > 25
    assert several > 12


@pytest.mark.campaign
def test_no_stage_is_below_what_it_costs_at_least_campaign():
    assert compare_bounds(range(1000, 1600))[0] > 1000
    assert compare_bounds(range(2000, 2600), tight=True)[0] > 600


def searched(seeds, most):
    """Small groups, and the energies and rooms of all their programs, each with the best programs of its stages."""
    for seed in seeds:
        found, accelerator = group(seed), machine(Random(seed))
        programs = list(islice(all_programs(found), most + 1)) if found else []
        if not 0 < len(programs) <= most:
            continue
        programs_inside, costs = Programs(accelerator), []
        for program in programs:
            try:
                cost = programs_inside.cost(program)
            except WeftError:
                continue
            costs.append((cost.energy_pj, sum(room_bytes(program, accelerator, cost.boxes).values())))
        yield found, accelerator, programs_inside, costs


def compare_groups(seeds, most):
    """How many searches were compared with all programs of their groups."""
    compared = 0
    for found, accelerator, inside, costs in searched(seeds, most):
        space = GroupSpace(found, accelerator, Energy(accelerator))
        rooms = sorted(room for _, room in costs)
        for room in (None, *(rooms[len(rooms) * part // 3] for part in range(3))):
            for gap in (0.0, 0.02):
                least = space.least(None if room is None else 8 * room, gap=gap)
                best = min(energy for energy, held in costs if room is None or held <= room)
                assert least is not None
                assert least.bound <= best * (1 + CLOSE), (found.program(), room)
                choice = space.enlarged(least.choice, None if room is None else 8 * room)
                cost = inside.cost(found.program(choice.loops, choice.recomputed, choice.own))
                assert cost.energy_pj >= least.bound
                assert room is None or 8 * room >= choice.room
                compared += 1
    return compared


def test_no_program_of_a_group_is_below_its_bound():
    assert compare_groups(range(24), 60) > 12


@pytest.mark.campaign
def test_no_program_of_a_group_is_below_its_bound_campaign():
    assert compare_groups(range(100, 300), 600) > 200


LAYERS = """
Network pair {
  Layer A { Type: GEMM Dimensions { M: 48, N: 40, K: 16 } }
  Layer B { Type: GEMM Dimensions { M: 48, N: 24, K: 40 } }
}
"""
SCHEMA = json.loads((Path(__file__).parents[1] / "docs/fuse.schema.json").read_text("utf-8"))


def run(tmp_path, text, *options):
    path = tmp_path / "layers.m"
    path.write_text(text)
    return CliRunner().invoke(cli, ["fuse", str(path), "-a", "bench_256", "--set", "L2.capacity_bytes=4K", *options])


def test_a_plan_by_energy_has_programs_that_cost_what_it_says(tmp_path):
    plan = json.loads(run(tmp_path, LAYERS, "--objective", "energy", "--json").stdout)
    jsonschema.validate(plan, SCHEMA)
    (found,) = plan["plans"]
    outside, kept, fused = found["plans"]
    assert found["bound"] <= fused["energy_pj"] <= min(outside["energy_pj"], kept["energy_pj"])
    assert isclose(found["gap"], fused["energy_pj"] / found["bound"] - 1, abs_tol=CLOSE)
    text = run(tmp_path, LAYERS, "--objective", "energy", "--emit").stdout
    again = json.loads(run(tmp_path, text, "--verify", "--verify-limit", "1000000", "--json").stdout)
    jsonschema.validate(again, SCHEMA)
    costs = [program["cost"] for program in again["programs"]]
    assert isclose(sum(cost["energy_pj"] for cost in costs), fused["energy_pj"], rel_tol=CLOSE)
    assert sum(cost["cycles_stepwise"] for cost in costs) == fused["cycles_stepwise"]


def test_by_energy_every_plan_of_a_network_is_at_least_the_bound():
    (network,) = parse_maestro(LAYERS)
    planned = weft.plan_fusion(network, BENCH, ["L2.capacity_bytes=3000"], objective="energy", gap=0.0)
    for plan in (planned.outside, planned.kept, planned.plan):
        assert plan.price >= planned.bound
        assert plan.price == sum(piece.cost.energy_pj for piece in plan.pieces)
        assert plan.room_bits <= 8 * 3000
    assert planned.plan.price < planned.outside.price


def test_more_room_never_costs_traffic_on_a_curve(tmp_path):
    data = json.loads(run(tmp_path, LAYERS, "--curve", "--json").stdout)
    jsonschema.validate(data, SCHEMA)
    rows = data["curves"][0]["curve"]
    assert [row["room_bytes"] for row in rows][-3:] == [1024, 2048, 4096]
    for before, after in pairwise(rows):
        for one, other in zip(before["plans"], after["plans"], strict=True):
            assert other["bytes"] <= one["bytes"]
    assert all(row["gap"] == 0.0 and row["bound"] == 8 * row["plans"][2]["bytes"] for row in rows)
    (network,) = parse_maestro(LAYERS)
    curve = weft.fusion_curve(network, BENCH, ["L2.capacity_bytes=4K"])
    assert [room for room, _ in curve] == [row["room_bytes"] for row in rows]


def test_without_a_limit_a_curve_ends_where_nothing_gains_any_more():
    (network,) = parse_maestro(LAYERS)
    curve = weft.fusion_curve(network, BENCH, ["L2.capacity_bytes=unlimited"])
    free = weft.plan_fusion(network, BENCH, ["L2.capacity_bytes=unlimited"])
    assert curve[-1][1].plan.traffic_bits == free.plan.traffic_bits
    assert curve[-2][1].plan.traffic_bits > free.plan.traffic_bits or (
        curve[-2][1].kept.traffic_bits > free.kept.traffic_bits
    )


@pytest.mark.parametrize(
    "options", [("--gap", "1%"), ("--emit", "--curve"), ("--objective", "energy", "--gap", "-1"), ("--objective", "x")]
)
def test_options_of_plans_that_mean_nothing_are_wrong_usage(tmp_path, options):
    assert run(tmp_path, LAYERS, *options).exit_code == 2


def test_machines_that_have_no_plans_by_energy_are_refused_by_name():
    (network,) = parse_maestro(LAYERS)
    with pytest.raises(WeftError, match=r"W203.*leaks or idles"):
        weft.plan_fusion(network, BENCH, ["pe_idle_pj=0.5"], objective="energy")
    with pytest.raises(ValueError, match="unknown objective 'edp'"):
        weft.plan_fusion(network, BENCH, objective="edp")
    with pytest.raises(ValueError, match="the gap is"):
        weft.plan_fusion(network, BENCH, objective="energy", gap=-0.1)
    with pytest.raises(ValueError, match="leave out the gap"):
        weft.plan_fusion(network, BENCH, gap=0.1)

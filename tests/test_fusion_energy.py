"""Fusion plans by energy: bounds against programs, against all choices of small groups, and the command."""

from dataclasses import replace
from itertools import islice
from math import isclose
from random import Random

import pytest
from fused_programs import fused_case, machine
from test_fusion_plan import all_programs, group

import weft
from weft.analysis.fused.nest import fills
from weft.fusion.group import Group
from weft.fusion.measures import Energy
from weft.fusion.programs import Programs
from weft.fusion.space import GroupSpace
from weft.ir import WeftError
from weft.passes.fuse import fuse, room_bytes

CLOSE = 1e-9
BENCH = weft.load_accelerator("bench_256")


def compare_bounds(seeds):
    """How many stages were compared, and how many of these run several times."""
    compared = several = 0
    for seed in seeds:
        program, accelerator = fused_case(seed)
        try:
            fuse(program, accelerator, "warning")
        except WeftError:
            continue
        cost = weft.evaluate_fused(program, accelerator, over_capacity="warning")
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


def test_no_stage_is_below_what_its_boxes_and_its_layer_cost_at_least():
    compared, several = compare_bounds(range(24))
    assert compared > 40
    assert several > 20


@pytest.mark.campaign
def test_no_stage_is_below_what_it_costs_at_least_campaign():
    assert compare_bounds(range(1000, 1600))[0] > 1000


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
    assert compare_groups(range(24), 60) > 20


@pytest.mark.campaign
def test_no_program_of_a_group_is_below_its_bound_campaign():
    assert compare_groups(range(100, 300), 600) > 200

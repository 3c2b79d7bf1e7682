"""Generated fused programs: closed forms, simulator and exact sets say the same (docs/model.md, A34 to A37)."""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from campaigns import first
from fused_programs import fused_case

from weft.analysis.fused import boxes as box_forms
from weft.analysis.fused import rooms
from weft.backends.exact import fused_boxes
from weft.backends.exact.fused import box_of, exact_fused, exact_fused_counts
from weft.backends.fused import FusedCost, clock, counts, evaluate_fused
from weft.backends.simulate.fused import simulate_fused
from weft.ir import FusedSchedule, WeftError
from weft.passes.fuse import fuse


def evaluated(seed: int) -> FusedCost:
    return evaluate_fused(fuse(*fused_case(seed)))


def places_between(schedule: FusedSchedule) -> int:
    """What A35 gives for tensors between the stages."""
    program, boxes = schedule.program, box_forms.stage_boxes(schedule.program)
    steady, made = rooms.places(program, boxes, schedule.boundary)
    kept = ((number, boxes[number].workload.output.name) for number in range(len(boxes)) if program.consumers(number))
    return made + sum(steady[key] for key in kept)


def from_simulation(cost: FusedCost) -> set[str]:
    """In what the closed forms differ from a run on data."""
    schedule, seen = cost.schedule, simulate_fused(cost.schedule)
    found = {
        "values": seen.matches_numpy,
        "counts": seen.counts == tuple(stage.counts for stage in cost.stages),
        "cycles": seen.cycles_stepwise == cost.cycles_stepwise,
        "room": seen.most_between <= places_between(schedule),
    }
    return {name for name, same in found.items() if not same}


def from_sets(cost: FusedCost) -> set[str]:
    """In what the closed forms differ from integer sets."""
    schedule, exact = cost.schedule, exact_fused(cost.schedule)
    found = {
        "points": all(one.points == two.counts.points for one, two in zip(exact, cost.stages, strict=True)),
        "missed": all(stage.missed is None for stage in exact),
        "boxes": all(one.boxes == boxes_of(two) for one, two in zip(exact, schedule.stages, strict=True)),
        "runs": all(stage.runs == sum(stage.boxes.values()) for stage in exact),
    }
    different = {name for name, same in found.items() if not same}
    if not different and exact_fused_counts(schedule, exact) != tuple(stage.counts for stage in cost.stages):
        different.add("counts")
    return different


def boxes_of(stage):
    """The boxes of a stage's schedules with the numbers of their runs."""
    found = Counter()
    for times, part in stage.parts:
        found[box_of(part.mapping.workload)] += times
    return found


def assert_same(seeds):
    for seed in seeds:
        cost = evaluated(seed)
        assert (seed, from_simulation(cost), from_sets(cost)) == (seed, set(), set())


@pytest.mark.parametrize("begin", first(2, range(0, 120, 20)))
def test_closed_forms_equal_both_oracles(begin):
    assert_same(range(begin, begin + 20))


@pytest.mark.campaign
@pytest.mark.parametrize("begin", range(1000, 11000, 250))
def test_closed_forms_equal_both_oracles_on_the_campaign_of_10000(begin):
    assert_same(range(begin, begin + 250))


def test_programs_are_of_all_kinds():
    programs = [fused_case(seed)[0] for seed in range(400)]
    stages = [stage for program in programs for stage in program.stages]
    operators = {stage.layer.workload.operator for stage in stages}
    assert operators == {"CONV", "DSCONV", "POOL", "GEMM", "AFFINE"}
    assert {len(program.loops) for program in programs} == {0, 1, 2, 3}
    assert {len(program.stages) for program in programs} == {2, 3, 4, 6}
    assert any(len(program.consumers(0)) > 1 for program in programs)
    assert any(program.stored for program in programs)
    assert any(stage.loops for stage in stages)
    ways = {
        (len(program.loops), tuple(loop.dimension in stage.recomputed for loop in program.loops))
        for program in programs
        for stage in program.stages[:-1]
    }
    assert len(ways) == 1 + 2 + 4 + 8


def test_the_oracles_do_not_use_the_closed_forms():
    for oracle in ("exact", "simulate"):
        for file in (Path(__file__).parents[1] / "backends" / oracle).rglob("*.py"):
            assert not re.search(r"analysis\.fused|^from \.{2,}(backends\.)?fused", file.read_text("utf-8"), re.M), file


# --- the comparison sees faults ------------------------------------------------------------------------------------


def without_overlap(boxes, axes):
    """Fills as if nothing was left from the run before."""
    total = 1
    for loop, positions in enumerate(boxes.active):
        each = np.ones(len(positions), dtype=np.int64)
        for axis in axes:
            each *= axis.elements(np.array(positions)) if axis.loop == loop else 1
        total *= int(each.sum())
    for axis in axes:
        total *= int(axis.elements(np.zeros(1, dtype=np.int64))[0]) if axis.loop == -1 else 1
    return total


def all_needed(needed, extent, cached):
    """What is computed as if nothing was ever kept."""
    return MADE(needed, extent, False)


def without_line_buffer(program, stage, boxes):
    """Room as if nothing was kept from step to step."""
    return 0, HELD(program, stage, boxes)[1]


MADE, HELD = box_forms.made, rooms.held_between
FAULTS = {
    "overlap of inputs ignored": (counts, "fills", without_overlap, from_simulation, {"counts"}),
    "overlap of inputs ignored, sets": (counts, "fills", without_overlap, from_sets, {"counts"}),
    "cached computed again": (box_forms, "made", all_needed, from_sets, {"points", "boxes"}),
    "gaps left out": (fused_boxes, "_without_gaps", lambda interval, whole: interval, from_sets, {"missed", "boxes"}),
    "no line buffer": (rooms, "held_between", without_line_buffer, from_simulation, {"room"}),
    "transfers cost nothing": (clock, "_transfer", lambda schedule, moved, into: 0, from_simulation, {"cycles"}),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_seen(fault, monkeypatch):
    module, name, wrong, compare, expected = FAULTS[fault]
    found = set()
    box_forms.stage_boxes.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(module, name, wrong)
        for seed in range(40, 100):
            found |= compare(evaluated(seed))
            if found >= expected:
                break
    box_forms.stage_boxes.cache_clear()
    assert found >= expected


# --- rooms ---------------------------------------------------------------------------------------------------------


def with_capacity(accelerator, capacity):
    """The machine with so many bytes in its boundary memory."""
    outside, boundary, *inner = accelerator.memories
    return replace(accelerator, memories=(outside, replace(boundary, capacity_bytes=capacity), *inner))


@pytest.mark.parametrize("seed", range(40))
def test_what_a_full_memory_asks_for_is_enough_and_one_byte_less_is_not(seed):
    program, accelerator = fused_case(seed)
    with pytest.raises(WeftError) as refused:
        fuse(program, with_capacity(accelerator, 1))
    (problem,) = refused.value.diagnostics
    words = problem.message.split()
    need = int(words[2])
    assert (problem.code, problem.message) == ("W201", f"L2 needs {need} bytes and has 1")
    assert sum(int(part.split()[-1]) for part in problem.notes[0].removeprefix("bytes: ").split(", ")) == need
    assert need >= places_between(fuse(program, accelerator))
    fuse(program, with_capacity(accelerator, need))
    with pytest.raises(WeftError, match=f"L2 needs {need} bytes and has {need - 1}"):
        fuse(program, with_capacity(accelerator, need - 1))

"""Timeloop's constraints and mapper files beside a design: each is asked of every program, refused, or said to do nothing."""

from dataclasses import replace
from functools import cache
from random import Random

import pytest
from click.testing import CliRunner
from timeloop_designs import ARCHITECTURE, EXAMPLES, PROBLEM, SMALL_MACHINE, SMALL_PROBLEM

import weft
from weft.cli import weft as command
from weft.designs import close_design
from weft.frontends.timeloop import parse_open_timeloop
from weft.ir import SpatialMap, WeftError
from weft.search.spaces.constraints import constrain
from weft.search.spaces.request import SpaceRequest


def opened(*texts):
    return parse_open_timeloop([(f"file{number}.yaml", text) for number, text in enumerate(texts)])


def design(*texts):
    return close_design(opened(*texts))


def space_of(found, split="even"):
    return found.within(SpaceRequest(split=split)).space(found.workload, found.accelerator)


def example(name, *others):
    return weft.read_timeloop_design(EXAMPLES / name / "arch.yaml", EXAMPLES / name / "problem.yaml", *others)


def refused(*texts):
    """The codes, messages and pointed-at texts of what is wrong."""
    with pytest.raises(WeftError) as raised:
        design(*texts)
    return [
        (item.code, item.message, item.span.text[item.span.column - 1 :][: item.span.length])
        for item in raised.value.diagnostics
        if item.is_error
    ]


# --- what a program does at the places of a machine, read off its directives alone -------------------------------------


class Walk:
    """A program's steps in time below each memory and units at each fan-out, in order, by dimension."""

    def __init__(self, workload, program, memories):
        chunks, self.time, self.units, self.order = dict(workload.extents), {memories[0]: {}}, {memories[0]: []}, {}
        memory = memories[0]
        for number, level in enumerate(program.levels):
            for directive in level:
                name, steps = directive.dimension, -(-chunks[directive.dimension] // directive.size)
                chunks[name] = directive.size
                if isinstance(directive, SpatialMap):
                    self.units[memory] += [(name, steps)] if steps > 1 else []
                else:
                    self.time[memory][name] = self.time[memory].get(name, 1) * steps
                    self.order.setdefault(memory, []).append(name)
            if number < len(program.clusters) and (below := program.clusters[number].memory):
                memory = below
                self.time[memory], self.units[memory] = {}, []
        self.element = chunks
        held = {placement.memory: set(placement.tensors) for placement in program.placements}
        self.held = {name: held.get(name, {tensor.name for tensor in workload.tensors}) for name in memories}

    def steps(self, memory, name):
        return self.time.get(memory, {}).get(name, 1)

    def spread(self, memory, name):
        """Over how many units a dimension is spread below a memory."""
        found = [steps for other, steps in self.units[memory] if other == name]
        return found[0] if found else 1

    def stands(self, memory, outer, inner):
        order = self.order.get(memory, [])
        return not {outer, inner} <= set(order) or order.index(outer) < order.index(inner)


def walks(found, count=120):
    space = space_of(found)
    memories = [memory.name for memory in found.accelerator.memories]
    for point in space.sample(Random(3), count):
        yield Walk(found.workload, space.program(point), memories)


def test_row_stationary_programs_are_what_the_constraints_of_an_eyeriss_say():
    for walk in walks(example("eyeriss_like", EXAMPLES / "eyeriss_like" / "constraints.yaml")):
        assert walk.held["shared_glb"] == {"Inputs", "Outputs"}
        assert (walk.held["ifmap_spad"], walk.held["weights_spad"]) == ({"Inputs"}, {"Weights"})
        assert walk.held["psum_spad"] == {"Outputs"}
        spread = {name for name, _ in walk.units["shared_glb"]}
        assert spread <= {"Q", "M", "S", "C"}
        assert walk.spread("shared_glb", "S") == 3
        assert all(walk.steps("ifmap_spad", name) == 1 for name in "NCMPQRS")
        assert walk.steps("weights_spad", "R") == 3
        assert all(walk.steps("weights_spad", name) == 1 for name in "NMPQS")
        assert {walk.element[name] for name in "NCRSPQ"} == {1}
        assert walk.element["M"] <= 16
        for memory in ("DRAM", "shared_glb"):
            assert all(walk.steps(memory, name) == 1 for name in "RS")
            # In Timeloop's permutation QP, Q is innermost.
            assert walk.stands(memory, "P", "Q")
            assert all(walk.stands(memory, name, "P") for name in "CMRS")


def test_a_simba_spreads_the_channels_that_its_constraints_leave():
    for walk in walks(example("simba_like", EXAMPLES / "simba_like" / "constraints.yaml"), 60):
        assert {name for name, _ in walk.units["GlobalBuffer"]} <= {"C", "M"}
        assert {name for name, _ in walk.units["PEInputBuffer"]} <= {"M"}
        assert {name for name, _ in walk.units["PEAccuBuffer"]} <= {"C"}
        assert all(walk.element[name] == 1 for name in "RSMC")
        assert walk.held["PEInputBuffer"] == {"Inputs"}
        assert walk.held["PEAccuBuffer"] == {"Outputs"}


# --- the space under constraints is the free space, filtered -----------------------------------------------------------

TINY = PROBLEM.replace("instance: {C: 32, K: 32, R: 3, P: 16}", "instance: {C: 4, K: 2, R: 1, P: 2}")
LINE = ARCHITECTURE.replace("meshX: 16", "meshX: 4")

# Constraints of the line of elements, and the same as a condition on a walk over the memories M, G and F.
EXACT = {
    "{target: MainMemory, type: temporal, factors: C=2 P<=1}": lambda w: (
        w.steps("MainMemory", "C") == 2 and w.steps("MainMemory", "P") == 1
    ),
    "{target: PE, type: spatial, factors: [C<=2, K=1]}": lambda w: (
        w.spread("MainMemory", "C") <= 2 and w.spread("MainMemory", "K") == 1
    ),
    "{target: PE, type: spatial, factors_only: C=0}": lambda w: (
        w.spread("MainMemory", "C") == 4 and w.spread("MainMemory", "K") == w.spread("MainMemory", "P") == 1
    ),
    "{target: GlobalBuffer, type: temporal, permutation: C}": lambda w: (
        w.stands("GlobalBuffer", "K", "C") and w.stands("GlobalBuffer", "P", "C")
    ),
    "{target: GlobalBuffer, type: temporal, permutation: [P, K, C]}": lambda w: (
        w.stands("GlobalBuffer", "C", "K") and w.stands("GlobalBuffer", "K", "P")
    ),
    "{target: RegisterFile, type: temporal, factors: K>=2 C=1}": lambda w: w.element["K"] >= 2 and w.element["C"] == 1,
    "{target: RegisterFile, type: temporal, no_iteration_over_dataspaces: [Weights]}": lambda w: (
        w.element["K"] == w.element["C"] == 1
    ),
}
HELD = {
    "{target: GlobalBuffer, type: datatype, keep: [Inputs], bypass: [Weights]}": lambda held: (
        "Inputs" in held["GlobalBuffer"] and "Weights" not in held["GlobalBuffer"]
    ),
    "{target: RegisterFile, type: bypass, keep_only: [Outputs]}": lambda held: held["RegisterFile"] == ("Outputs",),
    "{target: RegisterFile, type: dataspace, bypass_only: [Outputs]}": lambda held: (
        held["RegisterFile"] == ("Weights", "Inputs")
    ),
}


@cache
def free_programs(split):
    """All programs of the line whose memories hold everything, each with its walk."""
    found = design(TINY, LINE)
    space = keeping_all(space_of(found, "even"))
    space = constrain(space, [f"split: {split}"])
    memories = [memory.name for memory in found.accelerator.memories]
    return {p: Walk(found.workload, p, memories) for p in map(space.program, space.points())}


def keeping_all(space):
    return replace(space, holds=tuple((name, sets[:1]) for name, sets in space.holds))


@pytest.mark.parametrize("split", ["even", "perfect"])
@pytest.mark.parametrize("text", EXACT)
def test_a_constraint_leaves_the_programs_that_it_describes(text, split):
    found = design(TINY, LINE, f"mapspace_constraints:\n  targets:\n    - {text}\n")
    kept = keeping_all(space_of(found, split))
    every = free_programs(split)
    expected = {program for program, walk in every.items() if EXACT[text](walk)}
    assert set(map(kept.program, kept.points())) == expected
    assert 0 < len(expected) < len(every)


@pytest.mark.parametrize("text", HELD)
def test_a_constraint_leaves_the_placements_that_it_describes(text):
    found = design(TINY, LINE, f"mapspace_constraints: [{text}]")
    every = [dict(held) for held in space_of(design(TINY, LINE)).placements()]
    expected = [held for held in every if HELD[text](held)]
    assert [dict(held) for held in space_of(found).placements()] == expected
    assert 0 < len(expected) < len(every)


FORMS = (
    "architecture_constraints: {version: 0.3, targets: [BODY]}",
    "mapspace_constraints: [BODY]",
    "constraints:\n  targets:\n    - BODY",
    "mapspace: {constraints: [BODY]}",
    "constraints: [{target: GlobalBuffer, constraints: [{type: temporal, attributes: {permutation: CK}}]}]",
)


@pytest.mark.parametrize("form", FORMS)
def test_every_place_of_constraints_is_read(form):
    body = "{target: GlobalBuffer, type: temporal, permutation: CK}"
    found = design(TINY, LINE, form.replace("BODY", body))
    assert found.constraints == ("order@2: P outside K outside C",)


def test_the_nodes_of_an_architecture_have_constraints_of_their_own():
    node = "class: SRAM\n      constraints: {temporal: {factors: [C=1, R=1], permutation: [K]}, dataspace: {keep: [Inputs]}}"
    spread = "spatial: {meshX: 4}\n      constraints: {spatial: {factors: [C=4], split: 1}}"
    found = design(TINY, LINE.replace("class: SRAM", node).replace("spatial: {meshX: 4}", spread))
    assert set(found.constraints) == {"steps C@2: 1", "order@2: C P outside K", "keep GlobalBuffer: Inputs", "steps C@1: 4"}

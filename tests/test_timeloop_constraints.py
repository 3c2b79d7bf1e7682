"""Timeloop's constraints and mapper files beside a design: each is asked of every program, refused, or noted."""

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


# --- what a program does at the places of a machine, read off its directives alone ----------------------------------


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


# --- the space under constraints is the free space, filtered --------------------------------------------------------

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
    loops = "temporal: {factors: [C=1, R=1], permutation: [K]}"
    node = f"class: SRAM\n      constraints: {{{loops}, dataspace: {{keep: [Inputs]}}}}"
    spread = "spatial: {meshX: 4}\n      constraints: {spatial: {factors: [C=4], split: 1}}"
    found = design(TINY, LINE.replace("class: SRAM", node).replace("spatial: {meshX: 4}", spread))
    assert set(found.constraints) == {
        "steps C@2: 1",
        "order@2: C P outside K",
        "keep GlobalBuffer: Inputs",
        "steps C@1: 4",
    }


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ("5", "'constraints' is a text; it must be a mapping"),
        ("[C=4]", "'constraints' is a list; it must be a mapping"),
        ("{temporal: [C=4]}", "a constraint is a list; it must be a mapping"),
        ("{temporal: C=4}", "a constraint is a text; it must be a mapping"),
    ],
)
def test_the_constraints_of_a_node_in_another_form_are_refused(form, message):
    found = refused(TINY, LINE.replace("class: SRAM", f"class: SRAM\n      constraints: {form}"))
    assert [item[:2] for item in found] == [("W502", message)]


# --- what is refused, warned of, or without effect ------------------------------------------------------------------

WRONG = {
    "{target: Globalbuffer, type: temporal, factors: C=1}": ("W002", "unknown target 'Globalbuffer'", "Globalbuffer"),
    "{target: PE, type: spatial, factors: C=1 Z=2}": ("W002", "factor of an unknown dimension 'Z'", "Z=2"),
    "{target: PE, type: spatial, factors: C=1 C=2}": ("W006", "two factors of 'C' in one directive", "C=2"),
    "{target: PE, type: spatial, factors: C<2}": ("W502", "'C<2' is no factor", "C<2"),
    "{target: PE, type: spatial, factors: C<=0}": ("W502", "a factor of 'C' is at least 1, not 0", "C<=0"),
    "{target: PE, type: temporal, factors: C=2}": ("W502", "PE is no memory: no loops in time stand there", "C=2"),
    "{target: GlobalBuffer, type: spatial, factors: C=2}": ("W502", "GlobalBuffer has no fan-out", "C=2"),
    "{target: PE, type: datatype, keep: [Inputs]}": ("W502", "PE is a fan-out and keeps nothing", "datatype"),
    "{target: GlobalBuffer, type: datatype, keep: [Input]}": ("W002", "unknown data space 'Input'", "Input"),
    "{target: GlobalBuffer, type: bypass, keep: [Inputs], bypass: [Inputs]}": (
        "W502", "'Inputs' is kept and bypassed at the same place", "keep",
    ),
    "{target: MainMemory, type: bypass, bypass: [Inputs]}": (
        "W502", "the outermost memory MainMemory must keep every data space", "bypass",
    ),
    "{target: GlobalBuffer, type: temporal, permutation: CX}": ("W002", "unknown dimension 'X' in a permutation", "CX"),
    "{target: GlobalBuffer, type: temporl}": ("W501", "unsupported constraint of type 'temporl'", "temporl"),
    "{target: GlobalBuffer, type: temporal, factor: C=1}": (
        "W501", "unsupported key 'factor' of temporal constraint", "factor",
    ),
    "{target: PE, type: spatial, maximize_dims: [[C]]}": (
        "W501", "unsupported key 'maximize_dims' of spatial constraint", "maximize_dims",
    ),
    "{target: PE, type: spatial, no_link_transfer: [Inputs]}": (
        "W501", "unsupported key 'no_link_transfer' of spatial constraint: it changes what is counted",
        "no_link_transfer",
    ),
    "{target: RegisterFile, type: utilization, min: 0.5}": (
        "W501", "unsupported constraint of type 'utilization'", "utilization",
    ),
    "{target: GlobalBuffer, type: max_overbooked_proportion, proportion: 0.1}": (
        "W501", "unsupported constraint of type 'max_overbooked_proportion'", "max_overbooked_proportion",
    ),
    "{target: GlobalBuffer}": ("W502", "a constraint without a 'type'", "{target: GlobalBuffer}"),
    "{type: temporal}": ("W502", "a directive without a 'target'", "temporal"),
    "{target: GlobalBuffer, type: temporal, factors: {C: 4}}": (
        "W502", "a list of factors is a mapping; it must be a text or a list", "{C: 4}",
    ),
    "{target: GlobalBuffer, type: temporal, permutation: {a: 1}}": (
        "W502", "a permutation is a mapping; it must be a text or a list", "{a: 1}",
    ),
    "{target: GlobalBuffer, type: temporal, permutation: [C, [P]]}": (
        "W502", "a member of a permutation is a list; it must be a text", "[P]",
    ),
    "{target: GlobalBuffer, type: bypass, keep: {Weights: 1}}": (
        "W502", "a list of names is a mapping; it must be a text or a list", "{Weights: 1}",
    ),
    "{target: GlobalBuffer, constraints: {type: temporal, factors: C=4}}": (
        "W502", "what lists constraints is a mapping; it must be a list", "{type: temporal, factors: C=4}",
    ),
    "{target: GlobalBuffer, type: temporal, attributes: [C=4]}": (
        "W502", "'attributes' is a list; it must be a mapping", "[C=4]",
    ),
    "{target: [PE], type: temporal}": ("W502", "a target is a list; it must be a text", "[PE]"),
    "{target: zork, type: utilization, min: 0}": ("W002", "unknown target 'zork'", "zork"),
    "{target: PE, type: spatial, factors_only: C=4, factors: K=2}": (
        "W502", "no number of steps of 'K' is what all keys of the constraint ask for", "factors_only",
    ),
    "7": ("W502", "a constraint is a text; it must be a mapping", "7"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("constraints: 5", "'constraints' is a text; it must be a list or a mapping"),
        ("constraints: {targets: 7}", "what lists constraints is a text; it must be a list"),
        ("constraints: {targets: {a: 1}}", "what lists constraints is a mapping; it must be a list"),
        ("mapper: [a]", "'mapper' is a list; it must be a mapping"),
    ],
)
def test_a_section_of_another_form_is_refused(text, message):
    assert [item[:2] for item in refused(TINY, LINE, text)] == [("W502", message)]


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_constraint_is_refused_at_its_place(text):
    assert refused(TINY, LINE, f"constraints:\n  targets:\n    - {text}\n") == [WRONG[text]]


MAPPER = {
    "algoritm: random": ("W501", "unsupported key 'algoritm' of mapper", "algoritm"),
    "optimization_metrics: [last_level_accesses]": (
        "W501", "unsupported metric 'last_level_accesses'", "[last_level_accesses]",
    ),
}  # fmt: skip


@pytest.mark.parametrize("text", MAPPER)
def test_a_wrong_mapper_is_refused_at_its_place(text):
    assert refused(TINY, LINE, f"mapper: {{{text}}}") == [MAPPER[text]]


@pytest.mark.parametrize(
    ("text", "objective"),
    [
        ("optimization-metrics: [delay, energy]", "cycles"),
        ("optimization_metric: energy", "energy"),
        ("timeout: 9", None),
    ],
)
def test_the_first_metric_of_a_mapper_is_the_objective(text, objective):
    assert design(TINY, LINE, f"mapper: {{{text}}}").objective == objective


NOTED = {
    "{target: PE, type: spatial, permutation: CK}": "permutation has no effect: units have no order",
    "{target: PE, type: spatial, split: 1}": "split has no effect: units along X and along Y serve alike",
    "{target: RegisterFile, type: temporal, permutation: CK}": "permutation has no effect: an element works off",
    "{target: RegisterFile, type: utilization, min: 0}": "utilization of 0 has no effect",
}


@pytest.mark.parametrize("text", NOTED)
def test_a_constraint_without_effect_is_noted_with_the_reason(text):
    found = design(TINY, LINE, f"constraints: [{text}]")
    assert found.constraints == ()
    assert any(item.code == "W504" and item.message.startswith(NOTED[text]) for item in found.notes)


def test_a_factor_beyond_the_extent_counts_as_the_extent_with_a_warning():
    found = design(TINY, LINE, "constraints: [{target: PE, type: spatial, factors: C=9}]")
    assert found.constraints == ("steps C@1: 4",)
    (warning,) = [item for item in found.notes if item.code == "W503"]
    assert "more than its extent" in warning.message
    assert warning.span.line == 1


def test_fan_outs_that_are_one_for_weft_cannot_be_constrained_apart():
    fan = "    - !Container\n      name: {}\n      spatial: {{meshY: 2}}\n"
    two = LINE
    for name, memory in (("Rows", "GlobalBuffer"), ("Lanes", "RegisterFile")):
        node = f"    - !Component\n      name: {memory}"
        two = two.replace(node, fan.format(name) + node)
    ((code, message, where),) = refused(TINY, two, "constraints: [{target: PE, type: spatial, factors: C=2}]")
    assert (code, where) == ("W701", "C=2")
    assert message == "the 2 fan-outs between MainMemory and the next memory are one for Weft"


def test_a_machine_whose_networks_have_limits_refuses_constraints_on_loops():
    found = opened(TINY, LINE, "constraints: [{target: PE, type: spatial, factors: C=2}]")
    with pytest.raises(WeftError, match="some networks do not treat all units alike"):
        close_design(found, ["MainMemory.bandwidth=2"])


def test_a_template_does_not_go_with_the_constraints_of_a_design():
    found = design(TINY, LINE, "constraints: [{target: PE, type: spatial, factors: C=2}]")
    with pytest.raises(WeftError, match="a shape does not go with the constraints of a design"):
        weft.map(found, shape=(2, 2))
    with pytest.raises(ValueError, match="a design has a machine of its own"):
        weft.map(found, "bench_256")


# --- searches -------------------------------------------------------------------------------------------------------


def files(folder, **texts):
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    return [str(folder / f"{name}.yaml") for name in texts]


ASKED = """
constraints:
  targets:
    - {target: PE, type: spatial, factors: C=4 K=1}
    - {target: GlobalBuffer, type: temporal, permutation: [P, K]}
    - {target: RegisterFile, type: temporal, factors: C=1 K=1}
mapper: {optimization_metrics: [delay]}
"""


def test_the_winner_obeys_is_written_and_costs_the_same_when_read_back(tmp_path):
    names = files(tmp_path, problem=TINY, machine=LINE, asked=ASKED)
    (layer,) = weft.map(weft.read_timeloop_design(*names)).mapped
    assert str(layer.settings.objective) == "cycles"
    memories = [memory.name for memory in layer.space.accelerator.memories]
    walk = Walk(layer.workload, layer.dataflow, memories)
    assert (walk.spread("MainMemory", "C"), walk.spread("MainMemory", "K")) == (4, 1)
    assert walk.element["C"] == walk.element["K"] == 1
    text = CliRunner().invoke(command, ["map", *names, "-q", "--emit", "timeloop"])
    assert text.exit_code == 0, text.output
    (tmp_path / "winner.yaml").write_text(text.stdout, "utf-8")
    again = weft.evaluate(weft.read_timeloop(tmp_path / "winner.yaml"))
    assert again.cycles_throughput == layer.cost.cycles_throughput
    assert again.energy_pj == pytest.approx(layer.cost.energy_pj, rel=1e-12)


def test_constraints_that_leave_nothing_are_explained_with_their_places(tmp_path):
    lines = ("{target: PE, type: spatial, factors: C=4}", "{target: GlobalBuffer, type: temporal, factors: C=2}")
    names = files(tmp_path, problem=TINY, machine=LINE, asked="constraints:\n- " + "\n- ".join(lines))
    done = CliRunner().invoke(command, ["map", *names, "-q"])
    assert done.exit_code == 1
    assert "error[W704]" in done.output
    assert "cannot hold together: 'steps C@2: 2', 'steps C@1: 4'" in done.output
    assert [f"asked.yaml:{line}" in done.output for line in ("2:40", "3:51")] == [True, True]


def test_an_objective_of_the_user_stands_before_that_of_a_mapper(tmp_path):
    names = files(
        tmp_path, problem=SMALL_PROBLEM, machine=SMALL_MACHINE, mapper="mapper: {optimization_metrics: [delay]}"
    )
    for options, objective in (([], "cycles"), (["--objective", "energy"], "energy")):
        done = CliRunner().invoke(command, ["map", *names, *options])
        assert done.exit_code == 0, done.output
        assert f"best {objective} on timeloop" in done.output

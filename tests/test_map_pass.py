"""The pass `map{...}`: its options, templates, and what it says when nothing fits or time runs out."""

import json
import subprocess
import sys
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner

import weft
from weft.cli.opt import opt as command
from weft.frontends.accelerator import apply_overrides
from weft.ir import Dataflow, Mapping, WeftError
from weft.passes import Program, analyse, parse_pipeline, pipeline_text, run_passes
from weft.search.map_pass import _UNITS, MapPass, ObjectiveName
from weft.search.objective import EXPONENTS
from weft.search.spaces.coverage import coverage

EXAMPLES = Path(__file__).parents[1] / "examples"
MACHINE = ["-a", "bench_256", "--set", "pes=16", "--set", "shape=[4,4]"]
SMALL = apply_overrides(weft.load_accelerator("bench_256"), ["pes=16", "shape=[4,4]"])
GEMM = weft.parse_workload("Type: GEMM Dimensions { M: 8, N: 8, K: 8 }")


def test_the_pass_knows_every_objective():
    assert set(get_args(ObjectiveName)) == set(_UNITS) == set(EXPONENTS)


def program(dataflow="", machine=SMALL):
    return Program(Mapping(GEMM, weft.parse_dataflow(dataflow) if dataflow else Dataflow(((),)), machine, "gemm"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("map", MapPass()),
        ("map{objective=energy,time=stepwise}", MapPass("energy", "stepwise")),
        ("map{split=perfect,template=yes}", MapPass(split="perfect", template="yes")),
        ("map{budget=10}", MapPass(budget=10.0)),
        ("map{budget=0.25}", MapPass(budget=0.25)),
    ],
)
def test_options_are_read_and_written(text, expected):
    assert parse_pipeline(text) == (expected,)
    assert pipeline_text((expected,)) == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("map{objectve=edp}", "pass 'map' has no option 'objectve'\n  hint: did you mean 'objective'?"),
        ("map{objective=epd}", "hint: did you mean 'edp'?"),
        ("map{budget=ten}", "'ten' in option 'budget' is no positive number"),
        ("map{budget=0}", "'0' in option 'budget' is no positive number"),
        ("map{budget=-1}", "'-1' in option 'budget' is no positive number"),
        ("map{budget=nan}", "'nan' in option 'budget' is no positive number"),
        ("map{budget}", "'' in option 'budget' is no positive number"),
        ("mapp", "did you mean 'map'?"),
    ],
)
def test_a_wrong_option_is_told_with_what_was_meant(text, words):
    with pytest.raises(WeftError) as caught:
        parse_pipeline(text)
    assert words in str(caught.value)


def test_the_winner_replaces_what_is_known_of_the_program_at_hand():
    analysed = analyse(program("SpatialMap(1,1) M; Cluster(4); SpatialMap(1,1) N;").mapping)
    found = MapPass().apply(analysed)
    assert (found.canonical, found.schedule, found.reuse) == (None, None, None)
    assert found.mapping == replace(analysed.mapping, dataflow=found.mapping.dataflow)
    value = {name: weft.evaluate(item.mapping) for name, item in (("old", analysed), ("new", found))}
    assert value["new"].energy_pj * value["new"].cycles("throughput") < value["old"].energy_pj * value["old"].cycles(
        "throughput"
    )


def test_a_template_keeps_what_it_fixes():
    found = MapPass(template="yes").apply(
        program("TemporalMap(?,?) M; SpatialMap(?,?) N; Cluster(4); SpatialMap(?,?) K;")
    )
    assert not found.has_errors
    outer, inner = found.mapping.dataflow.levels
    assert [type(item).__name__ + item.dimension for item in outer] == ["TemporalMapM", "SpatialMapN"]
    assert [type(item).__name__ + item.dimension for item in inner] == ["SpatialMapK"]
    assert found.mapping.dataflow.clusters[0].size == 4
    assert not analyse(found.mapping).has_errors


def test_perfect_chunks_divide_and_are_no_better():
    odd = weft.parse_workload("Type: GEMM Dimensions { M: 6, N: 5, K: 7 }")
    costs = {}
    for split in ("perfect", "any"):
        found = MapPass("cycles", split=split).apply(Program(Mapping(odd, Dataflow(((),)), SMALL)))
        costs[split] = weft.evaluate(found.mapping).cycles("throughput")
        if split == "perfect":
            sizes = {(item.dimension, item.size) for level in found.mapping.dataflow.levels for item in level}
            assert all(odd.extents[name] % size == 0 for name, size in sizes)
    assert costs["any"] <= costs["perfect"]


def test_nothing_that_fits_is_an_error_and_keeps_the_program():
    tiny = apply_overrides(SMALL, ["L1.capacity_bytes=2"])
    before = program("TemporalMap(?,?) M; Hold(L1: input, filter, output);", tiny)
    found = run_passes(before, parse_pipeline("map{template=yes},canonicalize,infer,validate,reuse"))
    assert found.mapping == before.mapping
    assert [item.code for item in found.diagnostics] == ["W704"]
    assert "fits the machine" in found.diagnostics[0].message


def test_without_time_there_is_a_program_and_no_proof_that_it_is_the_best():
    found = MapPass(budget=1e-9).apply(program())
    assert [(item.code, item.severity) for item in found.diagnostics] == [("W708", "note")]
    assert "when the budget ended" in found.diagnostics[0].message
    assert "optimal" not in found.diagnostics[0].message


def test_stepwise_time_is_proved_through_its_bound():
    small = weft.parse_workload("Type: GEMM Dimensions { M: 2, N: 2, K: 1 }")
    found = MapPass("cycles", "stepwise").apply(Program(Mapping(small, Dataflow(((),)), SMALL)))
    assert [item.code for item in found.diagnostics] == ["W708"]
    cost = weft.evaluate(found.mapping)
    assert f"cycles {cost.cycles_stepwise} (stepwise)" in found.diagnostics[0].message


def test_what_is_proved_names_its_space():
    found = MapPass("cycles", split="perfect").apply(program())
    assert found.diagnostics[0].notes == (f"space: {coverage(MapPass(split='perfect').space(program().mapping))}",)
    assert "chunk sizes that divide" in found.diagnostics[0].notes[0]


def test_a_program_with_errors_is_left_alone():
    wrong = analyse(program("TemporalMap(1,2) M;").mapping)
    assert MapPass().apply(wrong) is wrong


def test_the_default_budget_is_none():
    assert MapPass().budget == inf


def test_passes_are_loaded_without_compiled_code():
    code = "import json, sys, weft.passes; print(json.dumps('numba' in sys.modules))"
    assert json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout) is False


def opt(*arguments):
    return CliRunner().invoke(command, arguments)


def test_a_layer_without_dataflow_is_mapped(tmp_path):
    file = tmp_path / "gemm.m"
    file.write_text("Network net { Layer A { Type: GEMM Dimensions { M: 8, N: 8, K: 8 } } }", "utf-8")
    done = opt("-p", "map,canonicalize,infer,validate", str(file), *MACHINE)
    assert done.exit_code == 0
    assert "note[W708]: edp " in done.stderr
    assert "// units per level: 1, 1, 2, 2, 4" in done.stdout
    (again,) = weft.read(write(tmp_path / "again.m", done.stdout))
    assert again.layers[0].dataflow is not None
    for pipeline in ("map{template=yes}", "canonicalize"):
        done = opt("-p", pipeline, str(file), *MACHINE)
        assert (done.exit_code, "error[W009]: layer 'A' has no dataflow" in done.stderr) == (1, True)


def write(path, text):
    path.write_text(text, "utf-8")
    return path


def test_a_loop_nest_is_raised_and_mapped():
    done = opt("-p", "raise,map{objective=cycles},canonicalize,infer", str(EXAMPLES / "nests/figure6.py"), *MACHINE)
    assert done.exit_code == 0
    assert "note[W708]: cycles " in done.stderr

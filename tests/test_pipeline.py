"""Passes are pure, composable and runnable by name."""

from dataclasses import FrozenInstanceError, fields, is_dataclass, replace
from pathlib import Path

import pytest

import weft
from weft.ir import Mapping, WeftError
from weft.passes import (
    DEFAULT_PIPELINE,
    CanonicalizePass,
    InferPass,
    Program,
    RaisePass,
    ReusePass,
    ValidatePass,
    analyse,
    lower,
    parse_pipeline,
    parse_raising,
    passes,
    pipeline_text,
    run_passes,
    schedule,
)

EXAMPLES = Path(__file__).parents[1] / "examples"
GEMM = weft.parse_workload("Type: GEMM Dimensions { M: 8, N: 8, K: 8 }")


def mapping_of(program, *settings):
    machine = weft.load_accelerator("generic_256", settings)
    return Mapping(GEMM, weft.parse_dataflow(program).bind(GEMM.extents), machine)


GOOD = mapping_of("TemporalMap(8,8) N; SpatialMap(1,1) M; TemporalMap(2,2) K;")
GAP = mapping_of("TemporalMap(1,2) K;")
UNKNOWN = mapping_of("TemporalMap(1,1) Q;")
TOO_LARGE = mapping_of("SpatialMap(1,1) M; Cluster(512); SpatialMap(1,1) K;")


def test_the_default_pipeline_is_all_analyses_in_order():
    expected = (CanonicalizePass(), InferPass(), ValidatePass(), ReusePass())
    assert DEFAULT_PIPELINE == "canonicalize,infer,validate,reuse"
    assert parse_pipeline(DEFAULT_PIPELINE) == expected
    assert tuple(passes()) == (*(item.name for item in expected), "lower", "map")


def test_lower_adds_the_loop_nest_of_a_legal_program():
    found = run_passes(analyse(GOOD), parse_pipeline("lower"))
    assert found == replace(analyse(GOOD), nest=lower(schedule(GOOD)))
    assert run_passes(analyse(GAP), parse_pipeline("lower")).nest is None


@pytest.mark.parametrize(
    ("text", "options", "rest"),
    [
        ("raise", RaisePass(), DEFAULT_PIPELINE),
        ("raise,canonicalize,infer", RaisePass(), "canonicalize,infer"),
        (" raise{recognize=no} , infer", RaisePass("no"), " infer"),
        ("canonicalize,infer", None, "canonicalize,infer"),
    ],
)
def test_a_pipeline_may_start_with_raise(text, options, rest):
    assert parse_raising(text) == (options, rest)


def test_a_wrong_option_of_raise_is_refused():
    with pytest.raises(WeftError, match="pass 'raise' has no option 'recognise'"):
        parse_raising("raise{recognise=no}")


@pytest.mark.parametrize(
    "text", ["canonicalize,infer", " canonicalize , infer ", "canonicalize{},infer{}", "canonicalize { } , infer"]
)
def test_a_pipeline_may_be_written_loosely(text):
    assert parse_pipeline(text) == (CanonicalizePass(), InferPass())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("canonicalise", "did you mean 'canonicalize'?"),
        ("canonicalize,,infer", "unknown pass ''"),
        ("", "the passes are canonicalize, infer, validate, reuse"),
        ("explore", "unknown pass 'explore'"),
        ("canonicalize infer", "unknown pass 'canonicalize infer'"),
        ("infer{", "unknown pass"),
        ("validate{strict=true}", "pass 'validate' has no option 'strict'"),
        ("validate{a=1,b=2}", "pass 'validate' has no option 'a'"),
        ("validate{over-capacity=maybe}", "'maybe' is no value of 'over-capacity'; it is error or warning"),
        ("validate{over-capacity}", "'' is no value of 'over-capacity'"),
    ],
)
def test_an_unknown_pass_or_option(text, words):
    with pytest.raises(WeftError) as caught:
        parse_pipeline(text)
    assert words in str(caught.value)
    assert [item.code for item in caught.value.diagnostics] == ["W002"]


@pytest.mark.parametrize("text", ["validate{over-capacity=warning}", "canonicalize,infer,validate,reuse", "infer"])
def test_a_pipeline_is_written_as_it_is_read(text):
    assert pipeline_text(parse_pipeline(text)) == text


def test_an_option_of_a_pass_is_its_field():
    assert parse_pipeline("validate{over-capacity=warning}") == (ValidatePass(over_capacity="warning"),)
    assert parse_pipeline("validate{over-capacity=error}") == (ValidatePass(),)
    full = mapping_of("SpatialMap(1,1) M;", "L1.capacity_bytes=1")
    for text, severity in (("validate", "error"), ("validate{over-capacity=warning}", "warning")):
        found = run_passes(Program(full), parse_pipeline(f"canonicalize,infer,{text}"))
        assert [(item.code, item.severity) for item in found.diagnostics] == [("W201", severity)]
        assert found.has_errors == (severity == "error")


@pytest.mark.parametrize("cls", passes().values(), ids=passes())
def test_a_pass_is_a_frozen_value(cls):
    assert is_dataclass(cls)
    assert cls() == cls()
    assert hash(cls()) == hash(cls())
    assert cls.__doc__
    with pytest.raises((FrozenInstanceError, AttributeError, TypeError)):
        cls().anything = 1


@pytest.mark.parametrize("mapping", [GOOD, GAP, UNKNOWN, TOO_LARGE], ids=["good", "gap", "unknown", "too large"])
def test_passes_are_pure(mapping):
    before = Program(mapping)
    for item in parse_pipeline(DEFAULT_PIPELINE):
        kept = replace(before)
        after = item.apply(before)
        assert before == kept
        assert item.apply(before) == after
        assert after.mapping == mapping
        assert after.diagnostics[: len(before.diagnostics)] == before.diagnostics
        before = after


def test_passes_compose():
    one_by_one = Program(GOOD)
    for name in DEFAULT_PIPELINE.split(","):
        one_by_one = run_passes(one_by_one, parse_pipeline(name))
    assert one_by_one == run_passes(Program(GOOD), parse_pipeline(DEFAULT_PIPELINE)) == analyse(GOOD)
    assert schedule(GOOD) == one_by_one.schedule


def test_no_passes_change_nothing():
    assert run_passes(Program(GOOD), ()) == Program(GOOD)


def test_each_pass_adds_its_own_fact():
    found, seen = Program(GOOD), []
    for item in parse_pipeline(DEFAULT_PIPELINE):
        before, found = found, item.apply(found)
        seen.append([f.name for f in fields(found) if getattr(found, f.name) != getattr(before, f.name)])
    assert seen == [["canonical"], ["schedule"], [], ["reuse"]]


def test_a_pass_without_what_it_needs_leaves_the_program_alone():
    for item in (InferPass(), ValidatePass(), ReusePass()):
        assert item.apply(Program(GOOD)) == Program(GOOD)


@pytest.mark.parametrize(
    ("mapping", "code", "facts"),
    [(UNKNOWN, "W002", ()), (TOO_LARGE, "W106", ("canonical",)), (GAP, "W104", ("canonical",))],
    ids=["unknown", "too large", "gap"],
)
def test_an_error_stops_what_builds_on_it(mapping, code, facts):
    found = analyse(mapping)
    assert [item.code for item in found.diagnostics if item.is_error] == [code]
    names = ("canonical", "schedule", "reuse")
    assert tuple(name for name in names if getattr(found, name) is not None) == facts
    with pytest.raises(WeftError):
        schedule(mapping)
    with pytest.raises(WeftError):
        weft.evaluate(mapping)


def test_check_returns_what_the_pipeline_found():
    assert weft.check(GOOD) == ()
    assert [item.code for item in weft.check(GAP)] == ["W104"]


def test_a_canonical_program_has_the_cost_of_the_program():
    for mapping in weft.load(EXAMPLES / "figure6.m", overrides=["pes=6"]):
        canonical = replace(mapping, dataflow=analyse(mapping).canonical)
        assert weft.evaluate(canonical).counts == weft.evaluate(mapping).counts

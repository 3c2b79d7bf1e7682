"""Settings that would switch a proof off are errors, and every proof says what its space is."""

import json
from math import inf, nan

import pytest
from small_maps import ARGUMENTS, GEMM, MACHINE, gemm, mapped

import weft as package
from weft.passes import Program
from weft.search.map_pass import MapPass
from weft.search.spaces.coverage import coverage
from weft.search.spaces.default import machine_space
from weft.search.spaces.request import SpaceRequest

PINNED = ["K: 16", "M: 8, 16", "N: 16", "hold L2:", "hold L1: input"]
"""Constraints that leave a space of a few programs."""


@pytest.mark.parametrize("name", ["gap", "budget"])
@pytest.mark.parametrize("value", ["5%", [0.1]])
def test_what_is_no_number_is_no_gap_and_no_budget(name, value):
    with pytest.raises(TypeError, match=f"map: {name} must be float"):
        package.map(GEMM, MACHINE, constraints=PINNED, **{name: value})


@pytest.mark.parametrize("name", ["gap", "budget"])
@pytest.mark.parametrize("value", [nan, inf, -inf, -1, -0.5, True, 10**400])
def test_what_is_no_finite_number_from_0_on_is_no_gap_and_no_budget(name, value):
    with pytest.raises(ValueError, match=f"the {name} is .*; it must be a finite number from 0 on"):
        package.map(GEMM, MACHINE, constraints=PINNED, **{name: value})


@pytest.mark.parametrize("option", ["--gap", "--budget"])
@pytest.mark.parametrize("value", ["nan", "inf", "-1", "1e999", "", "%", "9" * 400])
def test_the_command_takes_no_such_gap_and_no_such_budget(weft, option, value):
    code, out, err = weft("map", GEMM, *ARGUMENTS, option, value)
    assert (code, out) == (2, "")
    assert "Traceback" not in err
    assert f"Invalid value for '{option}'" in err


@pytest.mark.parametrize("value", [nan, inf, -inf, None, "5", True, 1j])
def test_an_objective_without_a_finite_number_is_an_error(value):
    def objective(metrics):
        return value

    with pytest.raises(ValueError, match=r"the objective 'objective' gives .* not a finite number"):
        package.map(GEMM, MACHINE, objective, constraints=PINNED)


def test_an_objective_that_fails_for_some_programs_is_an_error():
    best = package.map(GEMM, MACHINE, "energy", constraints=PINNED).layers[0]

    def objective(metrics):
        return metrics.cycles if metrics.energy_pj > best.value * (1 + 1e-9) else nan

    with pytest.raises(ValueError, match="not a finite number"):
        package.map(GEMM, MACHINE, objective, constraints=PINNED)


@pytest.mark.parametrize("workers", [0, -3, True, 1.5, "2", None])
def test_workers_are_a_number_from_1_on(workers):
    with pytest.raises(ValueError, match="number of processes from 1 on"):
        package.map(GEMM, MACHINE, constraints=PINNED, workers=workers)


@pytest.mark.parametrize("text", ["", "\n\n", "Hold(L1: input);", "Cluster(4); Cluster(4);"])
def test_a_template_without_maps_is_an_error(weft, tmp_path, text):
    (tmp_path / "t.m").write_text(text)
    for options in ((), ("--flexibility", "1111")):
        code, out, err = weft("map", GEMM, *ARGUMENTS[:4], "-q", "--template", str(tmp_path / "t.m"), *options)
        assert (code, out) == (1, "")
        assert "error[W702]: the template has no maps" in err


def test_a_template_without_maps_is_no_request():
    for flexibility in (None, "1111"):
        with pytest.raises(package.WeftError, match="the template has no maps"):
            SpaceRequest(package.Dataflow(((),)), flexibility=flexibility)


def test_a_program_without_maps_is_no_template_of_a_pass():
    mapping = package.Mapping(gemm(), package.Dataflow(((),)), MACHINE)
    with pytest.raises(package.WeftError, match="the template has no maps"):
        MapPass(template="yes").apply(Program(mapping))


def test_a_base_program_has_no_open_sizes():
    template = package.parse_dataflow("TemporalMap(T,T) M; Cluster(4, L2); SpatialMap(?,?) K; Cluster(4);")
    with pytest.raises(package.WeftError, match=r"has open sizes: .*T"):
        SpaceRequest(template, flexibility="1111").space(gemm(), MACHINE)


def test_no_template_has_no_name(weft):
    code, out, err = weft("map", GEMM, *ARGUMENTS, "--template", "")
    assert (code, out) == (2, "")
    assert "--template" in err


OUTSIDE = "not covered: several dimensions spread by one level, chunks that overlap"
SIDES = "not covered: more than two dimensions on one side, chunks that overlap"
BASE = "TemporalMap(8,8) M; TemporalMap(4,4) K; Cluster(4, L2); SpatialMap(1,1) K; Cluster(4); SpatialMap(1,1) N;"
LINES = [
    ({}, "free: orders, spread dimensions, even chunk sizes, placements; fixed: units 1x1x4x4", ", other chunk sizes"),
    ({"split": "any"}, "free: orders, spread dimensions, all chunk sizes, placements; fixed: units 1x1x4x4", ""),
    (
        {"split": "perfect"},
        "free: orders, spread dimensions, chunk sizes that divide, placements; fixed: units 1x4x4",
        ", other chunk sizes",
    ),
    ({"shape": (2, 2, 4)}, "free: orders, spread dimensions, even chunk sizes, placements; fixed: units 1x2x2x4", ""),
    ({"constraints": ("order: M, N, K",)}, "free: spread dimensions, even chunk sizes, placements; fixed: orders", ""),
    ({"constraints": ("order: M outside N",)}, "free: some orders, spread", ", other orders, other chunk sizes"),
    ({"constraints": ("spatial: K",)}, "free: orders, even chunk sizes, placements; fixed: spread dimensions", ""),
    ({"constraints": ("spatial: K, M",)}, "free: orders, some spread dimensions", ", other spread dimensions"),
    ({"constraints": ("K: 4..8",)}, "free: orders, spread dimensions, some chunk sizes", ", other chunk sizes"),
    ({"constraints": ("M@L1: 4",)}, "free: orders, spread dimensions, some chunk sizes", ", other chunk sizes"),
    ({"constraints": ("bypass L1: filter",)}, "even chunk sizes, some placements", ", other placements"),
    ({"constraints": ("hold L1: input", "hold L2:")}, "even chunk sizes; fixed: units 1x1x4x4, placements", ""),
    ({"template": BASE}, "free: nothing; fixed: orders, spread dimensions, chunk sizes, units 1x4x4, placements", ""),
    ({"template": BASE, "flexibility": "1000"}, "free: even chunk sizes; fixed: orders, spread dimensions", ""),
    ({"template": BASE, "flexibility": "0p00"}, "free: some orders; fixed: spread dimensions, chunk sizes", ""),
    ({"template": BASE.replace("8,8", "?,?")}, "free: some chunk sizes, placements; fixed: orders, spread", ""),
]


@pytest.mark.parametrize(("asked", "said", "outside"), LINES)
def test_what_is_free_and_what_is_not_comes_from_the_space(asked, said, outside):
    if "template" in asked:
        asked = {**asked, "template": package.parse_dataflow(asked["template"])}
    space = SpaceRequest(**asked).space(gemm(), MACHINE)
    line = str(coverage(space))
    assert said in line
    assert f"{SIDES if space.is_sided else OUTSIDE}{outside}" in line
    assert space.is_sided != (bool({"template", "shape"} & set(asked)) or space.split == "perfect")


def test_a_workload_of_one_step_has_nothing_free_but_placements():
    line = str(coverage(machine_space(package.parse_workload("gemm:M=1,N=1,K=1"), MACHINE)))
    assert line.startswith("free: placements; fixed: orders, spread dimensions, even chunk sizes")


def test_every_axis_is_free_or_fixed():
    for asked, _, _ in LINES[:12]:
        found = coverage(SpaceRequest(**asked).space(gemm(), MACHINE))
        assert len(found.free) + len(found.fixed) == 5


def test_the_table_and_the_certificate_name_the_space(weft, tmp_path):
    (layer,) = mapped([gemm()], request=SpaceRequest(shape=(4, 4))).layers
    code, out, err = weft("map", GEMM, *ARGUMENTS)
    assert (code, err) == (0, "")
    line = str(coverage(layer.space))
    assert f"space: {line}\n" in out
    code, out, err = weft("map", GEMM, *ARGUMENTS, "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["layers"][0]["certificate"]["space"] == line
    net = "".join(
        f"Layer {name} {{ Type: GEMM Dimensions {{ M: 16, N: 16, K: {k} }} }}\n" for name, k in (("A", 8), ("B", 16))
    )
    (tmp_path / "net.m").write_text(f"Network n {{ {net} }}")
    code, out, err = weft("map", str(tmp_path / "net.m"), *ARGUMENTS)
    assert (code, err) == (0, "")
    assert out.count("space: ") == 1

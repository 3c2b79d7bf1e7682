"""Limits of what a program may cost: part of the question, of the answer, of the proof and of its check."""

import json
from dataclasses import replace

import pytest
from small_maps import ARGUMENTS, GEMM, MACHINE, gemm, mapped

import weft as package
from weft.certificates.check import check_document
from weft.certificates.claims import Trial
from weft.ir import WeftError
from weft.search.objective import LIMITED, Ceiling, Metrics, read_objective
from weft.search.spaces.request import SpaceRequest

ODD = "gemm:M=7,N=9,K=5"
"""Programs of less energy take more cycles: 63 to 30."""


def best(**asked):
    (layer,) = mapped([gemm(7, 9, 5)], **asked).layers
    return layer


def test_the_best_program_within_a_limit_is_another_one_with_a_proof_of_its_own():
    cheapest, fastest = best(objective="energy"), best(objective="cycles")
    most = (cheapest.cost.cycles_throughput + fastest.cost.cycles_throughput) / 2
    found = best(objective="energy", limits={"cycles": most})
    assert found.certificate.status == "optimal"
    assert found.cost.cycles_throughput <= most < cheapest.cost.cycles_throughput
    assert cheapest.value < found.value == found.certificate.lower_bound <= fastest.cost.energy_pj
    assert dict(found.certificate.pruned)["boxes by limit"] > 0
    assert "boxes of programs of which none is within the limits" in str(found.certificate)
    assert f"limits: cycles <= {most:g}" in found.coverage


def test_without_a_limit_nothing_is_left_out_by_one():
    layer = best()
    assert dict(layer.certificate.pruned)["boxes by limit"] == 0
    assert "limit" not in str(layer.certificate) + layer.coverage


@pytest.mark.parametrize("objective", ["edp", "energy,cycles"])
def test_limits_that_every_program_keeps_change_no_answer(objective):
    plain, loose = best(objective=objective), best(objective=objective, limits={"cycles": 1e15, "energy_pj": 1e15})
    assert (plain.dataflow, plain.pareto, plain.certificate) == (loose.dataflow, loose.pareto, loose.certificate)


def test_a_limit_that_the_answer_just_keeps_is_kept_and_one_below_is_not():
    layer = best()
    energy, cycles = layer.cost.energy_pj, layer.cost.cycles_throughput
    assert best(limits={"cycles": cycles, "energy_pj": energy}).value == pytest.approx(layer.value, rel=1e-12)
    below = best(limits={"energy_pj": energy * (1 - 1e-6)})
    assert below.value > layer.value
    assert below.cost.energy_pj < energy
    cycles = best(objective="energy").cost.cycles_throughput
    assert best(objective="energy", limits={"cycles": cycles - 1}).cost.cycles_throughput < cycles


def test_seconds_are_cycles_at_the_clock():
    machine = replace(MACHINE, clock_mhz=300.0)
    fastest = best(objective="cycles", machine=machine)
    for cycles in (fastest.cost.cycles_throughput, 3 * fastest.cost.cycles_throughput + 1):
        seconds = cycles / (machine.clock_mhz * 1e6)
        ceiling = read_objective("energy", {"seconds": seconds}).ceiling(machine)
        assert ceiling.cycles == cycles
        one = best(objective="energy", machine=machine, limits={"seconds": seconds})
        other = best(objective="energy", machine=machine, limits={"cycles": cycles})
        assert (one.dataflow, one.certificate) == (other.dataflow, other.certificate)
        assert one.cost.seconds("throughput") <= seconds


def test_the_lowest_of_several_limits_holds():
    objective = read_objective("edp", {"seconds": 1e-6, "cycles": 900, "energy_pj": 5.5})
    assert objective.ceiling(replace(MACHINE, clock_mhz=1000.0)) == Ceiling(5.5, 900)
    assert objective.ceiling(replace(MACHINE, clock_mhz=100.0)) == Ceiling(5.5, 100)
    powered = read_objective("edp", {"power_mw": 450})
    assert powered.ceiling(replace(MACHINE, clock_mhz=250.0)) == Ceiling(power=1800.0)


def test_a_limit_of_power_is_kept_by_a_program_that_another_one_may_beat():
    """The fastest program takes most; with half the power there is one that takes longer, found and proved."""
    asked = {"machine": replace(MACHINE, clock_mhz=400.0), "objective": "cycles"}
    free = best(**asked)
    most = milliwatts(free.cost) / 2
    found = best(limits={"power_mw": most}, **asked)
    assert found.certificate.status == "optimal"
    assert milliwatts(found.cost) <= most
    assert found.value > free.value
    assert f"power_mw <= {most:g}" in found.coverage


def milliwatts(cost):
    return cost.joules / cost.seconds("throughput") * 1e3


def test_less_power_than_any_program_has_leaves_none():
    (layer,) = mapped([gemm(3, 2, 2)], limits={"power_mw": 1e-3}).layers
    (finding,) = layer.diagnostics
    assert finding.code == "W704"
    assert finding.message.endswith("keeps power_mw <= 0.001")
    assert not finding.hint


def test_how_far_beyond_the_limits_a_program_is():
    ceiling = Ceiling(100.0, 10.0)
    assert ceiling.excess(Metrics(100.0, 10)) == 1
    assert ceiling.excess(Metrics(150.0, 20)) == 2
    assert ceiling.excess(Metrics(300.0, 5)) == 3
    assert Ceiling(power=10.0).excess(Metrics(300.0, 5)) == 6
    assert Ceiling(0.0).excess(Metrics(1.0, 1)) == float("inf")


def test_where_no_program_keeps_the_limits_they_are_named():
    fastest = best(objective="cycles").cost.cycles_throughput
    layer = best(limits={"cycles": fastest - 1, "energy_pj": 1e12})
    (finding,) = layer.diagnostics
    assert finding.code == "W704"
    assert finding.message.endswith(f"keeps cycles <= {fastest - 1:g}")
    assert "--objective cycles" in finding.hint
    assert any("beyond a limit" in note for note in finding.notes)


def test_limits_that_only_together_leave_nothing_are_both_named():
    cheapest, fastest = best(objective="energy"), best(objective="cycles")
    limits = {"energy_pj": cheapest.cost.energy_pj, "cycles": fastest.cost.cycles_throughput}
    (finding,) = best(limits=limits).diagnostics
    assert "keeps cycles <= " in finding.message
    assert " and energy_pj <= " in finding.message


def test_a_space_without_a_program_is_not_blamed_on_a_limit():
    request = SpaceRequest(constraints=("hold L1: input, filter, output",))
    tiny = replace(
        MACHINE, memories=(MACHINE.memories[0], *(replace(m, capacity_bytes=1) for m in MACHINE.memories[1:]))
    )
    (finding,) = best(machine=tiny, limits={"cycles": 1e9}, request=request).diagnostics
    assert finding.code == "W704"
    assert "cycles" not in finding.message


def test_a_common_dataflow_keeps_the_limits_on_every_layer():
    workloads = ["gemm:M=16,N=16,K=16", "gemm:M=16,N=16,K=8"]
    layers = [package.ir.Layer(text, package.parse_workload(text)) for text in workloads]
    network = package.ir.Network("two", tuple(layers), ((0, 1),))
    free = package.map(network, MACHINE, "energy", share="one")
    most = max(f.metrics.cycles for group in free.choice.groups for f in group.layers) - 1
    bound = package.map(network, MACHINE, "energy", share="one", limits={"cycles": most})
    assert all(f.metrics.cycles <= most for group in bound.choice.groups for f in group.layers)


def document(limits):
    return json.loads(json.dumps(package.map(ODD, MACHINE, "energy", limits=limits).to_dict()))


def failures(data):
    return [line for item in check_document(data, Trial(0, 20, seconds=20.0)) for line in item.failures]


def test_a_certificate_holds_within_its_limits_and_for_no_others():
    cheapest = best(objective="energy")
    most = cheapest.cost.cycles_throughput - 1
    data = document({"cycles": most})
    assert data["question"]["limits"] == {"cycles": most}
    assert failures(data) == []
    del data["digest"]
    data["question"]["limits"] = {}
    assert any("below the bound" in line or "best value" in line for line in failures(data))
    data["question"]["limits"] = {"cycles": 1.0}
    assert any("beyond a limit" in line for line in failures(data))


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"cycle": 5.0}, "question.limits is wrong: .*unknown metric 'cycle'"),
        ({"cycles": -1.0}, "the limit of cycles is -1.0"),
        ({"cycles": "few"}, "the limit of cycles is 'few'"),
        ([], "question.limits is .*another type"),
    ],
)
def test_limits_that_cannot_have_been_asked_for_are_told(limits, said):
    data = document({"cycles": 1e9})
    data["question"]["limits"] = limits
    with pytest.raises(WeftError, match=said):
        list(check_document(data, Trial(0, 0)))


@pytest.mark.parametrize("most", [-1, float("nan"), float("inf"), True, 10**400])
def test_a_limit_that_is_no_number_is_refused(most):
    with pytest.raises(ValueError, match="the limit of cycles"):
        package.map(GEMM, MACHINE, limits={"cycles": most})


def test_an_unknown_metric_is_told_with_the_nearest_one():
    with pytest.raises(WeftError) as found:
        package.map(GEMM, MACHINE, limits={"energy": 5.0})
    (finding,) = found.value.diagnostics
    assert (finding.code, finding.hint) == ("W002", "did you mean 'energy_pj'?")
    with pytest.raises(WeftError) as found:
        package.map(GEMM, MACHINE, limits={"area": 5.0})
    assert found.value.diagnostics[0].hint.endswith(", ".join(LIMITED))


def test_the_command_line_takes_limits(weft):
    asked = ("map", GEMM, *ARGUMENTS, "--objective", "energy")
    code, out, err = weft(*asked, "--limit", "cycles=300", "--limit", "seconds = 1e-3")
    assert (code, err) == (0, "")
    assert "limits: cycles <= 300, seconds <= 0.001" in out


@pytest.mark.parametrize(
    ("given", "said", "code"),
    [
        (("cycles",), "is not a metric and its maximum such as cycles=1e6", 2),
        (("cycles=1e999",), "is too large", 2),
        (("cycels=5",), "did you mean 'cycles'?", 1),
        (("cycles=5", "cycles=6"), "the limit of 'cycles' is given twice", 1),
        (("cycles=5",), "keeps cycles <= 5", 1),
    ],
)
def test_the_command_line_tells_what_is_wrong_with_a_limit(weft, given, said, code):
    options = [part for text in given for part in ("--limit", text)]
    found, _, err = weft("map", GEMM, *ARGUMENTS, *options)
    assert found == code
    assert said in " ".join(err.split())

"""`weft map --top` and `--within`: outputs, the certificate and its check, wrong input."""

import json

import pytest
from small_maps import ARGUMENTS, GEMM, MACHINE, gemm, mapped
from test_map_cli import NETWORK, errors_of

import weft as package
from weft.certificates import Trial, check_document
from weft.cli.map_command import NOT_PROVED
from weft.search.report import digest_of
from weft.search.request import Settings


@pytest.fixture(scope="module")
def listed():
    return json.loads(json.dumps(package.map(GEMM, MACHINE, top=6).to_dict()))


def said(data, seconds=0.0, samples=0):
    data["digest"] = digest_of(data)
    return "\n".join(line for item in check_document(data, Trial(0, samples, 0, seconds)) for line in item.failures)


def test_a_table_has_the_values_of_all_and_the_certificate_says_that_no_other_is_missing(weft):
    code, out, err = weft("map", GEMM, *ARGUMENTS, "--top", "4")
    assert (code, err) == (0, "")
    (layer,) = package.map(GEMM, MACHINE, top=4).layers
    rows = [line.split() for line in out.splitlines()]
    for number, item in enumerate(layer.near, 1):
        value = item.metrics.energy_pj * item.metrics.cycles
        assert any(row[:2] == [str(number), f"{value:.6g}"] for row in rows)
    assert "optimal; 4 listed" in out
    assert f"The list is complete: it has every pair of energy and cycles with a value below {value:.6g}." in out


def test_json_has_the_programs_as_the_schema_says(weft):
    code, out, err = weft("map", GEMM, *ARGUMENTS, "--within", "10%", "--top", "500", "--json")
    data = json.loads(out)
    assert (code, err, errors_of(data)) == (0, "", [])
    (layer,) = data["layers"]
    assert (data["question"]["top"], data["question"]["within"]) == (500, 0.1)
    values = [item["value"] for item in layer["near"]]
    assert values == sorted(values)
    assert values[0] == layer["value"]
    assert values[-1] <= 1.1 * values[0]
    assert 1 < len(values) < 500
    assert layer["near"][0]["dataflow"] == layer["dataflow"]
    assert layer["certificate"]["complete"] is True
    assert layer["certificate"]["complete_below"] == pytest.approx(1.1 * values[0])
    for item in layer["near"]:
        assert item["value"] == pytest.approx(item["energy_pj"] * item["cycles"])


def test_programs_of_the_list_cost_what_stands_there():
    for time in ("throughput", "stepwise"):
        (layer,) = package.map(GEMM, MACHINE, time=time, top=5).layers
        assert len({item.dataflow for item in layer.near}) == 5
        for item in layer.near:
            cost = package.evaluate(package.Mapping(layer.workload, item.dataflow, layer.space.accelerator, "layer"))
            assert item.metrics.cycles == cost.cycles(time)
            assert item.metrics.energy_pj == pytest.approx(cost.energy_pj)


def test_each_layer_of_a_network_has_its_list(weft, tmp_path):
    (tmp_path / "net.m").write_text(NETWORK)
    code, out, err = weft("map", str(tmp_path / "net.m"), *ARGUMENTS, "--top", "3", "--share", "one", "--json")
    data = json.loads(out)
    assert (code, err, errors_of(data)) == (0, "", [])
    assert [len(layer["near"]) for layer in data["layers"]] == [3, 3, 3]
    assert data["layers"][0]["near"] == data["layers"][2]["near"]


def test_what_has_no_list_says_so(weft):
    data = json.loads(weft("map", GEMM, *ARGUMENTS, "--json")[1])
    (layer,) = data["layers"]
    assert (layer["near"], layer["certificate"]["complete"], layer["certificate"]["complete_below"]) == ([], None, None)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--top", "0"), "0 is not in the range 1<=x<=10000"),
        (("--top", "10001"), "not in the range"),
        (("--top", "x"), "not a valid integer"),
        (("--within", "-1%"), "'-1%' is not a part such as 5% or 0.05"),
        (("--within", "x"), "'x' is not a part"),
        (("--within", "9" * 400), "too large"),
        (("--top", "2", "--gap", "1%"), "not with a gap"),
        (
            ("--within", "2%", "--objective", "energy,cycles"),
            "not with the front that the objective",
        ),
    ],
)
def test_wrong_usage_is_told(weft, options, message):
    code, out, err = weft("map", GEMM, *ARGUMENTS, *options)
    assert (code, out) == (2, "")
    assert message in err


@pytest.mark.parametrize(
    "wrong", [{"top": 0}, {"top": True}, {"top": 1.5}, {"within": -0.1}, {"within": float("nan")}, {"within": "2%"}]
)
def test_wrong_settings_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Settings(**wrong)


def test_functions_have_no_list():
    with pytest.raises(ValueError, match="one objective"):
        package.map(GEMM, MACHINE, lambda metrics: metrics.cycles, top=2)


def test_a_list_that_nobody_bounds_ends_and_says_so(weft, monkeypatch):
    monkeypatch.setattr("weft.search.request.UNASKED", 5)
    monkeypatch.setattr("weft.certificates.listed.UNASKED", 5)
    code, out, _ = weft("map", GEMM, *ARGUMENTS, "--within", "100%", "--json")
    assert code == NOT_PROVED
    data = json.loads(out)
    (layer,) = data["layers"]
    assert layer["certificate"]["status"] == "optimal"
    assert layer["certificate"]["complete"] is False
    assert layer["certificate"]["complete_below"] == layer["near"][-1]["value"]
    assert len(layer["near"]) == 5
    assert said(data, 30.0) == ""
    assert "optimal; 5 listed, not all" in weft("map", GEMM, *ARGUMENTS, "--within", "100%")[1]


def test_a_budget_leaves_a_list_of_what_was_found(monkeypatch):
    whole = package.map(GEMM, MACHINE, top=6).layers[0].near
    (layer,) = package.map(GEMM, MACHINE, top=6, budget=0.0).layers
    certificate = layer.certificate
    assert certificate.complete is False
    assert 0 < certificate.complete_below <= layer.value
    assert len(layer.near) < len(whole)
    assert "not complete" in str(certificate)


def test_lists_are_kept_and_taken_from_a_store(tmp_path):
    first = mapped([gemm()], top=4, store=tmp_path / "store")
    again = mapped([gemm()], top=4, store=tmp_path / "store")
    other = mapped([gemm()], top=3, store=tmp_path / "store")
    assert first.layers[0].near == again.layers[0].near
    assert first.layers[0].seconds == again.layers[0].seconds
    assert other.layers[0].near == first.layers[0].near[:3]


def test_a_true_list_holds(listed):
    assert said(listed, 30.0, 300) == ""


def cut(data, *places):
    near = data["layers"][0]["near"]
    data["layers"][0]["near"] = [near[place] for place in places]


@pytest.mark.parametrize(
    ("places", "message"),
    [
        ((0, 1, 2, 4, 5), "complete_below"),
        ((1, 2, 3, 4, 5), "does not begin with the program of the layer"),
        ((0, 1, 2, 4, 3, 5), "not sorted"),
        ((0, 0, 1, 2, 3, 5), "two programs with"),
        ((), "does not begin"),
        ((0, 1, 2, 3, 4, 5, 5), "more than 6"),
    ],
)
def test_a_list_with_something_missing_or_out_of_place_is_found_out(listed, places, message):
    data = json.loads(json.dumps(listed))
    cut(data, *places)
    assert message in said(data)


def test_another_search_contradicts_a_list_without_one_of_its_programs(listed):
    data = json.loads(json.dumps(listed))
    cut(data, 0, 1, 3, 4, 5)
    data["question"]["top"] = 5
    assert said(data) == ""
    assert "not in near" in said(data, 30.0)


def test_a_program_of_the_space_contradicts_a_list_without_it():
    constraints = ["K: 16", "M: 4..16", "hold L2:", "hold L1: input", "N: 16", "order: M, N, K"]
    data = json.loads(json.dumps(package.map(GEMM, MACHINE, constraints=constraints, top=4).to_dict()))
    assert said(data, samples=1000) == ""
    cut(data, 0, 2, 3)
    data["question"]["top"] = 3
    assert said(data) == ""
    assert "not in near" in said(data, samples=1000)

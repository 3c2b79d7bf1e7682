"""Certificates: what they say, and what a check of them finds."""

import json

import pytest
from small_maps import ARGUMENTS, GEMM, MACHINE, gemm, mapped

import weft
from weft.passes.mapper.certificate import Certificate, power_of_ten


@pytest.fixture(scope="module")
def document():
    return weft.map(GEMM, MACHINE).to_dict()


@pytest.fixture
def check(weft, tmp_path, document):
    """Runs the check on the document after a change."""

    def run(change, *options):
        data = json.loads(json.dumps(document))
        change(data)
        (tmp_path / "result.json").write_text(json.dumps(data))
        return weft("verify-certificate", str(tmp_path / "result.json"), "--samples", "40", *options)

    return run


def test_an_optimum_is_certified():
    (layer,) = mapped([gemm()]).layers
    certificate = layer.certificate
    assert (certificate.status, certificate.gap, certificate.lower_bound) == ("optimal", 0.0, layer.value)
    assert certificate.space_size == layer.space.size
    assert dict(certificate.evaluated)["programs"] > 0
    assert set(dict(certificate.pruned)) == {
        *("equal structures", "dominated candidates", "boxes by bound", "boxes by capacity")
    }
    assert Certificate.from_dict(json.loads(json.dumps(certificate.to_dict()))) == certificate
    assert str(certificate).startswith("Proved optimal: no program of the space is below")
    assert f"{dict(certificate.evaluated)['programs']:,} programs" in str(certificate)


def test_a_gap_is_certified():
    (best,) = mapped([gemm()]).layers
    (layer,) = mapped([gemm()], gap=0.5).layers
    certificate = layer.certificate
    assert certificate.status in ("optimal", "within")
    assert certificate.gap <= 0.5
    assert certificate.lower_bound <= best.value <= layer.value <= best.value * 1.5


def test_a_front_is_certified():
    (layer,) = mapped([gemm()], objective="cycles,energy").layers
    (fastest,) = mapped([gemm()], objective="cycles").layers
    assert layer.certificate.status == "optimal"
    assert layer.value == fastest.value == layer.certificate.lower_bound


def test_long_numbers_are_short():
    assert [power_of_ten(number) for number in (0, 999_999, 1_234_567)] == ["0", "999,999", "1.2e6"]


def test_a_true_certificate_holds(check):
    code, out, err = check(lambda data: None)
    assert (code, err) == (0, "")
    assert f"{GEMM}: holds; evaluated again, with both oracles; 40 of 40 programs drawn fit" in out


def test_oracles_run_only_where_they_can(check):
    code, out, _ = check(lambda data: None, "--verify-limit", "100")
    assert code == 0
    assert "too large for the oracles" in out


def first(data):
    return data["layers"][0]


def set_bound(data):
    first(data)["certificate"] |= {"status": "budget", "lower_bound": 1e12, "gap": first(data)["value"] / 1e12 - 1}


def smaller_memory(data):
    data["question"]["accelerator"]["memories"][-1]["capacity_bytes"] = 8


def other_program(data):
    program = first(data)["dataflow"].replace("TemporalMap(8,8) M", "TemporalMap(7,7) M", 1)
    first(data)["dataflow"] = program


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: first(data).update(value=1.0), "value is"),
        (lambda data: first(data)["result"]["energy_pj"].update(total=1.0), "energy_pj is"),
        (lambda data: first(data)["result"]["cycles"].update(throughput=1), "cycles is"),
        (lambda data: first(data)["certificate"].update(space_size=5), "space_size is"),
        (lambda data: first(data)["certificate"].update(gap=0.1), "needs a gap of 0"),
        (lambda data: first(data)["certificate"].update(status="within", gap=0.2), "needs a gap of at most 0"),
        (set_bound, "below the bound"),
        (smaller_memory, "W201"),
        (other_program, "none of the space"),
    ],
)
def test_a_false_certificate_is_found_out(check, change, said):
    code, out, err = check(change)
    assert code == 1
    assert "does not hold" in out
    assert "W707" in err
    assert said in err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "W001"),
        ("[]", "no result of weft map"),
        ('{"schema_version": 9, "question": {}, "layers": []}', "schema_version 9"),
        ('{"schema_version": 1, "question": {}, "layers": []}', "damaged"),
    ],
)
def test_what_is_no_result_is_refused(weft, tmp_path, text, said):
    (tmp_path / "x.json").write_text(text)
    code, _, err = weft("verify-certificate", str(tmp_path / "x.json"))
    assert code == 1
    assert said in err


def test_a_missing_file_is_a_finding(weft):
    code, _, err = weft("verify-certificate", "nothing.json")
    assert code == 1
    assert "W008" in err


def test_constraints_templates_and_fronts_are_checked_too(weft, tmp_path):
    (tmp_path / "t.m").write_text(
        "TemporalMap(?,?) M; TemporalMap(?,?) K; Cluster(4, L2); SpatialMap(?,?) K; Cluster(4);"
    )
    for options in (
        ("--template", str(tmp_path / "t.m")),
        ("-c", "K: 1..8", "--objective", "energy,cycles"),
        ("--time", "stepwise", "-c", "split: perfect", "-c", "order: M outside N", "--budget", "2s"),
    ):
        arguments = ARGUMENTS if "--template" not in options else ("-a", "bench_256", "--set", "pes=16", "-q")
        code, out, err = weft("map", GEMM, *arguments, *options, "--json")
        assert (code, err) == (0, "")
        (tmp_path / "result.json").write_text(out)
        code, out, err = weft("verify-certificate", str(tmp_path / "result.json"), "--samples", "40")
        assert (code, err) == (0, ""), options

"""Certificates: what they say, and what a check of them finds."""

import json

import pytest
from small_maps import ARGUMENTS, GEMM, MACHINE, gemm, mapped

import weft
from weft.cli.map_command import NOT_PROVED
from weft.search.certificate import Certificate, power_of_ten
from weft.search.report import digest_of


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
        samples = () if "--samples" in options else ("--samples", "40")
        return weft("verify-certificate", str(tmp_path / "result.json"), *samples, *options)

    return run


def test_an_optimum_is_certified():
    (layer,) = mapped([gemm()]).layers
    certificate = layer.certificate
    assert (certificate.status, certificate.gap, certificate.lower_bound) == ("optimal", 0.0, layer.value)
    assert certificate.space_size == layer.space.size
    assert dict(certificate.evaluated)["programs"] > 0
    assert set(dict(certificate.pruned)) == {
        *("equal structures", "dominated candidates", "boxes by bound", "boxes by capacity", "boxes by limit")
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
    assert (
        f"{GEMM}: holds; evaluated again, with both oracles; another search agrees; 40 of 40 programs drawn fit" in out
    )
    assert "not derived again, told by the digest alone: interrupted, question.gap" in out


def test_what_is_only_sampled_is_not_said_to_hold(check):
    code, out, err = check(lambda data: None, "--budget", "0s")
    assert (code, err) == (0, "")
    assert f"{GEMM}: sampled; evaluated again, with both oracles; no other search came to an end; 40 of 40" in out
    assert "holds" not in out
    assert "certificate.boxes" in out


def test_what_nothing_was_tried_against_is_not_tested(check):
    code, out, err = check(lambda data: None, "--budget", "0s", "--samples", "0")
    assert (code, err) == (1, "")
    assert f"{GEMM}: not tested; evaluated again, with both oracles; no other search came to an end; 0 of 0" in out


def test_every_program_of_a_small_space_is_tried(weft, tmp_path):
    code, out, err = weft("map", GEMM, *ARGUMENTS, "-c", "K: 16", "-c", "M: 8, 16", "-c", "hold L2:", "-c",
                          "hold L1: input", "-c", "N: 16", "-c", "order: M, N, K", "--json")  # fmt: skip
    assert (code, err) == (0, "")
    (tmp_path / "result.json").write_text(out)
    code, out, err = weft("verify-certificate", str(tmp_path / "result.json"), "--budget", "0s", "--samples", "10000")
    assert (code, err) == (0, "")
    assert "holds; evaluated again" in out
    assert "programs of the space fit" in out


def test_oracles_run_only_where_they_can(check):
    code, out, _ = check(lambda data: None, "--verify-limit", "100")
    assert code == 0
    assert "too large for the oracles" in out


def first(data):
    return data["layers"][0]


def set_bound(data):
    first(data)["certificate"] |= {"status": "budget", "lower_bound": 1e12, "gap": 0.0}


def smaller_memory(data):
    data["question"]["accelerator"]["memories"][-1]["capacity_bytes"] = 8


def other_program(data):
    program = first(data)["dataflow"].replace("TemporalMap(8,8) M", "TemporalMap(7,7) M", 1)
    first(data)["dataflow"] = program


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: first(data).update(value=1.0), "value is"),
        (lambda data: first(data)["result"]["energy_pj"].update(total=1.0), "result.energy_pj.total is"),
        (lambda data: first(data)["result"]["cycles"].update(throughput=1), "result.cycles.throughput is"),
        (lambda data: first(data)["certificate"].update(space_size=5), "space_size is"),
        (lambda data: first(data)["certificate"].update(gap=0.1), "needs a gap of 0"),
        (lambda data: first(data)["certificate"].update(status="within", gap=0.2), "at most the question's 0"),
        (lambda data: first(data)["certificate"].update(status="best"), "status is none of"),
        (lambda data: first(data)["certificate"].update(lower_bound=0), "the value as lower_bound"),
        (lambda data: first(data)["certificate"].update(status="within", lower_bound=0, gap=9), "needs one above 0"),
        (lambda data: first(data)["certificate"].pop("boxes"), "boxes is missing"),
        (lambda data: first(data)["certificate"].update(proof="yes"), "proof is no field"),
        (lambda data: first(data)["certificate"].update(space="free: all"), "certificate.space is"),
        (lambda data: first(data).pop("certificate"), "certificate is missing"),
        (lambda data: first(data).update(certificate=None), "certificate is None"),
        (lambda data: first(data).update(comment="true"), "comment is no field"),
        (lambda data: first(data).pop("pareto"), "pareto is missing"),
        (lambda data: first(data).update(seconds=0.0), "digest"),
        (lambda data: data.pop("digest"), "digest is missing"),
        (set_bound, "above the value"),
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


def counts_times_1000(data):
    for name in ("evaluated", "pruned"):
        counts = first(data)["certificate"][name]
        first(data)["certificate"][name] = {key: count * 1000 for key, count in counts.items()}
    data["digest"] = digest_of(data)


def test_false_counts_are_found_out_by_another_search(check):
    code, out, err = check(counts_times_1000)
    assert code == 1
    assert "does not hold" in out
    assert "evaluated" in err
    assert "another search has" in err


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: data["question"].update(objective="speed"), "question.objective is wrong"),
        (lambda data: data["question"].update(time="soon"), "question.time is 'soon'"),
        (lambda data: data["question"].update(gap=float("nan")), "NaN is no number of JSON"),
        (lambda data: data["question"].update(gap=-1), "question: the gap is -1"),
        (lambda data: data["question"].pop("constraints"), "question.constraints is missing"),
        (lambda data: data["question"].update(note=1), "question.note is no field"),
        (lambda data: data["question"]["accelerator"].update(pes="many"), "question.accelerator is wrong"),
        (lambda data: data["question"].update(template="", flexibility="1111"), "question.template"),
        (lambda data: first(data)["certificate"].update(gap=float("nan")), "NaN is no number of JSON"),
        (lambda data: data.update(layers=[]), "layers is empty"),
        (lambda data: data.update(layers={}), "layers is {}"),
        (lambda data: data.update(layers=[1]), "layers[0] is no object"),
    ],
)
def test_what_cannot_have_been_asked_or_answered_is_refused(check, change, said):
    code, out, err = check(change)
    assert code == 1
    assert said in err
    assert "holds" not in out
    assert "Traceback" not in err


@pytest.mark.parametrize("depth", [50, 900, 200_000])
@pytest.mark.parametrize(("opened", "closed"), ["[]", ('{"a":', "}")])
def test_deep_documents_are_refused(weft, tmp_path, depth, opened, closed):
    inner = opened * depth + "1" + closed * depth
    (tmp_path / "x.json").write_text(f'{{"schema_version": 1, "question": {inner}, "layers": []}}')
    code, _, err = weft("verify-certificate", str(tmp_path / "x.json"))
    assert code == 1
    assert "nested more than 40 levels deep" in err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "W001"),
        ("[]", "no result of weft map"),
        ('{"schema_version": 1, "schema_version": 1}', "'schema_version' stands twice"),
        ('{"schema_version": 1e999, "question": {}, "layers": []}', "a number is too large"),
        ('{"schema_version": ' + "1" * 5000 + ', "question": {}, "layers": []}', "no JSON"),
        ('{"schema_version": 9, "question": {}, "layers": []}', "schema_version 9"),
        ('{"schema_version": 1, "question": {}, "layers": []}', "damaged"),
    ],
)
def test_what_is_no_result_is_refused(weft, tmp_path, text, said):
    (tmp_path / "x.json").write_text(text)
    code, _, err = weft("verify-certificate", str(tmp_path / "x.json"))
    assert code == 1
    assert said in err


def test_names_in_a_result_cannot_steer_a_terminal(check):
    def rename(data):
        data["layers"][0]["layer"] = "\x1b[2Jfine\nother: holds"

    code, out, err = check(rename)
    assert code == 1
    assert "\\x1b[2Jfine\\nother: holds: error[W707]" in err
    assert "\x1b" not in out + err


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
        assert code == 0 or ("--budget" in options and code == NOT_PROVED)
        assert err == ""
        (tmp_path / "result.json").write_text(out)
        code, out, err = weft("verify-certificate", str(tmp_path / "result.json"), "--samples", "40")
        assert (code, err) == (0, ""), options

"""`weft map`: options, outputs, findings, Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from small_maps import ARGUMENTS, GEMM, MACHINE

import weft as package

ROOT = Path(__file__).parents[1]
SCHEMA = json.loads((ROOT / "docs/map.schema.json").read_text("utf-8"))
EVALUATED = json.loads((ROOT / "docs/evaluate.schema.json").read_text("utf-8"))
NETWORK = """Network n {
  Layer A { Type: GEMM Dimensions { M: 16, N: 16, K: 16 } }
  Layer B { Type: GEMM Dimensions { M: 16, N: 16, K: 8 } }
  Layer C { Type: GEMM Dimensions { M: 16, N: 16, K: 16 } }
}
"""


@pytest.fixture
def net(tmp_path):
    (tmp_path / "net.m").write_text(NETWORK)
    return str(tmp_path / "net.m")


def errors_of(data):
    found = list(Draft202012Validator(SCHEMA).iter_errors(data))
    schema = EVALUATED | {"anyOf": [{"$ref": "#/$defs/evaluatedLayer"}]}
    results = [layer["result"] for layer in data["layers"] if "result" in layer]
    return [*found, *(error for result in results for error in Draft202012Validator(schema).iter_errors(result))]


def test_a_layer_shows_its_program_and_what_is_proved(weft):
    code, out, err = weft("map", GEMM, *ARGUMENTS)
    assert (code, err) == (0, "")
    assert "optimal" in out
    assert "10^8" in out
    assert "Hold(L1: input, filter);" in out
    assert "Proved optimal: no program of the space is below 4.25984e+07." in out


def test_the_table_has_the_cycles_that_evaluate_shows(weft, tmp_path):
    _, program, _ = weft("map", GEMM, *ARGUMENTS, "--emit", "maestro")
    (tmp_path / "best.m").write_text(program)
    machine = ("-a", "bench_256", "--set", "pes=16", "--set", "shape=[4,4]")
    _, evaluated, _ = weft("evaluate", str(tmp_path / "best.m"), *machine)
    _, out, _ = weft("map", GEMM, *ARGUMENTS)
    assert "throughput time" in out
    assert "stepwise time" in evaluated
    row, heads = (next(line for line in out.splitlines() if line.split()[:1] == [word]) for word in (GEMM, "layer"))
    cycles = dict(zip(heads.replace(" cycles", "_cycles").split(), row.split(), strict=False))["stepwise_cycles"]
    shown = next(line for line in evaluated.splitlines() if "GEMM" in line)
    assert cycles in shown.split()


def test_a_network_is_a_table(weft, net):
    code, out, _ = weft("map", net, *ARGUMENTS)
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()[4:9] if line.strip()][:3] == ["A", "B", "C"]
    assert "3 layers" in out
    code, out, _ = weft("map", net, "--layer", "B", *ARGUMENTS)
    assert "Proved optimal" in out


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--objective", "cycles,energy"),
        ("--gap", "5%"),
        ("--share", "one"),
        ("-c", "order: M outside K", "-c", "order: K outside M"),
        ("--time", "stepwise", "--budget", "1s"),
    ],
)
def test_json_is_as_the_schema_says(weft, net, options):
    _, out, _ = weft("map", net, *ARGUMENTS, *options, "--json")
    assert errors_of(json.loads(out)) == []


def test_json_has_the_result_of_evaluate(weft, tmp_path):
    _, out, _ = weft("map", GEMM, *ARGUMENTS, "--json")
    (layer,) = json.loads(out)["layers"]
    _, text, _ = weft("map", GEMM, *ARGUMENTS, "--emit", "maestro")
    (tmp_path / "best.m").write_text(text)
    options = ("-a", "bench_256", "--set", "pes=16", "--time", "throughput", "--verify", "--json")
    code, out, _ = weft("evaluate", str(tmp_path / "best.m"), *options)
    (evaluated,) = json.loads(out)["layers"]
    assert code == 0
    for name in ("macs", "cycles", "energy_pj", "interfaces", "utilization"):
        assert layer["result"][name] == evaluated[name]
    assert layer["value"] == evaluated["energy_pj"]["total"] * evaluated["cycles"]["throughput"]


@pytest.mark.parametrize(
    ("language", "said"), [("python", "def "), ("c", "#pragma omp"), ("mlir", "affine."), ("timeloop", "mapping")]
)
def test_programs_are_emitted_as_code(weft, language, said):
    code, out, err = weft("map", GEMM, *ARGUMENTS, "--emit", language)
    assert (code, err) == (0, "")
    assert said in out


def test_the_emitted_python_equals_numpy(weft):
    import numpy as np

    _, out, _ = weft("map", GEMM, *ARGUMENTS, "--emit", "python")
    names: dict = {}
    exec(out, names)
    run = next(value for name, value in names.items() if callable(value) and "input" in value.__code__.co_varnames)
    random = np.random.default_rng(0)
    left, right = random.integers(-9, 9, (2, 16, 16))
    total = np.zeros((16, 16), np.int64)
    by_name = {"input": left, "filter": right, "output": total}
    arguments = run.__code__.co_varnames[: run.__code__.co_argcount]
    run(*(by_name[name] for name in arguments))
    assert (total == left @ right).all()


def test_templates_flexibility_and_bindings(weft, tmp_path):
    (tmp_path / "open.m").write_text("TemporalMap(?,?) M; Cluster(4, L2); SpatialMap(T,T) K; Cluster(4);")
    code, out, _ = weft("map", GEMM, *ARGUMENTS[:4], "--template", str(tmp_path / "open.m"), "--bind", "T=4", "-q")
    assert code == 0
    assert "SpatialMap(4,4) K;" in out
    _, best, _ = weft("map", GEMM, *ARGUMENTS, "--emit", "maestro")
    (tmp_path / "best.m").write_text(best)
    code, out, _ = weft("map", GEMM, *ARGUMENTS, "--template", str(tmp_path / "best.m"), "--flexibility", "0000")
    assert code == 0
    assert "4.25984e+07" in out


def test_one_dataflow_reports_the_difference(weft, net):
    code, out, _ = weft("map", net, *ARGUMENTS, "--share", "one")
    assert code == 0
    assert "one dataflow for all layers" in out
    assert "ratio" in out
    assert "all: 3 layers" in out


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--objective", "edpp"), 1, "did you mean 'edp'"),
        (("--budget", "soon"), 2, "is not a time such as 10s"),
        (("--gap", "-1"), 2, "is not a part such as 5%"),
        (("--shape", "4*4"), 2, "is not units such as 16x16"),
        (("--flexibility", "1111"), 1, "needs a base program"),
        (("--template", "missing.m"), 1, "W008"),
        (("--bind", "T=4"), 1, "no size depends on 'T'"),
        (("--json", "--emit", "c"), 2, "exclude each other"),
        (("--workers", "2", "--dask", "x"), 2, "exclude each other"),
        (("-c", "Q: 4"), 1, "unknown constraint or dimension 'Q'"),
        (("--store", "/nowhere/x"), 1, "W721"),
        (("--dask", "tcp://127.0.0.1:9"), 1, "W723"),
        (("--layer", "X"), 1, "no layer 'X'"),
        (("-c", "order: M outside K", "-c", "order: K outside M"), 1, "cannot hold together"),
    ],
)
def test_wrong_input_is_explained(weft, options, code, said):
    if "--dask" in options and "--workers" not in options:
        pytest.importorskip("distributed", reason="Dask is an extra")
    machine = ARGUMENTS[:2] if "--shape" in options else ARGUMENTS
    found, _, err = weft("map", GEMM, *machine, *options)
    assert found == code
    assert said in err


def test_a_wrong_layer_does_not_stop_the_others(weft, tmp_path):
    (tmp_path / "net.m").write_text(NETWORK.replace("K: 8", "Q: 8"))
    code, out, err = weft("map", str(tmp_path / "net.m"), *ARGUMENTS)
    assert code == 1
    assert "error W00" in out
    assert out.count("optimal") == 3  # the two layers and their sum
    assert "W00" in err


def test_too_many_structures_are_refused(weft):
    many = "conv:K=2,C=8,R=3,S=3,Y'=8,X'=8,N=2"
    machine = ("-a", "bench_256", "--set", "pes=128", "--shape", "2x2x2x2x2x2x2")
    code, _, err = weft("map", many, *machine, "-c", "K@L1: 1", "-q")
    assert code == 1
    assert "W703" in err


def test_the_exit_code_tells_a_gap_from_a_proof(weft):
    assert weft("map", GEMM, *ARGUMENTS)[0] == 0
    code, out, _ = weft("map", "gemm:M=509,N=499,K=491", "-a", "bench_256", "--time", "throughput", "--budget", "0s")
    assert code == 4
    assert "Stopped early; within" in out


@pytest.mark.parametrize("machine", ["sparse_tensor_core", "gemmini_like", "nvdla_like", "eyeriss", "tpu_v1_like"])
@pytest.mark.parametrize("workload", ["conv:K=64,C=64,R=3,S=3,Y'=56,X'=56", "gemm:M=1,N=128256,K=4096"])
def test_there_is_a_program_whatever_the_budget(weft, machine, workload):
    code, out, err = weft("map", workload, "-a", machine, "--time", "throughput", "--budget", "0s", "--json")
    (layer,) = json.loads(out)["layers"]
    assert (code, err) == (4, "")
    assert 0 < layer["certificate"]["lower_bound"] < layer["value"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_print_the_best_so_far(number):
    command = [sys.executable, "-m", "weft", "map", "gemm:M=509,N=499,K=491", "-a", "bench_256"]
    command += ["--objective", "energy,cycles"]
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path))
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        time.sleep(8)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    if "interrupted" in err:
        assert process.returncode == 4
        assert "gemm:M=509,N=499,K=491" in out


def test_python_gives_the_same(weft):
    result = package.map(GEMM, MACHINE, shape=(4, 4))
    _, out, _ = weft("map", GEMM, *ARGUMENTS, "--json")
    assert result.to_dict()["layers"][0]["dataflow"] == json.loads(out)["layers"][0]["dataflow"]
    assert package.map(package.parse_workload(GEMM), MACHINE, shape=(4, 4)).mapped[0].value == result.mapped[0].value
    assert package.map(package.read(GEMM)[0], MACHINE, shape=(4, 4)).mapped[0].value == result.mapped[0].value
    with pytest.raises(ValueError, match="unknown time model"):
        package.map(GEMM, MACHINE, time="slow")
    with pytest.raises(ValueError, match="unknown scope"):
        package.map(GEMM, MACHINE, share="two")


def test_python_takes_templates_and_workers():
    from concurrent.futures import ThreadPoolExecutor

    template = "TemporalMap(?,?) M; Cluster(4, L2); SpatialMap(?,?) K; Cluster(4);"
    with ThreadPoolExecutor(2) as pool:
        found = package.map(GEMM, MACHINE, template=template, workers=pool)
    assert found.mapped[0].value == package.map(GEMM, MACHINE, template=template).mapped[0].value


def test_json_sums_the_layers_up_and_names_what_has_no_program(weft, net):
    code, out, _ = weft("map", net, *ARGUMENTS, "--json")
    document = json.loads(out)
    assert (code, errors_of(document)) == (0, [])
    layers, total = document["layers"], document["total"]
    assert total["layers"] == 3
    assert total["value"] == pytest.approx(sum(layer["value"] for layer in layers))
    assert total["lower_bound"] == pytest.approx(sum(layer["certificate"]["lower_bound"] for layer in layers))
    assert total["gap"] == 0.0
    assert total["cycles"]["stepwise"] == sum(layer["result"]["cycles"]["stepwise"] for layer in layers)
    assert (total["left_out"], total["left_out_share"]) == ([], 0.0)
    code, out, _ = weft("map", net, *ARGUMENTS, "--limit", "cycles=1", "--json")
    document = json.loads(out)
    assert (code, errors_of(document)) == (1, [])
    total = document["total"]
    assert [item["layer"] for item in total["left_out"]] == ["A", "B", "C"]
    assert (total["layers"], total["lower_bound"], total["gap"], total["left_out_share"]) == (0, None, None, None)


def test_shares_of_several_models_are_not_added(weft, net, tmp_path):
    other = tmp_path / "other.m"
    other.write_text(Path(net).read_text())
    document = json.loads(weft("map", net, str(other), *ARGUMENTS, "--limit", "cycles=1", "--json")[1])
    assert errors_of(document) == []
    assert document["total"]["left_out_share"] is None


def test_the_sums_are_checked_with_the_layers(weft, net, tmp_path):
    _, out, _ = weft("map", net, *ARGUMENTS, "--json")
    document = json.loads(out)
    document["total"]["lower_bound"] *= 0.5
    (file := tmp_path / "result.json").write_text(json.dumps(document), "utf-8")
    code, _, errors = weft("verify-certificate", str(file), "--budget", "0", "--samples", "1")
    assert code == 1
    assert "total.lower_bound is" in errors

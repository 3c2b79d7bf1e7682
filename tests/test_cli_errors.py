"""What a user reads when something is wrong: a code, file:line:column, and the other layers all the same.

Each `errors/*.m` has one layer WRONG and one layer GOOD, and its command in the first line; `errors/*.txt` holds the
exit code and the error stream. `WEFT_UPDATE_GOLDEN=1 pytest tests/test_cli_errors.py` rewrites them; read the changes.
"""

import json
import os
import re
from pathlib import Path

import pytest

from weft.ir import CODES

ERRORS = Path(__file__).parent / "errors"
CASES = sorted(path.stem for path in ERRORS.glob("*.m"))
WITHOUT_PLACE: set[str] = set()
WARNINGS_ONLY = {"reduction_without_hardware"}
GOOD = "Network n { Layer GOOD { Type: GEMM Dimensions { M: 4, N: 4, K: 4 } Dataflow { SpatialMap(1,1) M; } } }"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """The working directory of a test, with one good file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.m").write_text(GOOD)
    return tmp_path


@pytest.mark.parametrize("name", CASES)
def test_a_wrong_layer(name, weft, monkeypatch):
    monkeypatch.chdir(ERRORS)
    first = Path(f"{name}.m").read_text().splitlines()[0]
    _, program, *arguments = first.removeprefix("// ").split()
    code, output, errors = weft(program, *arguments, "--json")
    golden = Path(f"{name}.txt")
    if os.environ.get("WEFT_UPDATE_GOLDEN"):
        golden.write_text(f"exit code {code}\n{errors}")
    assert f"exit code {code}\n{errors}" == golden.read_text()
    assert code == (0 if name in WARNINGS_ONLY else 1)
    # In words every finding has a code and a place in this file.
    findings = re.findall(r"^(.*?): (error|warning)\[(W\d+)\]", errors, re.MULTILINE)
    assert findings
    for place, _, number in findings:
        assert number in CODES
        assert place == "WRONG" if name in WITHOUT_PLACE else re.fullmatch(rf"{name}\.m:\d+:\d+", place)
    # In data likewise, and the good layer is never lost.
    document = json.loads(output)
    layers = {layer["layer"]: layer for layer in document["layers"]}
    assert layers["GOOD"]["macs"] == 64
    wrong = [*layers["WRONG"]["diagnostics"], *document["diagnostics"]]
    assert {item["code"] for item in wrong} == {number for _, _, number in findings}
    if name not in WARNINGS_ONLY | WITHOUT_PLACE:
        assert any(item["severity"] == "error" and item["line"] and item["column"] for item in wrong)


def test_every_golden_text_has_its_case():
    assert sorted(path.stem for path in ERRORS.glob("*.txt")) == CASES


# Files


def test_a_missing_file_and_others(weft, here):
    code, output, errors = weft("evaluate", "missing.m", "good.m", "--json")
    assert code == 1
    assert errors == "error[W008]: 'missing.m' cannot be read: No such file or directory\n"
    document = json.loads(output)
    assert [layer["layer"] for layer in document["layers"]] == ["GOOD"]
    assert [item["code"] for item in document["diagnostics"]] == ["W008"]


JUNK = {
    "binary": bytes(range(256)) * 10,
    "latin-1": "Network caf\xe9 { }".encode("latin-1"),
    "utf-16": GOOD.encode("utf-16"),
    "an ELF file": b"\x7fELF\x02\x01\x01" + bytes(60),
    "empty": b"",
    "only blanks": b" \n\t\n",
    "prose": b"It was a dark and stormy night; the rain fell in torrents.",
    "JSON": b'{"layers": [{"type": "CONV"}]}',
    "braces": b"{" * 500 + b"}" * 700,
    "brackets": b"Network n { Layer A { Dataflow { SpatialMap" + b"(" * 2000,
}


@pytest.mark.parametrize("command", ["evaluate", "check", "explain", "simulate", "opt"])
@pytest.mark.parametrize("name", JUNK)
def test_junk(name, command, weft, here):
    (here / "junk.m").write_bytes(JUNK[name])
    code, _, errors = weft(command, "junk.m")
    assert code == 1
    assert re.search(r"error\[W\d+\]: ", errors)
    assert "junk.m" in errors


def test_junk_as_a_machine(weft, here):
    for name, junk in JUNK.items():
        (here / "junk.yaml").write_bytes(junk)
        code, output, errors = weft("evaluate", "good.m", "--accelerator", "junk.yaml")
        assert (code, output) == (1, ""), name
        assert re.search(r"error\[W\d+\]: ", errors), name
        assert "junk.yaml" in errors, name


def test_a_directory(weft, here):
    code, _, errors = weft("evaluate", ".")
    assert (code, errors) == (1, "error[W008]: '.' is a directory\n")


@pytest.mark.parametrize("line", ["x", "It was a dark and stormy night; { } : ,", "// nothing"])
def test_two_megabytes_of_text(line, weft, here):
    (here / "large.m").write_text(f"{line}\n" * (2_000_000 // (len(line) + 1)))
    code, _, errors = weft("evaluate", "large.m")
    assert code == 1
    assert "large.m:1:1: error[W001]: 'large.m' holds no Network" in errors
    assert len(errors) < 20_000


def test_megabytes_around_a_layer(weft, here):
    (here / "large.m").write_text(GOOD.replace("Layer", "\n" + "// a comment\n" * 150_000 + "Layer"))
    code, output, errors = weft("evaluate", "large.m")
    assert (code, errors) == (0, "")
    assert "GOOD" in output
    (here / "large.m").write_text(GOOD.replace("Layer", "\n" + "// a comment\n" * 800_000 + "Layer"))
    assert weft("evaluate", "large.m") == (1, "", "error[W008]: 'large.m' is larger than 2 MB\n")


# Machines


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("-a", "eyerisss"), "error[W002]: 'eyerisss' is neither a machine that Weft ships nor a file"),
        (("-a", "missing.yaml"), "error[W008]: cannot read 'missing.yaml': there is no such file"),
        (("--set", "pse=3"), "error[W205]: pse=3: unknown key 'pse'\n  hint: did you mean 'pes'?"),
        (("--set", "pes"), "error[W205]: pes: a setting is key=value"),
        (("--set", "pes=0"), "error[W205]: pes=0: must be at least 1, not 0"),
        (("--set", "pes=-4"), "error[W205]: pes=-4: must be at least 1, not -4"),
        (("--set", "pes=many"), "error[W205]: pes=many: "),
        (("--set", "pes=1.5"), "error[W205]: pes=1.5: "),
        (("--set", "bandwidth=0"), "error[W205]: bandwidth=0: must be at least 1, not 0"),
        (("--set", "latency=-1"), "error[W205]: latency=-1: must be at least 0, not -1"),
        (("--set", "L1.capacity_bytes=-1"), "error[W205]: L1.capacity_bytes=-1: must be at least 1, not -1"),
        (("--set", "L1.instances=1000"), "L1 has more instances (1000) than there are pes (256)"),
        (("--set", "lanes=1099511627777"), "lanes=1099511627777: must be at most 1099511627776, not 1099511627777"),
        (("--set", "leakage_mw=1.0e+308"), "leakage_mw=1.0e+308: must be at most 1099511627776, not 1e+308"),
        (("--set", "clock_mhz=0"), "clock_mhz=0: must be at least 1e-06, not 0"),
        (("--set", "L1.buffering=2026-11-24"), "L1.buffering=2026-11-24: must be one of 'double', 'rolling', 'single'"),
        (("--set", "L1.holds=[input, input]"), "L1.holds=[input, input]: L1 names a tensor twice"),
        (("--set", "multicast=perhaps"), "error[W205]: multicast=perhaps: "),
        (("--set", "energy_table=eyerisss"), "did you mean 'eyeriss'?"),
        (("--set", "energy_table=missing.yaml"), "error[W205]: 'missing.yaml' is neither an energy table"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
@pytest.mark.parametrize("command", ["evaluate", "explain"])
def test_a_wrong_machine(arguments, expected, command, weft, here):
    code, output, errors = weft(command, "good.m", *arguments)
    assert (code, output) == (1, "")
    assert expected in errors


def test_a_wrong_line_in_a_machines_file(weft, here):
    (here / "machine.yaml").write_text("name: m\npes: 4\nmemories:\n  - name: L2\n    capacity_byte: 3\n")
    code, _, errors = weft("evaluate", "good.m", "-a", "machine.yaml")
    assert code == 1
    assert errors.startswith("machine.yaml:5:5: error[W205]: ")
    assert "did you mean 'capacity_bytes'?" in errors


def test_a_wrong_line_in_a_hardware_file(weft, here):
    (here / "hardware.m").write_text("num_pes: 4\nnoc_bw: 3\n")
    code, _, errors = weft("evaluate", "good.m", "-a", "hardware.m")
    assert code == 1
    assert errors.startswith("hardware.m:2:1: error[W205]: unknown hardware key 'noc_bw'")


def test_a_trillion_elements(weft, here):
    code, _, errors = weft("evaluate", "good.m", "--set", "pes=1000000000000")
    assert code == 1
    assert "error[W205]: pes=1000000000000: " in errors


def test_workloads_at_the_limit_are_counted(weft, here):
    extents = ", ".join(f"{name}: 2147483647" for name in "MNK")
    (here / "large.m").write_text(GOOD.replace("M: 4, N: 4, K: 4", extents))
    code, output, errors = weft("evaluate", "large.m", "--json")
    assert (code, errors) == (0, "")
    (layer,) = json.loads(output)["layers"]
    assert layer["macs"] == (2**31 - 1) ** 3
    assert layer["cycles"]["throughput"] >= layer["macs"] // 256


# Names


@pytest.mark.parametrize("command", ["evaluate", "check", "explain", "simulate", "opt"])
def test_a_misspelt_layer(command, weft, here):
    code, output, errors = weft(command, "good.m", "--layer", "GOD")
    assert (code, output) == (1, "")
    assert errors == "error[W002]: no layer 'GOD'\n  hint: did you mean 'GOOD'?\n"


def test_a_binding_of_nothing(weft, here):
    code, _, errors = weft("evaluate", "good.m", "--bind", "T=4")
    assert code == 1
    assert errors.startswith("error[W002]: no size depends on 'T'")


@pytest.mark.parametrize("pipeline", ["canonicalise", "canonicalize{fast=1}", "validate{over-capacity=maybe}", ","])
def test_a_wrong_pipeline(pipeline, weft, here):
    code, output, errors = weft("opt", "good.m", "-p", pipeline)
    assert (code, output) == (1, "")
    assert errors.startswith("error[W002]: ")


# Wrong usage


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), "Usage: weft [OPTIONS] COMMAND"),
        (("evaluate",), "Missing argument 'FILE...'"),
        (("explain",), "Missing argument 'FILE'"),
        (("evalaute", "good.m"), "No such command 'evalaute'. Did you mean 'evaluate'?"),
        (("frobnicate",), "The commands are evaluate, explain, "),
        (("evaluate", "good.m", "--jsn"), "No such option"),
        (("evaluate", "good.m", "--json", "--csv", "-"), "--csv and --json exclude each other"),
        (("evaluate", "good.m", "--time", "fast"), "'fast' is not one of 'stepwise', 'throughput'"),
        (("evaluate", "good.m", "--verify-limit", "0"), "0 is not in the range"),
        (("evaluate", "good.m", "--bind", "T"), "'T' is not NAME=POSITIVE-INTEGER"),
        (("evaluate", "good.m", "--bind", "T=0"), "'T=0' is not NAME=POSITIVE-INTEGER"),
        (("evaluate", "good.m", "--bind", "T=-1"), "'T=-1' is not NAME=POSITIVE-INTEGER"),
        (("evaluate", "good.m", "--bind", "T=x"), "'T=x' is not NAME=POSITIVE-INTEGER"),
        (("explain", "two.m"), "choose one of 2 layers with --layer"),
        (("simulate", "two.m"), "choose one of 2 layers with --layer"),
        (("simulate", "good.m", "--seed", "x"), "'x' is not a valid integer"),
        (("simulate", "good.m", "--seed", "-1"), "-1 is not in the range"),
        (("accelerators", "--set", "pes=3"), "--set needs the NAME of a machine"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_usage(arguments, expected, weft, here):
    (here / "two.m").write_text(GOOD.replace("Layer GOOD", "Layer A").replace("} } }", "} } Layer B { Type: GEMM } }"))
    code, output, errors = weft(*arguments)
    assert (code, output) == (2, "")
    assert expected in errors


def test_quick_that_leaves_nothing_to_run_is_wrong_usage(weft):
    code, output, errors = weft("validate", "maestro", "--quick")
    assert (code, output) == (2, "")
    assert "--quick leaves out maestro" in errors

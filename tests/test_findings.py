"""Equal findings are shown once, with their number and their places."""

import json

import pytest

from weft.cli.findings import show_findings
from weft.ir import Diagnostic, Severity, Span

LAYER = "  Layer L{0} {{ Type: GEMM Dimensions {{ M: 4, N: 4, K: 4 }} }}\n"


@pytest.fixture
def shown(capsys):
    def run(*layers):
        show_findings(layers)
        return capsys.readouterr().err.splitlines()

    return run


def span(line):
    return Span("net.m", line, 3)


def test_54_layers_without_a_dataflow_are_one_finding(weft, tmp_path):
    file = tmp_path / "net.m"
    file.write_text("Network n {\n" + "".join(map(LAYER.format, range(54))) + "}\n")
    for command, kind in (("check", "note"), ("evaluate", "error")):
        code, _, errors = weft(command, str(file))
        assert (code, errors.count("W009")) == (int(kind == "error"), 1)
        assert f"{file}:2:3: {kind}[W009]: layer 'L0' has no dataflow" in errors
        assert "note: 54 times, first here; also in L1, L2, L3, L4, L5 and 48 more layers" in errors
        assert "weft map" in errors
        _, output, _ = weft(command, str(file), "--json")
        found = [item for layer in json.loads(output)["layers"] for item in layer["diagnostics"]]
        assert [(item["code"], item["line"]) for item in found] == [("W009", line) for line in range(2, 56)]


def test_findings_of_one_layer_name_their_places(shown):
    items = [Diagnostic("W001", "what", span=span(line)) for line in (1, 2, 9)]
    assert shown(("", items)) == [
        "net.m:1:3: error[W001]: what",
        "  note: 3 times, first here; also at net.m:2:3, net.m:9:3",
    ]


def test_the_same_finding_twice_is_one(shown):
    item = Diagnostic("W001", "what", span=span(1))
    assert shown(("A", [item, item])) == ["net.m:1:3: error[W001]: what"]


@pytest.mark.parametrize(
    "other",
    [
        Diagnostic("W002", "layer 'B' is wrong", hint="mend 'B'"),
        Diagnostic("W001", "layer 'B' is bad", hint="mend 'B'"),
        Diagnostic("W001", "layer 'B' is wrong", hint="mend it"),
        Diagnostic("W001", "layer 'B' is wrong", hint="mend 'B'", notes=("so",)),
        Diagnostic("W001", "layer 'B' is wrong", hint="mend 'B'", severity=Severity.WARNING),
    ],
)
def test_findings_that_differ_in_more_than_the_layer_are_all_shown(shown, other):
    first = Diagnostic("W001", "layer 'A' is wrong", hint="mend 'A'")
    assert sum("[W" in line for line in shown(("A", [first]), ("B", [other]))) == 2


def test_findings_without_a_place_name_their_layers(shown):
    first, second = (Diagnostic("W001", f"layer '{name}' is wrong") for name in "AB")
    assert shown(("A", [first]), ("B", [second])) == [
        "A: error[W001]: layer 'A' is wrong",
        "  note: 2 times, first here; also in B",
    ]

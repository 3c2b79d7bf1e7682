"""Choosing layers, and what a command says about a file in which something else is wrong."""

from __future__ import annotations

import json

import pytest

from weft.cli import main

TWO = """Network n {
  Layer A { Type: GEMM Dimensions { M: 4, N: 4, K: 4 } Dataflow { SpatialMap(1,1) M; } }
  Layer A { Type: GEMM Dimensions { M: 4, N: 4, K: 2 } Dataflow { SpatialMap(1,1) N; } }
}
"""


@pytest.fixture
def weft(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "two.m").write_text(TWO)

    def run(*arguments):
        try:
            main(arguments)
            code = 0
        except SystemExit as stop:
            code = stop.code or 0
        out, err = capsys.readouterr()
        return code, out, err

    return run


def macs(output):
    return [layer["macs"] for layer in json.loads(output)["layers"]]


@pytest.mark.parametrize(("name", "found"), [("A", [64, 32]), ("A#1", [64]), ("A#2", [32]), ("n/A#2", [32])])
def test_equal_names_are_told_apart_by_their_place(weft, name, found):
    code, output, _ = weft("evaluate", "two.m", "--json", "--layer", name)
    assert (code, macs(output)) == (0, found)


def test_a_command_for_one_layer_says_how_to_choose(weft):
    code, _, errors = weft("simulate", "two.m", "--layer", "A")
    assert code == 2
    assert "n/A#1, n/A#2" in errors


def test_an_error_elsewhere_in_the_file_is_not_hidden(weft, tmp_path):
    (tmp_path / "torn.m").write_text(TWO + "garbage {")
    for command in ("simulate", "explain", "evaluate"):
        code, _, errors = weft(command, "torn.m", "--layer", "A#1")
        assert code == 1
        assert "torn.m:5:" in errors


def test_findings_of_equal_layers_stand_at_their_own_lines(weft, tmp_path):
    (tmp_path / "same.m").write_text(TWO.replace("K: 2", "K: 4").replace(") N;", ") M;"))
    _, output, _ = weft("evaluate", "same.m", "--json", "--verify", "--verify-limit", "1")
    assert [layer["diagnostics"][0]["line"] for layer in json.loads(output)["layers"]] == [2, 3]


def test_a_table_without_an_entry_keeps_the_document_whole(weft, tmp_path):
    (tmp_path / "bare.yaml").write_text("name: bare\nsource: s\nentries:\n  mac: {value: 1, unit: pJ, source: s}\n")
    code, output, _ = weft("evaluate", "two.m", "--json", "--set", "energy_table=bare.yaml")
    assert code == 1
    assert [layer["error"] for layer in json.loads(output)["layers"]] == [True, True]


def test_an_unknown_energy_table_is_found_by_check(weft):
    code, _, errors = weft("check", "two.m", "--set", "energy_table=nope")
    assert code == 1
    assert "error[W205]: 'nope'" in errors


@pytest.mark.parametrize("pipeline", ["infer", "validate", "canonicalize,reuse"])
def test_a_pass_needs_those_that_it_builds_on(weft, pipeline):
    code, _, errors = weft("opt", "two.m", "-p", pipeline)
    assert code == 1
    assert "needs 'canonicalize" in errors or "needs 'infer" in errors

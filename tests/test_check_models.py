"""`weft check` of models: layers without programs are not wrong, and all that is there is checked."""

import json
from pathlib import Path

import onnx_models
import pytest
from onnx import helper

import weft as package

MODEL = (str(Path(__file__).parent.parent / "examples/models/digits.onnx"), "--sizes", "batch=1")


@pytest.fixture
def head(tmp_path):
    """A softmax, and the five best of a row, which no workload states."""
    made = helper.make_node
    nodes = [made("Softmax", ["x"], ["p"], "scores"), made("TopK", ["p", "five"], ["best", "places"], "five_best")]
    five = helper.make_tensor("five", 7, [1], [5])
    model = onnx_models.model_of(nodes, [onnx_models.info("x", 8, 100)], ["best", "places"], held=[five])
    return str(onnx_models.saved(model, tmp_path))


def test_layers_without_programs_are_not_wrong(weft):
    code, out, errors = weft("check", *MODEL)
    assert (code, errors.count("W009")) == (0, 1)
    assert "0 legal, 0 wrong, 12 without a program" in out
    assert "error" not in errors
    assert "weft map" in errors
    assert "--dataflow" in errors


def test_with_a_program_by_name_they_are_checked_whole(weft):
    code, out, errors = weft("check", *MODEL, "--dataflow", "fit")
    assert (code, errors.count("W009")) == (0, 0)
    assert "12 legal, 0 wrong\n" in out


def test_what_is_there_is_checked(weft):
    _, _, errors = weft("check", *MODEL)
    assert "W109" in errors
    code, out, errors = weft("check", *MODEL, "--density", "input=0.5")
    assert (code, errors.count("error[")) == (1, 1)
    assert "0 legal, 2 wrong, 10 without a program" in out
    code, out, errors = weft("check", "conv:K=2,C=2,Y=90000000,X=3,R=3,S=3,stride=2")
    assert (code, "error[W010]" in errors) == (1, True)


def test_what_is_left_out_is_wrong_and_has_its_share(weft, head):
    code, out, errors = weft("check", head)
    assert code == 1
    assert "0 legal, 1 wrong, 4 without a program" in out
    assert "W802" in errors
    document = json.loads(weft("evaluate", head, "--dataflow", "fit", "--json")[1])
    (network,) = document["networks"]
    assert network["result"]["left_out_share"] == 80 / 880
    assert "left out: 1 of 5 layers, 9.09% of the elements: 1 TopK" in weft("evaluate", head, "--dataflow", "fit")[1]
    total = json.loads(weft("map", head, "--budget", "0", "--json")[1])["total"]
    assert (total["layers"], total["left_out_share"]) == (4, 80 / 880)
    assert total["left_out"] == [{"network": "model", "layer": "five_best", "operator": "TopK"}]


def test_json_tells_notes_from_errors(weft, head):
    document = json.loads(weft("check", head, "--json")[1])
    assert [layer["error"] for layer in document["layers"]] == [False] * 4 + [True]
    found = [item["severity"] for layer in document["layers"] for item in layer["diagnostics"]]
    assert found == ["note"] * 4 + ["error"]


def test_the_mapper_says_what_is_left_out(weft, head):
    code, out, _ = weft("map", head, "--budget", "0")
    assert code == 1
    assert "left out: 1 of 5 layers, 9.09% of the elements: 1 TopK" in out
    (network,) = package.read(head)
    result = package.map(network, budget=0)
    assert [(layer.name, layer.layer.share) for layer in result.unmapped] == [("five_best", 80 / 880)]
    assert result.total.value == sum(layer.value for layer in result.mapped)


@pytest.mark.parametrize("name", ["map", "explore", "sweep"])
def test_where_programs_are_searched_none_is_taken_by_name(weft, head, name):
    code, _, errors = weft(name, head, "--dataflow", "KC-P")
    assert code == 2
    assert "--share" in " ".join(errors.split())
    assert "No such option" in errors

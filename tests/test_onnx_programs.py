"""Models get programs: the mapper takes every layer that has a workload, and the edges stay."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from onnx import TensorProto, helper
from onnx_models import one_node, saved

import weft
from weft.cli.evaluate import evaluate
from weft.cli.map_command import map_
from weft.frontends.maestro import parse_maestro
from weft.ir import Mapping

DIGITS = Path(__file__).parent.parent / "examples/models/digits.onnx"


def model():
    """A sum of two branches, one of which is left out, and a product."""
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, (4, 6))]
    held = [
        helper.make_tensor("k", TensorProto.INT64, [1], [6]),
        TensorProto(name="w", dims=[6, 5], data_type=TensorProto.FLOAT, data_location=TensorProto.EXTERNAL),
    ]
    nodes = [
        helper.make_node("Relu", ["x"], ["a"], "left"),
        helper.make_node("TopK", ["x", "k"], ["b", "places"], "right"),
        helper.make_node("Add", ["a", "b"], ["c"], "both"),
        helper.make_node("MatMul", ["c", "w"], ["y"], "product"),
    ]
    outputs = [helper.make_empty_tensor_value_info("y")]
    graph = helper.make_graph(nodes, "g", inputs, outputs, held)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)])


def test_the_programs_of_a_model_keep_its_edges(tmp_path):
    path = saved(model(), tmp_path)
    (network,) = weft.read(path)
    assert [str(edge) for edge in network.edges] == ["0->2[a]", "1->2[b]", "2->3[input]"]
    done = CliRunner().invoke(map_, [str(path), "-a", "bench_256", "--emit", "maestro", "-q"])
    assert done.exit_code == 1
    (mapped,) = parse_maestro(done.stdout)
    assert [layer.name for layer in mapped.layers] == ["left", "both", "product"]
    assert all(layer.dataflow for layer in mapped.layers)
    assert [str(edge) for edge in mapped.edges] == ["0->1[a]", "1->2[input]"]


CASES = {
    "padding": one_node("Pad", (1, 3, 4, 5), constants=[("p", TensorProto.INT64, [8], [0, 0, 1, 2, 0, 0, 0, 1])]),
    "volumes": one_node("Conv", (1, 2, 4, 4, 4), (3, 2, 3, 3, 3), pads=[1] * 6, strides=[1, 2, 1]),
    "channels": one_node("LRN", (1, 4, 3, 2), size=3),
    "normalization": one_node("LayerNormalization", (2, 3, 8), (8,), (8,)),
}


@pytest.mark.parametrize("name", CASES)
def test_both_oracles_count_the_layers_of_a_model(name, tmp_path):
    found = weft.map(saved(CASES[name], tmp_path), "bench_256")
    assert found.mapped == found.layers
    for layer in found.layers:
        mapping = Mapping(layer.workload, layer.dataflow, weft.load_accelerator("bench_256"))
        assert weft.verify(weft.evaluate(mapping)) == ()


def test_evaluation_names_the_mapper_once_and_what_is_left_out(tmp_path):
    done = CliRunner().invoke(evaluate, [str(saved(model(), tmp_path))])
    assert done.exit_code == 1
    assert done.stderr.count("weft map") == 1
    assert "TopK 'right' is left out" in done.stderr


def test_texts_and_mapping_files_keep_operators_and_weights(tmp_path):
    (network,) = weft.read(DIGITS, {"batch": 1})
    said = [(layer.operator, layer.weights) for layer in network.layers]
    assert ("Conv", ("filter",)) in said
    mapped = weft.map(network, "generic_256", budget=0).network(edges=network.edges)
    for text in (str(network), weft.write_maestro(network), weft.write_maestro(mapped)):
        (file := tmp_path / "again.m").write_text(text, "utf-8")
        (again,) = weft.read(file)
        assert [(layer.operator or layer.workload.operator, layer.weights) for layer in again.layers] == said
        assert [layer.workload for layer in again.layers] == [layer.workload for layer in network.layers]
        assert again.edges == network.edges
        assert str(weft.read(file)[0]) == str(again)
    whole = weft.evaluate_network(again, "generic_256")
    assert whole.weight_bytes == weft.evaluate_network(network, "generic_256", dataflow="fit").weight_bytes > 0
    assert set(whole.by_operator()) == {layer.operator for layer in network.layers}


@pytest.mark.parametrize(
    ("block", "code", "message"),
    [
        ("Weights { fliter }", "W002", "no input 'fliter'"),
        ("Operator { Conv, Relu }", "W001", "of one operator, not of 2"),
        ("Weights { [ }", "W001", "expected"),
    ],
)
def test_what_is_wrong_with_operators_and_weights_stands_at_its_place(block, code, message, tmp_path):
    text = f"Network n {{\nLayer a {{\nType: GEMM\nDimensions {{ M: 4, N: 4, K: 4 }}\n{block}\nDataflow;\n}}\n}}\n"
    (file := tmp_path / "wrong.m").write_text(text, "utf-8")
    ((layer,),) = (network.layers for network in weft.read(file))
    found = layer.diagnostics[0]
    assert (found.code, found.span.line) == (code, 5)
    assert message in found.message

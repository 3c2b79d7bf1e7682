"""Operators that ONNX Runtime's optimizer and quantizer write."""

from math import prod

import pytest
from onnx import TensorProto, helper
from onnx_models import saved

import weft

U8, I8, F32, I64 = TensorProto.UINT8, TensorProto.INT8, TensorProto.FLOAT, TensorProto.INT64


def read(*given, **options):
    """As `read_any`, with nothing left out."""
    network = read_any(*given, **options)
    assert [layer.diagnostics for layer in network.layers if layer.workload is None] == []
    return network


def read_any(operator, shapes, folder, *, held=(), outputs=("y0",), element=F32, **attributes):
    """The network of one node of `com.microsoft`, behind which stands an Abs, for the shape of its output."""
    names = [f"x{number}" if shape is not None else "" for number, shape in enumerate(shapes)]
    inputs = [
        helper.make_tensor_value_info(name, element, shape) for name, shape in zip(names, shapes, strict=True) if name
    ]
    node = helper.make_node(
        operator,
        [*names, *(item.name for item in held)],
        outputs,
        "node",
        domain="com.microsoft",
        **attributes,
    )
    made = [helper.make_empty_tensor_value_info("z")]
    graph = helper.make_graph([node, helper.make_node("Abs", ["y0"], ["z"], "last")], "g", inputs, made, list(held))
    opsets = [helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)]
    (network,) = weft.read(saved(helper.make_model(graph, opset_imports=opsets), folder))
    return network


def scalar(name, kind=F32, value=1):
    return helper.make_tensor(name, kind, [], [value])


ATTENDED = 2 * 2 * 4 * 5 * 5 * 6
"""Both products of 2 images, 4 heads, 5 rows and 6 elements."""

CASES = [
    ("FusedConv", [(1, 4, 8, 8), (6, 4, 3, 3)], {"activation": "Relu", "pads": [1] * 4}, 6 * 64 * 36, 6 * 64),
    ("FusedGemm", [(3, 4), (5, 4), (5,)], {"activation": "Relu", "transB": 1}, 60, 15),
    ("FusedMatMul", [(2, 3, 4), (2, 5, 4)], {"transB": 1, "alpha": 0.125}, 120, 30),
    ("MatMulNBits", [(2, 3, 32), (8, 1, 16), (8,)], {"K": 32, "N": 8, "bits": 4, "block_size": 32}, 1536, 48),
    ("BiasGelu", [(2, 3, 4), (4,)], {}, 0, 24),
    ("FastGelu", [(2, 3, 4)], {}, 0, 24),
    ("QuickGelu", [(2, 3, 4)], {}, 0, 24),
    ("SkipLayerNormalization", [(2, 3, 4), (2, 3, 4), (4,), (4,), (4,)], {}, 0, 24),
    ("SkipSimplifiedLayerNormalization", [(2, 3, 4), (2, 3, 4), (4,)], {}, 0, 24),
    ("MultiHeadAttention", [(2, 5, 24)] * 3, {"num_heads": 4}, ATTENDED, 240),
    ("Attention", [(2, 5, 8), (8, 72), (72,)], {"num_heads": 4}, ATTENDED + 2 * 5 * 8 * 72, 240),
]


@pytest.mark.parametrize(("operator", "shapes", "attributes", "macs", "elements"), CASES, ids=lambda item: str(item))
def test_operators_of_the_optimizer(operator, shapes, attributes, macs, elements, tmp_path):
    network = read(operator, shapes, tmp_path, **attributes)
    assert sum(layer.workload.macs for layer in network.layers) == macs
    assert network.layers[-1].workload.points == elements
    assert network.edges[-1].consumer == len(network.layers) - 1


def test_a_sum_that_a_normalization_shares(tmp_path):
    shapes = [(2, 3, 4), (2, 3, 4), (4,), (4,)]
    network = read("SkipLayerNormalization", shapes, tmp_path, outputs=["y0", "", "", "y3"])
    assert network.layers[0].name == "node/add"
    assert [called(network)[edge.consumer] for edge in network.edges if edge.producer == 0] == ["sum", "centre"]


def test_a_gelu_of_a_sum_adds_it_wherever_it_stands(tmp_path):
    plain, biased = (read("FastGelu", shapes, tmp_path) for shapes in ([(8,)], [(8,), (8,)]))
    before, after = (network.layers[0].workload.operations for network in (plain, biased))
    assert after["add"] > before["add"]
    assert {tensor.name for tensor in biased.layers[0].workload.inputs} == {"a", "b"}


def test_quantized_sums_and_products(tmp_path):
    steps = [scalar("s0"), scalar("z0", U8, 3)]
    right = helper.make_tensor("w", U8, [5, 4], [1] * 20)
    more = [right, scalar("s1"), scalar("z1", U8, 0), helper.make_tensor("b", TensorProto.INT32, [5], [0] * 5)]
    held = [*steps, *more, scalar("s"), scalar("zero", U8, 0)]
    network = read("QGemm", [(3, 4)], tmp_path, held=held, element=U8, transB=1)
    assert sum(layer.workload.macs for layer in network.layers) == 60
    assert network.layers[0].workload.operations == {"mac": 1}
    assert "input - input_zero" in str(network.layers[0].workload.statement)
    held = [*steps, helper.make_tensor("w", U8, [4], [1] * 4), *more[1:3], scalar("s"), scalar("zero", U8, 0)]
    (first, _) = read("QLinearAdd", [(3, 4)], tmp_path, held=held, element=U8).layers
    assert first.workload.points == 12


def test_words_are_looked_up_and_normalized(tmp_path):
    tables = [
        TensorProto(name=name, dims=dims, data_type=F32, data_location=TensorProto.EXTERNAL)
        for name, dims in (("words", [1000, 8]), ("places", [64, 8]), ("kinds", [2, 8]), ("g", [8]), ("b", [8]))
    ]
    network = read(
        "EmbedLayerNormalization", [(2, 16), (2, 16)], tmp_path, held=tables, outputs=["y0", "y1"], element=I64
    )
    assert [layer.workload.points for layer in network.layers[:4]] == [2 * 16 * 8] * 4
    assert {layer.diagnostics[0].code for layer in network.layers[:3]} == {"W803"}


def total(network):
    return sum(layer.workload.macs for layer in network.layers)


def called(network):
    return [layer.name.removeprefix("node/") for layer in network.layers]


GROUPED = {"num_heads": 4, "kv_num_heads": 2}
LENGTHS = [helper.make_tensor("lengths", TensorProto.INT32, [2], [12, 12]), scalar("total", TensorProto.INT32, 13)]


def test_groups_of_queries_attend_to_the_past_and_turn_their_positions(tmp_path):
    shapes = [(2, 1, 32), (2, 1, 16), (2, 1, 16), (2, 2, 12, 8), (2, 2, 12, 8)]
    outputs = ("y0", "keys", "values")
    network = read("GroupQueryAttention", shapes, tmp_path, held=LENGTHS, outputs=outputs, **GROUPED)
    assert total(network) == 2 * 2 * 4 * 13 * 8
    assert called(network)[:4] == ["past1", "new1", "past2", "new2"]
    tables = [helper.make_tensor(name, F32, [16, 4], [1.0] * 64) for name in ("cosine", "sine")]
    held = [*LENGTHS, *tables]
    turned = read("GroupQueryAttention", shapes, tmp_path, held=held, outputs=outputs, do_rotary=1, **GROUPED)
    assert called(turned)[:2] == ["rotary0", "rotary1"]
    assert [layer.workload.points for layer in turned.layers[:2]] == [2 * 32, 2 * 16]
    assert total(turned) == total(network)
    fed = {called(turned)[e.producer] for e in turned.edges if called(turned)[e.consumer] == "scores"}
    assert fed == {"rotary0", "past1", "new1"}


def test_packed_queries_bring_their_keys(tmp_path):
    network = read("GroupQueryAttention", [(2, 5, 64), None, None], tmp_path, **GROUPED)
    assert total(network) == 2 * 2 * 4 * 5 * 5 * 8
    assert network.layers[-1].workload.points == 2 * 5 * 32


def test_what_bounds_and_adds_to_an_attention_costs_operations(tmp_path):
    shapes = [(2, 5, 24)] * 3
    plain, bounded = (
        read("MultiHeadAttention", shapes, tmp_path, num_heads=4, **more) for more in ({}, {"softcap": 5.0})
    )
    assert "tanh" in bounded.layers[1].workload.operations
    assert "tanh" not in plain.layers[1].workload.operations
    biased = read("MultiHeadAttention", [*shapes, (72,)], tmp_path, num_heads=4)
    assert called(biased)[:3] == ["bias0", "bias1", "bias2"]


@pytest.mark.parametrize("shape", [(2, 5), (2, 3, 5)])
def test_a_padding_of_the_keys_is_made_once_and_added_to_the_scores(tmp_path, shape):
    shapes = [(2, 3, 24), (2, 5, 24), (2, 5, 24), None]
    plain = read("MultiHeadAttention", shapes[:3], tmp_path, num_heads=4)
    padded = read("MultiHeadAttention", [*shapes, shape], tmp_path, num_heads=4)
    assert called(padded)[0] == "padding"
    assert padded.layers[0].workload.points == prod(shape)
    before, after = (dict(network.layers[at].workload.operations) for network, at in ((plain, 1), (padded, 2)))
    assert after == before | {"add": before.get("add", 0) + 1}
    assert total(plain) == total(padded)
    packed = read("Attention", [(2, 5, 24), (24, 72), (72,), (2, 5)], tmp_path, num_heads=4)
    assert [name for name in called(packed) if name in ("project", "padding", "scores")] == [
        "project",
        "padding",
        "scores",
    ]
    lengths = read("Attention", [(2, 5, 24), (24, 72), (72,), (2,)], tmp_path, num_heads=4)
    assert "padding" not in called(lengths)


def test_a_padding_of_keys_by_lengths_leaves_the_attention_out(tmp_path):
    network = read_any("MultiHeadAttention", [*[(2, 5, 24)] * 3, None, (2,)], tmp_path, num_heads=4)
    (layer,) = [layer for layer in network.layers if layer.workload is None]
    assert "without a number for each of them" in layer.diagnostics[0].message

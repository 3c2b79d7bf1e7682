"""Operators of tensors that are not of the shapes that they take, or that have no elements; operators of others."""

import onnx
import pytest
from onnx import TensorProto
from onnx_models import info, one_node, saved

import weft
from weft.frontends.models import GraphNode, GraphTensor, ModelGraph, network_of
from weft.frontends.models.operators import FURTHER, RULES

I64 = TensorProto.INT64


def test_a_split_copies_what_has_elements(tmp_path):
    model = one_node("Split", (4, 6), constants=[("parts", I64, [3], [2, 0, 4])], outputs=3, axis=1)
    (network,) = weft.read(saved(model, tmp_path))
    assert [layer.workload.points for layer in network.layers] == [8, 16]


@pytest.mark.parametrize(
    ("operator", "shapes", "output", "attributes"),
    [
        ("GroupNormalization", [(8,), (8,), (8,)], (8,), {"num_groups": 2}),
        ("Attention", [(2, 2, 6, 8), (2, 2, 6), (2, 2, 6, 8)], (2, 2, 6, 8), {}),
        ("com.microsoft.MultiHeadAttention", [(2, 6, 8), (2, 6, 8), (6, 8)], (2, 6, 8), {"num_heads": 2}),
        ("Tile", [(4, 6)], (2, 4, 6), {}),
        ("Resize", [(4,)], (4, 6), {}),
        ("LRN", [(8,)], (8,), {"size": 3}),
        ("LRN", [(1, 8, 4, 4)], (1, 8, 4, 4), {"size": 0}),
    ],
)
def test_tensors_of_other_shapes_leave_a_node_out(operator, shapes, output, attributes):
    inputs = {f"x{number}": GraphTensor(f"x{number}", shape) for number, shape in enumerate(shapes)}
    node = GraphNode("node", operator, tuple(inputs), ("y",), attributes)
    (layer,) = network_of(ModelGraph("one", (node,), {**inputs, "y": GraphTensor("y", output)})).layers
    assert (layer.workload, layer.diagnostics[0].code) == (None, "W802")


@pytest.mark.parametrize("operator", sorted(FURTHER))
def test_operators_of_other_formats_are_none_of_onnx(operator, tmp_path):
    model = one_node(operator, (4, 6))
    model.graph.output[0].CopyFrom(info("y0", 4, 6))
    (layer,) = weft.read(saved(model, tmp_path))[0].layers
    assert layer.workload is None
    assert f"{operator} 'node' is left out: ONNX has no such operator" in layer.diagnostics[0].message


def test_what_onnx_has_not_is_in_a_table_of_its_own():
    """But for what the runtime makes without a domain."""
    known = {item.name for item in onnx.defs.get_all_schemas_with_history() if not item.domain}
    others = {name for name in RULES if "." not in name} - known
    assert others == {*FURTHER, "SimplifiedLayerNormalization"}

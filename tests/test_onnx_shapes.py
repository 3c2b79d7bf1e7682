"""Operators of tensors that are not of the shapes that they take, or that have no elements."""

import pytest
from onnx import TensorProto
from onnx_models import one_node, saved

import weft
from weft.frontends.models import GraphNode, GraphTensor, ModelGraph, network_of

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

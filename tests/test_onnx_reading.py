"""What is read of an ONNX file, and what is left out and why."""

import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnx_models import Network, codes, info, model_of, one_node, saved

import weft
from weft.frontends.maestro import parse_maestro, write_maestro
from weft.ir import Severity, WeftError

F32, I64 = TensorProto.FLOAT, TensorProto.INT64


# Sizes that a model leaves open


def test_open_extents_are_asked_for_by_name(tmp_path):
    path = saved(model_of([helper.make_node("Relu", ["x"], ["y"])], [info("x", "batch", 3, "width", None)]), tmp_path)
    with pytest.raises(WeftError) as error:
        weft.read(path)
    assert codes(error) == ["W005"] * 3
    assert [item.message.split("'")[1] for item in error.value.diagnostics] == ["batch", "width", "x.3"]
    (network,) = weft.read(path, {"batch": 2, "width": 8, "x.3": 5})
    assert network.layers[0].workload.points == 2 * 3 * 8 * 5
    with pytest.raises(WeftError) as error:
        weft.read(path, {"batch": 2, "width": 8, "x.3": 5, "bach": 1})
    assert codes(error) == ["W002"]


def test_extents_that_are_sums_of_names(tmp_path):
    nodes = [helper.make_node("Concat", ["past", "x"], ["y"], axis=1), helper.make_node("Add", ["y", "mask"], ["z"])]
    inputs = [info("past", 1, "past"), info("x", 1, "new"), info("mask", 1, "past + new")]
    path = saved(model_of(nodes, inputs), tmp_path)
    (network,) = weft.read(path, {"past": 7, "new": 2})
    assert network.layers[-1].workload.points == 9


# The arithmetic of shapes


def shape_arithmetic():
    """Rows of a matrix that are counted, halved, and made a shape by a dozen nodes."""
    made = helper.make_node
    held = [numpy_helper.from_array(np.array(v, np.int64), n) for n, v in [("one", [1]), ("two", [2]), ("zero", 0)]]
    nodes = [
        made("Shape", ["x"], ["shape"]),
        made("Gather", ["shape", "zero"], ["rows"], axis=0),
        made("Unsqueeze", ["rows", "first"], ["rows1"]),
        made("Div", ["rows1", "two"], ["half"]),
        made("Equal", ["half", "minus"], ["is_minus"]),
        made("ConstantOfShape", ["one"], ["ones"], value=numpy_helper.from_array(np.array([1], np.int64))),
        made("Where", ["is_minus", "ones", "half"], ["chosen"]),
        made("Slice", ["shape", "one", "two"], ["columns"]),
        made("Mul", ["columns", "two"], ["wide"]),
        made("Concat", ["chosen", "wide"], ["target"], axis=0),
        made("Reshape", ["x", "target"], ["folded"]),
        made("Range", ["zero", "rows", "step"], ["range"]),
        made("Cast", ["range"], ["numbers"], to=F32),
        made("Softmax", ["folded"], ["y"], axis=-1),
    ]
    more = [("first", [0]), ("minus", [-1]), ("step", 1)]
    held += [numpy_helper.from_array(np.array(value, np.int64), name) for name, value in more]
    return model_of(nodes, [info("x", "rows", 5)], held=held)


def test_the_arithmetic_of_shapes_is_done_beforehand(tmp_path):
    (network,) = weft.read(saved(shape_arithmetic(), tmp_path), {"rows": 6})
    assert [layer.name.rpartition("/")[2] for layer in network.layers] == ["max", "exp", "sum", "div"]
    assert network.layers[1].workload.extents == {"N": 3, "C": 10}
    assert not [item for item in network.diagnostics if item.severity is not Severity.NOTE]


# Edges, names, places


def test_edges_name_the_inputs_and_pass_through_views(tmp_path):
    net = Network(1, 4, 8, 8)
    first = net.conv("x", 4, 4, 3)
    flat = net.reshape(first, 1, 256)
    back = net.reshape(flat, 1, 4, 8, 8)
    net.node("Mul", net.node("Sigmoid", back), first)
    (network,) = weft.read(saved(net.model("t4"), tmp_path))
    assert [layer.operator for layer in network.layers] == ["Conv", "Sigmoid", "Mul"]
    assert [str(edge) for edge in network.edges] == ["0->1[a]", "1->2[a]", "0->2[b]"]
    assert parse_maestro(write_maestro(network)) == (network,)
    assert sorted(network.graph().edges(data="tensors")) == [(0, 1, ("a",)), (0, 2, ("b",)), (1, 2, ("a",))]


def test_nodes_of_one_name_are_told_apart(tmp_path):
    nodes = [helper.make_node("Softmax", [a], [b], "same") for a, b in pairwise(["x", "h", "y"])]
    (network,) = weft.read(saved(model_of(nodes, [info("x", 4, 4)]), tmp_path))
    assert next(str(edge) for edge in network.edges if edge.consumer > 3) == "3->4[a]"
    assert all(edge.producer >= 3 for edge in network.edges if edge.consumer >= 4)


def test_an_if_whose_condition_is_known_is_the_branch_that_is_taken(tmp_path):
    """As exporters write a squeeze: of an axis that has one element, or else nothing."""
    inner = helper.make_node("Relu", ["h"], ["t"], "inside")
    same = helper.make_graph([inner, helper.make_node("Abs", ["t"], ["o"])], "then", [], [info("o", 4, 1, 6)])
    other = helper.make_graph([helper.make_node("Identity", ["h"], ["e"])], "else", [], [info("e", 4, 1, 6)])
    nodes = [
        helper.make_node("Sigmoid", ["x"], ["h"], "before"),
        helper.make_node("Shape", ["x"], ["shape"]),
        helper.make_node("Gather", ["shape", "one"], ["extent"], axis=0),
        helper.make_node("Equal", ["extent", "one"], ["is_one"]),
        helper.make_node("If", ["is_one"], ["t"], "choice", then_branch=same, else_branch=other),
        helper.make_node("Tanh", ["t"], ["y"], "after"),
    ]
    held = [numpy_helper.from_array(np.array(1, np.int64), "one")]
    for extent, operators in ((1, ["Sigmoid", "Relu", "Abs", "Tanh"]), (3, ["Sigmoid", "Tanh"])):
        (network,) = weft.read(saved(model_of(nodes, [info("x", 4, extent, 6)], held=held), tmp_path))
        assert [layer.operator for layer in network.layers] == operators
        chain = [(edge.producer, edge.consumer) for edge in network.edges]
        assert chain == [(number, number + 1) for number in range(len(operators) - 1)]


def test_what_depends_on_constants_alone_is_made_before(tmp_path):
    net = Network(4, 8)
    weight = net.node("Transpose", net.weight(16, 8), perm=[1, 0])
    (network,) = weft.read(saved(net.model(net.node("MatMul", "x", weight)), tmp_path))
    assert [layer.operator for layer in network.layers] == ["MatMul"]
    assert network.diagnostics[0].message == "nodes of constants alone, made before: 1 Transpose"


def test_weights_may_be_nodes_of_their_own(tmp_path):
    weight = TensorProto(name="w", dims=[100, 200], data_type=F32, raw_data=bytes(80_000))
    nodes = [
        helper.make_node("Constant", [], ["w"], value=weight),
        helper.make_node("Transpose", ["w"], ["turned"], perm=[1, 0]),
        helper.make_node("MatMul", ["x", "turned"], ["y"]),
    ]
    (network,) = weft.read(saved(model_of(nodes, [info("x", 4, 200)]), tmp_path))
    assert [layer.workload.macs for layer in network.layers] == [4 * 100 * 200]
    assert network.diagnostics[0].message.endswith("made before: 1 Constant, 1 Transpose")


def test_products_of_constants_are_not_counted_and_the_note_says_how_much_they_are(tmp_path):
    net = Network(4, 8)
    weight = net.node("MatMul", net.weight(8, 3), net.weight(3, 16))
    (network,) = weft.read(saved(net.model(net.node("MatMul", "x", weight)), tmp_path))
    assert [layer.workload.macs for layer in network.layers] == [4 * 8 * 16]
    note = "nodes of constants alone, made before (384 multiply-accumulates): 1 MatMul"
    assert network.diagnostics[0].message == note


# What is left out


def test_a_node_is_refused_alone_and_says_why_and_how_much(tmp_path):
    then = helper.make_graph([helper.make_node("Relu", ["x"], ["a"])], "then", [], [info("a", 4, 4)])
    nodes = [
        helper.make_node("Relu", ["x"], ["h"], "first"),
        helper.make_node("If", ["c"], ["i"], "choice", then_branch=then, else_branch=then),
        helper.make_node("TopK", ["h", "k"], ["v", "p"], "best"),
        helper.make_node("Fancy", ["h"], ["f"], "own", domain="my.ops"),
        helper.make_node("Sigmoid", ["h"], ["y"], "last"),
    ]
    held = [numpy_helper.from_array(np.array([2], np.int64), "k")]
    inputs = [info("x", 4, 4), helper.make_tensor_value_info("c", TensorProto.BOOL, [])]
    (network,) = weft.read(saved(model_of(nodes, inputs, ("y", "v", "f"), held), tmp_path))
    found = {layer.name: layer for layer in network.layers}
    assert [name for name, layer in found.items() if layer.workload] == ["first", "last"]
    reasons = {"choice": ("If", "other graphs"), "best": ("TopK", "data"), "own": ("my.ops.Fancy", "know")}
    for name, (operator, words) in reasons.items():
        (item,) = found[name].diagnostics
        assert (item.code, item.severity) == ("W802", Severity.ERROR)
        assert item.message.startswith(f"{operator} '{name}' is left out: ")
        assert words in item.message
    # TopK makes 4 x 2 values and as many places, of 16 + 16 + 16 elements that are known.
    (share,) = found["best"].diagnostics[0].notes
    assert share == "it makes 16 of the 48 elements that the model's nodes make (33.33%)"
    assert found["own"].diagnostics[0].notes == ("how many elements it makes is not known",)
    # What follows a refused node is there too.
    assert "0->2" in [str(edge) for edge in network.edges]


def test_an_attribute_that_nobody_reads_is_refused_by_name(tmp_path):
    model = one_node("Relu", (4, 4))
    model.graph.node[0].attribute.append(helper.make_attribute("slope", 0.5))
    (network,) = weft.read(saved(model, tmp_path))
    (layer,) = network.layers
    assert layer.workload is None
    assert "slope" in layer.diagnostics[0].message


def test_shapes_that_do_not_fit_refuse_the_node_and_say_so(tmp_path):
    nodes = [helper.make_node("MatMul", ["x", "w"], ["h"]), helper.make_node("Relu", ["x"], ["y"])]
    (network,) = weft.read(saved(model_of(nodes, [info("x", 4, 5), info("w", 6, 7)]), tmp_path))
    product, relu = network.layers
    assert product.workload is None
    assert product.diagnostics[0].code == "W802"
    assert relu.workload is not None


def test_a_declared_shape_that_is_wrong_is_a_warning(tmp_path):
    graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "g", [info("x", 4, 8)], [info("y", 1, 8)])
    (network,) = weft.read(saved(helper.make_model(graph), tmp_path))
    assert [(item.code, item.severity) for item in network.diagnostics] == [("W805", Severity.WARNING)]
    assert network.layers[0].workload.points == 32


# Operator sets


@pytest.mark.parametrize("opset", range(7, 25))
def test_operator_sets_from_7_on(opset, tmp_path):
    net = Network(1, 4, 8, 8)
    x = net.node("Relu", net.conv("x", 4, 8, 3, bias=True))
    x = net.node("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2])
    if opset >= 13:
        x = net.node(
            "Squeeze",
            net.node("ReduceMean", x, axes=[2, 3]) if opset < 18 else net.node("ReduceMean", x, net.numbers([2, 3])),
            net.numbers([2, 3]),
        )
    else:
        x = net.node("Squeeze", net.node("ReduceMean", x, axes=[2, 3]), axes=[2, 3])
    x = net.node("Softmax", net.linear(x, 8, 10))
    (network,) = weft.read(saved(net.model(x, opset=opset), tmp_path))
    assert all(layer.workload for layer in network.layers)
    assert sum(layer.workload.macs for layer in network.layers) == 8 * 8 * 8 * 4 * 9 + 80


def test_without_the_package_the_extra_is_named(tmp_path):
    path = saved(one_node("Relu", (4,)), tmp_path)
    code = (
        "import sys; sys.modules['onnx'] = None\nimport weft\n"
        "try:\n    weft.read(sys.argv[1])\nexcept weft.WeftError as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert "W008" in done.stdout
    assert "weft-ir[onnx]" in done.stdout


def test_what_follows_from_a_node_without_a_shape_names_that_node(tmp_path):
    nodes = [
        helper.make_node("NonZero", ["x"], ["places"], "which"),
        helper.make_node("Transpose", ["places"], ["turned"], "turn"),
        helper.make_node("Cast", ["turned"], ["y"], "numbers", to=F32),
    ]
    (network,) = weft.read(saved(model_of(nodes, [info("x", 4, 4)]), tmp_path))
    reasons = [layer.diagnostics[0].message.partition(": ")[2] for layer in network.layers]
    assert reasons[1:] == ["how large its inputs are depends on NonZero 'which'"] * 2


def test_functions_of_a_model_are_put_in_their_places(tmp_path):
    inner = [helper.make_node("Relu", ["a"], ["t"], "first"), helper.make_node("Sqrt", ["t"], ["b"], "second")]
    function = helper.make_function("my", "rooted", ["a"], ["b"], inner, [helper.make_opsetid("", 20)])
    nodes = [helper.make_node("rooted", [a], [b], domain="my") for a, b in pairwise(["x", "h", "y"])]
    model = model_of(nodes, [info("x", 4, 4)])
    model.functions.append(function)
    model.opset_import.append(helper.make_opsetid("my", 1))
    (network,) = weft.read(saved(model, tmp_path))
    assert [layer.operator for layer in network.layers] == ["Relu", "Sqrt"] * 2
    assert [str(edge) for edge in network.edges] == ["0->1[a]", "1->2[a]", "2->3[a]"]


# What moves elements although no extent changes, and what makes none


def the_only_layer(model, folder):
    (network,) = weft.read(saved(model, folder))
    (layer,) = network.layers
    return layer


SCALES = [1.0, 1.0, 1.1, 1.0]


@pytest.mark.parametrize(
    ("operator", "shape", "constants"),
    [
        ("Slice", (4, 6), [("s", I64, [1], [-1]), ("e", I64, [1], [-99]), ("a", I64, [1], [1]), ("t", I64, [1], [-1])]),
        ("Pad", (4, 6), [("pads", I64, [4], [0, 1, 0, -1])]),
        ("Resize", (1, 2, 5, 5), [("roi", F32, [0], []), ("scales", F32, [4], SCALES)]),
    ],
)
def test_elements_that_change_their_places_in_a_tensor_of_the_same_shape_are_copied(
    operator, shape, constants, tmp_path
):
    layer = the_only_layer(one_node(operator, shape, constants=constants), tmp_path)
    assert (layer.operator, layer.workload.points) == (operator, np.prod(shape))


@pytest.mark.parametrize(
    ("operator", "constants"),
    [
        ("Slice", [("s", I64, [1], [0]), ("e", I64, [1], [99]), ("a", I64, [1], [1]), ("t", I64, [1], [1])]),
        ("Pad", [("pads", I64, [8], [0] * 8)]),
        ("Resize", [("roi", F32, [0], []), ("scales", F32, [4], [1.0] * 4)]),
    ],
)
def test_elements_that_keep_their_places_are_not(operator, constants, tmp_path):
    (network,) = weft.read(saved(one_node(operator, (1, 2, 5, 5), constants=constants), tmp_path))
    assert network.layers == ()
    assert [item.message for item in network.diagnostics] == [f"nodes that move nothing: 1 {operator}"]


def test_interpolation_by_a_scale_that_keeps_the_extent_is_done(tmp_path):
    constants = [("roi", F32, [0], []), ("scales", F32, [4], SCALES)]
    layer = the_only_layer(one_node("Resize", (1, 2, 5, 5), constants=constants, mode="linear"), tmp_path)
    assert (layer.workload.points, str(layer.workload.statement)) == (50, "output = a + (w * (b - a))")


def test_nodes_that_make_no_elements_are_no_layers(tmp_path):
    (network,) = weft.read(saved(one_node("Softmax", (4, 0)), tmp_path))
    assert network.layers == ()
    assert [item.message for item in network.diagnostics] == ["nodes that make no elements: 1 Softmax"]
    nodes = [helper.make_node("Slice", ["x", "s", "s"], ["t"]), helper.make_node("Relu", ["t"], ["y"])]
    held = [numpy_helper.from_array(np.array([3], np.int64), "s")]
    (network,) = weft.read(saved(model_of(nodes, [info("x", 4, 6)], held=held), tmp_path))
    assert network.layers == ()
    assert [item.message for item in network.diagnostics] == ["nodes that make no elements: 1 Relu, 1 Slice"]


def test_sums_of_no_elements_are_left_out_by_name(tmp_path):
    """They make elements, but there is nothing over which a nest could run."""
    layer = the_only_layer(one_node("MatMul", (4, 0), (0, 5)), tmp_path)
    assert layer.workload is None
    assert "it reads a tensor of no elements" in layer.diagnostics[0].message


@pytest.mark.parametrize(
    ("operator", "reason"),
    [
        ("GlobalAveragePool", "it divides by an extent or an attribute that is 0"),
        ("ReduceMean", "it divides by an extent or an attribute that is 0"),
        ("ReduceMax", "it reads a tensor of no elements"),
    ],
)
def test_reductions_of_no_elements_are_left_out(operator, reason, tmp_path):
    constants = None if operator == "GlobalAveragePool" else [("axes", I64, [1], [2])]
    layer = the_only_layer(one_node(operator, (1, 2, 0, 5), constants=constants), tmp_path)
    assert layer.workload is None
    assert reason in layer.diagnostics[0].message


# Attributes that the weights contradict


@pytest.mark.parametrize("operator", ["Conv", "ConvTranspose", "ConvInteger", "QLinearConv"])
@pytest.mark.parametrize("taps", [3, 5])
def test_a_kernel_shape_is_that_of_the_filters_or_the_node_is_left_out(operator, taps, tmp_path):
    whole = operator in ("ConvInteger", "QLinearConv")
    kind = TensorProto.UINT8 if whole else F32
    constants = [("w", kind, [4, 4, 3, 3], [1] * 144)]
    if operator == "QLinearConv":
        scale, zero = ("s", F32, [], [1.0]), ("z", kind, [], [0])
        constants = [
            scale,
            zero,
            *constants,
            ("s2", *scale[1:]),
            ("z2", *zero[1:]),
            ("s3", *scale[1:]),
            ("z3", *zero[1:]),
        ]
    model = one_node(operator, (1, 4, 9, 9), constants=constants, element=kind, kernel_shape=[taps] * 2)
    (network,) = weft.read(saved(model, tmp_path))
    first = network.layers[0]
    if taps == 3:
        assert first.workload.macs
    else:
        assert first.workload is None
        assert "attribute 'kernel_shape' is (5, 5), and the filters are of (3, 3)" in first.diagnostics[0].message


# Means of windows at a border


@pytest.mark.parametrize(
    ("attributes", "noted"),
    [
        ({"pads": [1, 1, 1, 1]}, True),
        ({"pads": [1, 1, 1, 1], "count_include_pad": 1}, False),
        ({"auto_pad": "SAME_UPPER"}, True),
        ({"auto_pad": "SAME_UPPER", "count_include_pad": 1}, False),
        ({"strides": [2, 2]}, False),
        ({"strides": [2, 2], "ceil_mode": 1, "count_include_pad": 1}, True),
    ],
)
def test_windows_that_are_divided_by_fewer_elements_are_noted(attributes, noted, tmp_path):
    model = one_node("AveragePool", (1, 2, 6, 6), kernel_shape=[3, 3], **attributes)
    (network,) = weft.read(saved(model, tmp_path))
    found = [(layer.name, item.code) for layer in network.layers for item in layer.diagnostics]
    assert found == ([("node/scale", "W803")] if noted else [])

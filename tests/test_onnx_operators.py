"""The layers of an operator compute what ONNX's reference computes, and move what they say."""

import numpy as np
import pytest
from layer_values import run
from onnx import TensorProto, numpy_helper
from onnx.reference import ReferenceEvaluator
from onnx_models import one_node, saved

import weft
from weft.frontends.onnx import read_graph
from weft.frontends.sizes import Sizes

I64, F32 = TensorProto.INT64, TensorProto.FLOAT
IMAGE = (2, 4, 6, 5)
UNARY = (
    *("Abs", "Exp", "Floor", "Ceil", "Sign", "Erf", "Tanh", "Sigmoid", "Neg", "Relu", "Softplus", "Softsign"),
    *(
        "Sin",
        "Cos",
        "Elu",
        "Selu",
        "Celu",
        "HardSigmoid",
        "HardSwish",
        "LeakyRelu",
        "ThresholdedRelu",
        "Mish",
        "Shrink",
    ),
    *("Softmax", "LogSoftmax", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceMean", "ReduceL1"),
    *(
        "ReduceL2",
        "ReduceSumSquare",
        "ReduceLogSumExp",
        "MeanVarianceNormalization",
        "LpNormalization",
        "Gelu",
        "Round",
    ),
    *("GlobalAveragePool", "GlobalMaxPool", "Swish", "Shrink", "Round", "MeanVarianceNormalization"),
)


def check(model, folder, wanted=None):
    """The layers of a model of one node against the reference, or against a function of its input."""
    path = saved(model, folder)
    feeds = {}
    random = np.random.default_rng(7)
    for item in model.graph.input:
        shape = [dim.dim_value for dim in item.type.tensor_type.shape.dim]
        feeds[item.name] = random.uniform(0.1, 2, shape).astype(np.float32)
    expected = ReferenceEvaluator(model).run(None, feeds)[0] if wanted is None else wanted(feeds["x0"])
    held = {item.name: numpy_helper.to_array(item) for item in model.graph.initializer}
    found = run(read_graph(str(path), Sizes()), {**feeds, **held})
    np.testing.assert_allclose(found["y0"], expected, rtol=2e-4, atol=1e-5)
    return weft.read(path)[0]


@pytest.mark.parametrize("operator", UNARY)
def test_operators_of_one_tensor(operator, tmp_path):
    check(one_node(operator, IMAGE, opset=24), tmp_path)


@pytest.mark.parametrize("shape", [IMAGE, (6, 5), (4, 1, 1), (1,), (2, 1, 6, 1)])
@pytest.mark.parametrize("operator", ["Add", "Sub", "Mul", "Div", "Pow", "Max", "PRelu"])
def test_operands_are_stretched(operator, shape, tmp_path):
    network = check(one_node(operator, IMAGE, shape), tmp_path)
    (layer,) = network.layers
    inputs = {tensor.name: layer.workload.footprint(tensor) for tensor in layer.workload.inputs}
    assert inputs["a"] == np.prod(IMAGE)
    # A single number is kept by the elements.
    assert inputs.get("b", 1) == np.prod(shape)


@pytest.mark.parametrize("axis", [1, 0, -2])
@pytest.mark.parametrize("operator", ["Softmax", "LogSoftmax"])
def test_softmax_along_any_axis(operator, axis, tmp_path):
    check(one_node(operator, IMAGE, axis=axis), tmp_path)


@pytest.mark.parametrize("attributes", [{}, {"axis": 0}, {"axis": 2}])
def test_before_operator_set_13_a_softmax_runs_over_all_axes_from_its_own_on(attributes, tmp_path):
    def flattened(data):
        rows = np.exp(data.reshape(int(np.prod(IMAGE[: attributes.get("axis", 1)])), -1))
        return (rows / rows.sum(1, keepdims=True)).reshape(IMAGE)

    check(one_node("Softmax", IMAGE, opset=11, **attributes), tmp_path, flattened)


POOLS = [
    {"kernel_shape": [2, 2], "strides": [2, 2]},
    {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]},
    {"kernel_shape": [3, 2], "strides": [2, 1], "pads": [1, 0, 1, 1]},
    {"kernel_shape": [3, 3], "strides": [2, 2], "ceil_mode": 1},
    {"kernel_shape": [3, 3], "strides": [1, 2], "auto_pad": "SAME_UPPER"},
    {"kernel_shape": [2, 2], "auto_pad": "SAME_LOWER"},
    {"kernel_shape": [2, 2], "auto_pad": "VALID"},
    {"kernel_shape": [2, 2], "dilations": [2, 1]},
]


@pytest.mark.parametrize("attributes", POOLS, ids=str)
def test_windows_of_pooling(attributes, tmp_path):
    check(one_node("MaxPool", IMAGE, opset=22, **attributes), tmp_path)


CONVOLUTIONS = [
    ((2, 4, 6, 5), (6, 4, 3, 3), {}),
    ((2, 4, 6, 5), (6, 4, 3, 3), {"pads": [1, 1, 1, 1], "strides": [2, 2]}),
    ((2, 4, 7, 7), (6, 4, 3, 3), {"pads": [1, 0, 2, 1], "strides": [2, 3]}),
    ((1, 4, 9, 9), (6, 4, 3, 2), {"dilations": [2, 3]}),
    ((2, 4, 6, 5), (4, 1, 3, 3), {"group": 4, "pads": [1, 1, 1, 1]}),
    ((2, 4, 6, 5), (6, 2, 3, 3), {"group": 2}),
    ((2, 4, 6, 5), (6, 4, 3, 3), {"auto_pad": "SAME_UPPER", "strides": [2, 2]}),
    ((2, 4, 6, 5), (6, 4, 2, 2), {"auto_pad": "SAME_LOWER"}),
    ((2, 4, 9), (6, 4, 3), {"strides": [2], "pads": [1, 1]}),
    ((1, 4, 5, 4, 6), (6, 4, 3, 3, 2), {"strides": [1, 2, 2], "pads": [1, 1, 0, 1, 1, 0]}),
    ((1, 4, 5, 4, 6), (6, 2, 3, 3, 2), {"group": 2}),
    ((1, 4, 5, 4, 6), (4, 1, 3, 3, 2), {"group": 4}),
]


@pytest.mark.parametrize(("data", "weight", "attributes"), CONVOLUTIONS, ids=str)
def test_convolutions(data, weight, attributes, tmp_path):
    network = check(one_node("Conv", data, weight, opset=20, **attributes), tmp_path)
    (layer,) = network.layers
    assert {tensor.name for tensor in layer.workload.inputs} == {"input", "filter"}
    filters = layer.workload.footprint(layer.workload.tensor("filter"))
    assert filters == np.prod(weight)


PRODUCTS = [
    ((3, 4), (4, 5)),
    ((2, 3, 4), (4, 5)),
    ((2, 3, 4), (2, 4, 5)),
    ((2, 3, 4, 5), (1, 1, 5, 6)),
    ((2, 1, 4, 5), (3, 5, 6)),
    ((4,), (4, 5)),
    ((3, 4), (4,)),
    ((1, 4), (3, 4, 5)),
]


@pytest.mark.parametrize(("left", "right"), PRODUCTS, ids=str)
def test_products_of_matrices(left, right, tmp_path):
    network = check(one_node("MatMul", left, right), tmp_path)
    (layer,) = network.layers
    sizes = [layer.workload.footprint(layer.workload.tensor(name)) for name in ("input", "filter")]
    assert sizes == [np.prod(left), np.prod(right)]


@pytest.mark.parametrize("attributes", [{}, {"alpha": 0.5, "beta": 2.0}])
@pytest.mark.parametrize("shape", [(3, 5), (3, 1)])
def test_gemm_adds_what_is_no_row(attributes, shape, tmp_path):
    check(one_node("Gemm", (3, 4), (4, 5), shape, **attributes), tmp_path)


@pytest.mark.parametrize("equation", ["bij,bjk->bik", "ij->i", "i,j->ij", "ij,kj", "bhid,bhjd->bhij"])
def test_einstein_sums(equation, tmp_path):
    sizes = dict(zip("bijkhd", (2, 3, 4, 5, 2, 6), strict=True))
    terms = equation.partition("->")[0].split(",")
    shapes = [tuple(sizes[letter] for letter in term) for term in terms]
    check(one_node("Einsum", *shapes, equation=equation), tmp_path)


@pytest.mark.parametrize(
    ("equation", "shapes", "macs"),
    [("i,j->ij", [(4,), (5,)], 0), ("ij,ij->ij", [(4, 5)] * 2, 0), ("ij,ij->i", [(4, 5)] * 2, 20)],
)
def test_products_that_are_not_summed_are_no_multiply_accumulates(equation, shapes, macs, tmp_path):
    (layer,) = check(one_node("Einsum", *shapes, equation=equation), tmp_path).layers
    assert (layer.workload.macs, layer.workload.operations) == (macs, {"mac": 1} if macs else {"mul": 1})


def test_normalizations(tmp_path):
    check(one_node("LayerNormalization", IMAGE, (5,), (5,)), tmp_path)
    check(one_node("LayerNormalization", IMAGE, (6, 5), axis=2), tmp_path)
    check(one_node("RMSNormalization", IMAGE, (5,), opset=23), tmp_path)
    check(one_node("InstanceNormalization", IMAGE, (4,), (4,)), tmp_path)
    check(one_node("GroupNormalization", IMAGE, (4,), (4,), opset=21, num_groups=2), tmp_path)
    check(one_node("BatchNormalization", IMAGE, (4,), (4,), (4,), (4,)), tmp_path)
    check(one_node("LRN", (4, 4, 6, 5), size=3, alpha=0.1), tmp_path)


def test_expand_tile_pad_clip_and_where(tmp_path):
    check(one_node("Expand", (4, 1, 5), constants=[("shape", I64, [4], [2, 4, 6, 5])]), tmp_path)
    check(one_node("Clip", IMAGE, constants=[("low", F32, [], [0.5]), ("high", F32, [], [1.5])]), tmp_path)
    check(one_node("Pad", IMAGE, constants=[("pads", I64, [8], [0, 0, 1, 2, 0, 0, 0, 1])]), tmp_path)
    check(one_node("ReduceSum", IMAGE, constants=[("axes", I64, [2], [1, 3])], keepdims=0), tmp_path)
    check(one_node("ReduceSum", IMAGE, opset=11, axes=[1, -1]), tmp_path)


def test_resize_by_a_whole_number(tmp_path):
    scales = [("scales", F32, [4], [1, 1, 2, 3])]
    network = check(one_node("Resize", IMAGE, None, constants=scales), tmp_path)
    (layer,) = network.layers
    assert layer.workload.footprint(layer.workload.inputs[0]) == np.prod(IMAGE)


@pytest.mark.parametrize("operator", ["Sum", "Mean", "Max", "Min"])
def test_operators_of_any_number_of_tensors(operator, tmp_path):
    check(one_node(operator, IMAGE, (5,), (4, 1, 1)), tmp_path)
    check(one_node(operator, (6, 5), (6, 1)), tmp_path)
    assert weft.read(saved(one_node(operator, (5,)), tmp_path))[0].layers == ()


@pytest.mark.parametrize(("operator", "text"), [("Mul", "a * a"), ("Sub", "a - a"), ("Sum", "a + a")])
def test_a_tensor_that_is_both_operands_is_read_once(operator, text, tmp_path):
    model = one_node(operator, IMAGE)
    model.graph.node[0].input.append("x0")
    (layer,) = check(model, tmp_path).layers
    assert [tensor.name for tensor in layer.workload.inputs] == ["a"]
    assert str(layer.workload.statement) == f"output = {text}"


def test_a_choice_between_two_tensors(tmp_path):
    condition = [("c", TensorProto.BOOL, [2, 1, 6, 5], [number % 3 == 0 for number in range(60)])]
    model = one_node("Where", IMAGE, (5,), constants=condition)
    model.graph.node[0].input[:] = ["c", "x0", "x1"]
    check(model, tmp_path)


def test_numbers_of_one_element_are_kept_by_the_machine(tmp_path):
    (layer,) = check(one_node("Mul", IMAGE, constants=[("half", F32, [1], [0.5])]), tmp_path).layers
    assert [tensor.name for tensor in layer.workload.inputs] == ["a"]
    (layer,) = check(one_node("Add", (1,), (1, 1)), tmp_path).layers
    assert [tensor.name for tensor in layer.workload.inputs] == ["a", "b"]
    assert layer.workload.points == 1

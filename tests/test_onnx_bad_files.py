"""What is no model, and files that are large or broken: clear errors, and little memory."""

import os
import subprocess
import sys
from contextlib import suppress

import numpy as np
import pytest
from onnx import AttributeProto, GraphProto, ModelProto, TensorProto, helper, numpy_helper
from onnx_models import MODELS, Network, codes, info, model_of, one_node, saved

import weft
from weft.ir import WeftError

F32, I64 = TensorProto.FLOAT, TensorProto.INT64


# What is no model


def _whole():
    return MODELS["AlexNet"]().SerializeToString()


def _cyclic():
    nodes = [helper.make_node("Relu", ["b"], ["a"], "one"), helper.make_node("Relu", ["a"], ["b"], "two")]
    return model_of(nodes, [info("x", 4)]).SerializeToString()


def _twice():
    nodes = [helper.make_node("Relu", ["x"], ["y"], "one"), helper.make_node("Abs", ["x"], ["y"], "two")]
    return model_of(nodes, [info("x", 4)]).SerializeToString()


def _nested(depth):
    """Graphs inside of attributes of nodes, without end."""
    graph = GraphProto(name="deep")
    text = graph.SerializeToString()
    for _ in range(depth):
        attribute = AttributeProto(name="body", type=AttributeProto.GRAPH)
        inner = attribute.SerializeToString() + _field(6, text)
        text = _field(1, _field(5, inner))
    return _field(7, text)


def _field(number, content):
    size, found = len(content), bytearray([number << 3 | 2])
    while size > 127:
        found.append(size & 127 | 128)
        size >>= 7
    return bytes([*found, size]) + content


def _wrong_size():
    tensor = TensorProto(name="w", dims=[1000, 1000], data_type=F32, raw_data=bytes(10_000))
    return model_of([helper.make_node("MatMul", ["x", "w"], ["y"])], [info("x", 4, 1000)], held=[tensor])


def _few_numbers():
    tensor = TensorProto(name="s", dims=[4], data_type=I64, raw_data=bytes(8))
    return model_of([helper.make_node("Reshape", ["x", "s"], ["y"])], [info("x", 4)], held=[tensor])


def _negative():
    tensor = TensorProto(name="w", dims=[-4, 4], data_type=F32)
    return model_of([helper.make_node("MatMul", ["x", "w"], ["y"])], [info("x", 4, 4)], held=[tensor])


def _numbers():
    """A node with an attribute of three million numbers."""
    attribute = AttributeProto(name="axes", type=AttributeProto.INTS).SerializeToString() + _field(8, bytes(3 << 20))
    return _field(7, _field(1, _field(5, attribute)))


def _laughing():
    """Functions each of which calls the next one ten times."""
    functions = []
    for number in range(12):
        called = f"f{number + 1}" if number < 11 else "Relu"
        domain = "my" if number < 11 else ""
        nodes = [helper.make_node(called, [f"t{n}" if n else "a"], [f"t{n + 1}"], domain=domain) for n in range(10)]
        opsets = [helper.make_opsetid("", 20), helper.make_opsetid("my", 1)]
        functions.append(helper.make_function("my", f"f{number}", ["a"], ["t10"], nodes, opsets))
    model = model_of([helper.make_node("f0", ["x"], ["y"], domain="my")], [info("x", 4)])
    model.functions.extend(functions)
    model.opset_import.append(helper.make_opsetid("my", 1))
    return model


def _old_of_two_domains():
    model = one_node("Relu", (4,), opset=5)
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    return model


NO_MODELS = {
    "text": (b"no model at all", "begins no field"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(64), ""),
    "zeros": (bytes(64), "begins no field"),
    "no graph": (ModelProto(ir_version=8).SerializeToString(), "no graph"),
    "cut off": (_whole()[:-100], "behind byte"),
    "half": (_whole()[:1500], "behind byte"),
    "circle": (_cyclic(), "circle: 'one' -> 'two'"),
    "made twice": (_twice(), "made twice"),
    "nested": (_nested(60), "inside of each other"),
    "deeply nested": (_nested(3000), "inside of each other"),
    "too few bytes": (_wrong_size().SerializeToString(), "4,000,000 bytes"),
    "too few numbers": (_few_numbers().SerializeToString(), "tensor 's'"),
    "negative shape": (_negative().SerializeToString(), "its shape is (-4, 4)"),
    "attribute without end": (_numbers(), "MB that are no weights"),
    "shape without end": (_field(7, _field(5, _field(1, bytes(3 << 20)))), "MB beside its numbers"),
    "names without end": (_field(7, _field(2, b"a" * (1 << 27))), "MB that are no weights"),
    "nodes without end": (_field(7, _field(1, b"") * (1 << 20)), "parts"),
    "exploding functions": (_laughing().SerializeToString(), "nodes; up to"),
    "old": (one_node("Relu", (4,), opset=6).SerializeToString(), "operator set 6"),
    "old of two domains": (_old_of_two_domains().SerializeToString(), "operator set 5"),
    "of no operator set": (one_node("Relu", (4,), opset=0).SerializeToString(), "names no operator set"),
}


@pytest.mark.parametrize("name", NO_MODELS)
def test_what_is_no_model_is_said_to_be_none(name, tmp_path):
    data, words = NO_MODELS[name]
    with pytest.raises(WeftError) as error:
        weft.read(saved(data, tmp_path))
    assert set(codes(error)) == {"W801"}
    assert words in str(error.value)


def test_a_missing_and_an_empty_file(tmp_path):
    (tmp_path / "empty.onnx").touch()
    for name in ("missing.onnx", "empty.onnx"):
        with pytest.raises(WeftError) as error:
            weft.read(tmp_path / name)
        assert codes(error) == ["W008"]


@pytest.mark.parametrize("model", ["AlexNet", "MobileNet_V2"])
def test_any_byte_may_be_wrong(model, tmp_path):
    """A damaged file is read, with findings, or is no model; nothing else happens."""
    whole, random = bytearray(MODELS[model]().SerializeToString()), np.random.default_rng(3)
    for _ in range(60):
        data = bytearray(whole)
        for place in random.integers(0, len(whole), 4):
            data[place] = random.integers(0, 256)
        with suppress(WeftError):
            (network,) = weft.read(saved(bytes(data), tmp_path))
            assert all(layer.workload or layer.diagnostics for layer in network.layers)


def test_absurd_shapes_are_refused_where_they_are_used(tmp_path):
    tensor = TensorProto(name="w", dims=[2**40, 2**40], data_type=F32, data_location=TensorProto.EXTERNAL)
    nodes = [helper.make_node("MatMul", ["x", "w"], ["y"])]
    (network,) = weft.read(saved(model_of(nodes, [info("x", 4, 2**40)], held=[tensor]), tmp_path))
    (layer,) = network.layers
    assert layer.workload is None
    assert {item.code for item in layer.diagnostics} == {"W010"}


def test_a_shape_of_an_absurd_size_is_not_made(tmp_path):
    held = [numpy_helper.from_array(np.array([2**40, 2**40], np.int64), "shape")]
    nodes = [helper.make_node("ConstantOfShape", ["shape"], ["big"]), helper.make_node("Relu", ["big"], ["y"])]
    (network,) = weft.read(saved(model_of(nodes, [info("x", 4)], held=held), tmp_path))
    assert len(network.layers) == 0  # all of it is constant


# Weights are not read


def test_weights_in_the_file_are_passed_over(tmp_path):
    """A file of 100 MB in a process that may take 50 MB more than one that reads a small file."""
    net = Network(4, 5000)
    weight = TensorProto(name="big", dims=[5000, 5000], data_type=F32, raw_data=bytes(4 * 5000 * 5000))
    net.weights.append(weight)
    model = net.model(net.node("MatMul", "x", "big"))
    large = saved(model, tmp_path, "large.onnx")
    assert large.stat().st_size >= 1e8
    weight.ClearField("raw_data")
    weight.data_location = TensorProto.EXTERNAL
    peak = "import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    code = f"import sys, weft; assert weft.read(sys.argv[1])[0].layers[0].workload.macs == 100_000_000; {peak}"
    sizes = [
        int(subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, check=True).stdout)
        for path in (saved(net.model("t0"), tmp_path, "small.onnx"), large)
    ]
    kilobytes = 1 if sys.platform != "darwin" else 1024
    assert (sizes[1] - sizes[0]) / kilobytes < 50_000


def test_files_of_weights_need_not_be_there(tmp_path):
    path = saved(MODELS["ResNet50"](), tmp_path)
    assert os.listdir(tmp_path) == [path.name]
    assert len(weft.read(path)[0].layers) == 122


def test_ten_thousand_nodes(tmp_path):
    net, x = Network(4, 16), "x"
    for number in range(10_000):
        x = net.node("Relu" if number % 2 else "Sigmoid", x)
    (network,) = weft.read(saved(net.model(x), tmp_path))
    assert (len(network.layers), len(network.edges)) == (10_000, 9_999)

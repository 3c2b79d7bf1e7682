"""`.pt2` files: whole graphs become networks without PyTorch, and nothing of a file is ever executed."""

import json
import pickle
import subprocess
import sys
from contextlib import suppress
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from torch_models import packed, path_of

import weft
from weft.frontends.models import GraphTensor, network_of
from weft.frontends.pytorch.graph import graph_of
from weft.frontends.pytorch.json_reader import read_program
from weft.frontends.pytorch.program import Call, ExportedProgram, Reference
from weft.frontends.sizes import Sizes


def read(name, **sizes):
    (network,) = weft.read(path_of(name), sizes)
    return network


def graph_json(name):
    archive = ZipFile(path_of(name))
    return json.loads(archive.read(archive.namelist()[0]))


def products(network):
    return [layer.workload.extents for layer in network.layers if layer.workload and layer.workload.macs]


def totals(network):
    """How often each operation is executed in all layers."""
    found = {}
    for layer in network.layers:
        for name, times in layer.workload.operations.items():
            found[name] = found.get(name, 0) + times * layer.workload.points
    return found


def feeding(network, name):
    """The names of the layers that make inputs of a layer, by the input's name."""
    position = [layer.name for layer in network.layers].index(name)
    return {edge.tensor: network.layers[edge.producer].name for edge in network.edges if edge.consumer == position}


def test_a_graph_of_images_has_a_layer_for_every_call():
    network = read("images")
    operators = list(dict.fromkeys(layer.operator for layer in network.layers))
    assert operators == [
        *("Conv", "BatchNormalization", "Relu", "MaxPool", "Add", "GlobalAveragePool", "Gemm", "Softmax"),
    ]
    first, depthwise, last = products(network)
    assert first == {"N": 2, "K": 8, "C": 3, "Y'": 8, "X'": 8, "R": 3, "S": 3}
    assert depthwise == {"N": 2, "K": 1, "C": 8, "Y'": 4, "X'": 4, "R": 3, "S": 3}
    assert last == {"M": 2, "N": 10, "K": 8}
    padded = network.layers[0].workload
    assert (padded.padding, padded.indices[0].stride) == ((("Y", 1, 0), ("X", 1, 0)), 2)


def test_calls_that_change_their_argument_are_read_by_what_comes_behind():
    """`relu_` and `y += x`: the pool reads the rectified elements, the mean reads the sum."""
    network = read("images")
    assert feeding(network, "max_pool2d") == {"input": "relu_"}
    assert feeding(network, "conv2d_1") == {"input": "max_pool2d"}
    assert feeding(network, "add_") == {"a": "conv2d_1", "b": "max_pool2d"}
    assert feeding(network, "adaptive_avg_pool2d") == {"input": "add_"}


def test_the_decomposed_graph_counts_what_the_whole_one_counts():
    whole, core = read("images"), read("images_core")
    assert products(whole) == products(core)
    assert totals(whole) == totals(core)


def test_attention_embedding_and_normalization_are_whole_nodes():
    network = read("words")
    operators = {layer.operator for layer in network.layers}
    assert {"Gather", "LayerNormalization", "MatMul", "Split", "Attention", "Gelu"} <= operators
    scores, context = (layer for layer in network.layers if layer.name.split("/")[-1] in ("scores", "context"))
    assert scores.workload.extents == {"B": 6, "M": 6, "N": 6, "K": 4}
    assert context.workload.extents == {"B": 6, "M": 6, "N": 4, "K": 6}
    assert [item.code for item in scores.diagnostics] == ["W803"]
    # A linear layer without a bias is a product, one with a bias a product and a sum.
    assert feeding(network, "linear") == {"a": "linear.product"}
    assert feeding(network, "gelu") == {"a": "linear_1"}


def test_recurrent_layers_are_one_node_each_with_both_directions():
    network = read("steps")
    inputs = [layer.workload.extents for layer in network.layers if layer.name.endswith("/input")]
    assert inputs == [{"B": 2, "M": 6, "N": 16, "K": 5}, {"B": 2, "M": 6, "N": 16, "K": 8}]
    assert feeding(network, "lstm.1/input") == {"input": "lstm.0/hidden"}


def test_parts_of_a_tensor_that_are_set_are_counted():
    """Two rows of a buffer are copied, one is set to zero; what is read of a buffer is a copy of its own."""
    found = {layer.operator: layer.workload for layer in read("cache").layers}
    assert found["Copy"].points == 2 * 2 * 4
    assert (found["ConstantOfShape"].points, found["ConstantOfShape"].operations) == (2 * 4, {"copy": 1})
    assert found["Add"].operations == {"add": 1}


def test_symbols_get_their_sizes():
    network = read("rows", s77=4, s27=5)
    assert products(network) == [{"M": 20, "N": 4, "K": 8}]
    with pytest.raises(weft.WeftError) as caught:
        read("rows", s77=4)
    (found,) = caught.value.diagnostics
    assert (found.code, found.notes) == ("W005", ("axis 1 of 'x'; it was exported with 3",))
    with pytest.raises(weft.WeftError, match="size 's77' is 65; the graph is exported for 1 to 64"):
        read("rows", s77=65, s27=5)
    with pytest.raises(weft.WeftError, match="no size 's7'"):
        read("rows", s77=4, s27=5, s7=1)


def test_a_call_that_cannot_be_stated_is_left_out_alone_and_by_name():
    layer = read("rows", s77=4, s27=5).layers[-1]
    (found,) = layer.diagnostics
    assert (layer.workload, found.code) == (None, "W802")
    assert found.message.startswith("aten.topk 'topk' is left out: its elements are compared and moved as the data")
    assert (found.span.file, found.span.text) == (
        "tests/torch_models.py",
        "return self.last(x.reshape(-1, 8)).topk(2)[0]",
    )


def test_torch_is_not_needed():
    program = (
        "import sys; sys.modules['torch'] = None\n"
        "import weft; print(len(weft.read(sys.argv[1])[0].layers)); print('numpy' in sys.modules)"
    )
    command = [sys.executable, "-c", program, str(path_of("images"))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(done.stdout.split()[0]) == len(read("images").layers)


class Trap:
    """What runs code as soon as it is unpickled."""

    def __reduce__(self):
        return exec, ("raise SystemExit('unpickled')",)


def archive_of(tmp_path, entries):
    path = tmp_path / "model.pt2"
    path.write_bytes(packed(entries))
    return path


def test_pickles_are_never_opened(tmp_path):
    trap = pickle.dumps(Trap(), 0).decode("latin-1")
    with pytest.raises(SystemExit):
        pickle.loads(trap.encode("latin-1"))
    graph = json.dumps(graph_json("images"))
    entries = {
        "model/models/model.json": graph,
        "model/data/sample_inputs/model.pt": trap,
        "model/data/weights/model_weights_config.json": trap,
        "model/data.pkl": trap,
    }
    (network,) = weft.read(archive_of(tmp_path, entries))
    assert len(network.layers) == len(read("images").layers)
    del entries["model/models/model.json"]
    with pytest.raises(weft.WeftError, match="holds a pickled or scripted module, which is not opened"):
        weft.read(archive_of(tmp_path, entries))


def refusal(path):
    with pytest.raises(weft.WeftError) as caught:
        weft.read(path)
    return caught.value.diagnostics[0]


def test_archives_that_are_none_are_refused(tmp_path):
    data = (path_of("images")).read_bytes()
    path = tmp_path / "model.pt2"
    for wrong in (b"PK\x03\x04", data[: len(data) // 2], b"\x80\x04K\x01.", data[:-30], b"\0" * 100):
        path.write_bytes(wrong)
        assert refusal(path).code == "W008"
    path.write_bytes(b"")
    assert "is empty" in refusal(path).message
    assert "has no exported graph" in refusal(archive_of(tmp_path, {"readme": ""})).message


def test_every_damaged_byte_is_read_or_refused(tmp_path):
    data = (path_of("rows")).read_bytes()
    path = tmp_path / "model.pt2"
    for at in range(0, len(data), 7):
        path.write_bytes(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])
        with suppress(weft.WeftError):
            assert all(layer.workload or layer.diagnostics for layer in weft.read(path, {"s77": 2, "s27": 2})[0].layers)


def test_bombs_are_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr("weft.frontends.pytorch.archive.MAX_JSON", 1 << 20)
    found = refusal(archive_of(tmp_path, {"m/models/model.json": " " * (1 << 20) + "{}"}))
    assert (found.code, "has a graph of 1 MB; the limit is 1" in found.message) == ("W008", True)
    deep = archive_of(tmp_path, {"m/models/model.json": "[" * 10_000 + "]" * 10_000})
    assert "is nested more than 40 levels deep" in refusal(deep).message


def test_json_that_is_no_graph_says_what_is_missing(tmp_path):
    assert "there is no 'graph_module'" in refusal(archive_of(tmp_path, {"m/models/model.json": "{}"})).message
    assert "is no JSON" in refusal(archive_of(tmp_path, {"m/models/model.json": "{"})).message


def test_several_graphs_of_an_archive_are_several_networks(tmp_path):
    graph = json.dumps(graph_json("images"))
    networks = weft.read(archive_of(tmp_path, {"m/models/one.json": graph, "m/models/two.json": graph}))
    assert [network.name for network in networks] == ["one", "two"]


JSON = st.sampled_from([None, True, -1, 0, 1, 7, 2**62, 1.5, "", "x", "aten.add.Tensor", [], {}, [1], {"name": "x"}])
NAMES = ("images", "words_core", "steps", "rows")
GRAPHS = {name: graph_json(name) for name in NAMES}


def places(data, at=()):
    """The path of every value in a JSON."""
    yield at
    for key, item in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from places(item, (*at, key))


PLACES = {name: [at for at in places(graph) if at] for name, graph in GRAPHS.items()}


def changed(data, at, value):
    if not at:
        return value
    copy = dict(data) if isinstance(data, dict) else list(data)
    copy[at[0]] = changed(data[at[0]], at[1:], value)
    return copy


@settings(max_examples=400)
@given(st.sampled_from(NAMES), st.data())
def test_any_change_of_a_graph_is_read_or_refused(name, data):
    graph = GRAPHS[name]
    for _ in range(data.draw(st.integers(1, 3))):
        at, value = data.draw(st.sampled_from(PLACES[name])), data.draw(JSON)
        try:
            graph = changed(graph, at, value)
        except (KeyError, IndexError, TypeError):
            continue
    with suppress(weft.WeftError):
        network = network_of(graph_of(read_program(graph, name, "file", Sizes({"s77": 2, "s27": 2}))))
        assert all(layer.workload or layer.diagnostics for layer in network.layers)


def of_one(operator, shapes, output, **arguments):
    """The graph of a program of one call, whose first arguments are tensors by the names of `shapes`."""
    tensors = {name: GraphTensor(name, shape) for name, shape in {**shapes, "y": output}.items()}
    call = Call("call", operator, {name: Reference(name) for name in shapes} | arguments, ("y",))
    return graph_of(ExportedProgram("one", (call,), tensors, ("y",)))


def layers_of(*given, **arguments):
    return network_of(of_one(*given, **arguments)).layers


@pytest.mark.parametrize(
    ("operator", "shape", "arguments"),
    [
        ("aten.group_norm", (8,), {"num_groups": 2}),
        ("aten.upsample_nearest2d", (4, 4), {"output_size": (8, 8)}),
        ("aten.max_pool2d", (), {"kernel_size": (2, 2)}),
    ],
)
def test_tensors_of_other_shapes_leave_a_call_out(operator, shape, arguments):
    layer = layers_of(operator, {"input": shape}, (1, 1, 8, 8), **arguments)[-1]
    assert (layer.workload, layer.diagnostics[0].code) == (None, "W802")


PLACES_OF = {"self": (4, 8), "index": (2, 8), "src": (2, 8)}


@pytest.mark.parametrize(
    ("operator", "arguments", "operation"),
    [
        ("aten.scatter.src", {"dim": 0}, "copy"),
        ("aten.scatter.reduce", {"dim": 0, "reduce": "add"}, "add"),
        ("aten.scatter.reduce", {"dim": 0, "reduce": "multiply"}, "mul"),
        ("aten.scatter_add_", {"dim": 0}, "add"),
        ("aten.index_add", {"dim": 0, "alpha": 1}, "add"),
        ("aten.scatter.reduce", {"dim": 0, "reduce": "median"}, None),
        ("aten.index_add", {"dim": 0, "alpha": 2}, None),
    ],
)
def test_updates_are_joined_as_the_call_says_or_are_left_out(operator, arguments, operation):
    updates = layers_of(operator, PLACES_OF, (4, 8), **arguments)[-1].workload
    assert (updates and updates.operations) == (operation and {operation: 1})


@pytest.mark.parametrize(("accumulate", "operation"), [(0, "copy"), (1, "add")])
def test_updates_at_places_may_be_added(accumulate, operation):
    shapes = {"self": (4, 8), "indices": (2,), "values": (2, 8)}
    given = {"indices": (Reference("indices"),), "accumulate": accumulate}
    assert layers_of("aten.index_put", shapes, (4, 8), **given)[-1].workload.operations == {operation: 1}


@pytest.mark.parametrize(
    ("arguments", "share"), [({}, 7), ({"unbiased": 0}, 8), ({"correction": 2}, 6), ({"correction": None}, 7)]
)
@pytest.mark.parametrize("operator", ["aten.var.correction", "aten.std.correction"])
def test_a_variance_is_over_the_elements_less_the_correction(operator, arguments, share):
    graph = of_one(operator, {"self": (4, 8)}, (4,), dim=(1,), **arguments)
    names = [node.operator for node in graph.nodes]
    assert names == ["ReduceMean", "Sub", "ReduceSumSquare", "Mul"] + ["Sqrt"] * ("std" in operator)
    assert graph.tensors[graph.nodes[3].inputs[1]].values == (1 / share,)
    assert all(layer.workload for layer in network_of(graph).layers)

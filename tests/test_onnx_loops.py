"""Loops that are known to run so many times are their bodies, that often; others are left out with the reason."""

from itertools import pairwise

import pytest
from onnx import TensorProto, helper
from onnx_models import info, model_of, saved

import weft

F32, I64, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL
make = helper.make_node


def scalar(name, kind, value):
    return helper.make_tensor(name, kind, [], [value])


def value(name, kind=F32, shape=()):
    return helper.make_tensor_value_info(name, kind, shape)


def looped(trips, *nodes, again="more", scan=False, inputs=(), held=(), kind=I64):
    """A model that multiplies a row by a matrix so often; `again` is what the body makes of its condition."""
    body = [
        make("MatMul", ["row", "w"], ["product"], "multiply"),
        make("Relu", ["product"], ["next"], "squash"),
        *nodes,
    ]
    made = [value(again, BOOL), value("next", F32, (1, 8)), *([value("product", F32, (1, 8))] if scan else [])]
    given = [value("number", I64), value("more", BOOL), value("row", F32, (1, 8))]
    graph = helper.make_graph(body, "body", given, made)
    outputs = ["y", "all"] if scan else ["y"]
    loop = make("Loop", ["trips", "go", "x"], outputs, "loop", body=graph)
    constants = [helper.make_tensor("w", F32, [8, 8], [0.0] * 64), scalar("go", BOOL, True), *held]
    constants += [] if trips is None else [scalar("trips", kind, trips)]
    return model_of([loop], [info("x", 1, 8), *inputs], outputs, held=constants)


def read(model, folder):
    (network,) = weft.read(saved(model, folder))
    return network


def test_a_loop_is_its_body_as_often_as_it_runs(tmp_path):
    network = read(looped(3), tmp_path)
    assert [layer.name for layer in network.layers] == [
        f"loop/{trip}/{name}" for trip in range(3) for name in ("multiply", "squash")
    ]
    assert sum(layer.workload.macs for layer in network.layers) == 3 * 64
    # Each trip reads what the one before has made.
    assert [(edge.producer, edge.consumer) for edge in network.edges] == [(n, n + 1) for n in range(5)]
    assert all("filter" in layer.weights for layer in network.layers[::2])


def test_what_every_trip_makes_is_stacked(tmp_path):
    network = read(looped(3, scan=True), tmp_path)
    assert [layer.operator for layer in network.layers[-3:]] == ["Concat"] * 3
    assert sum(layer.workload.points for layer in network.layers[-3:]) == 3 * 8


def test_a_condition_that_follows_from_the_number_of_the_trip_ends_it(tmp_path):
    nodes = [make("Less", ["number", "last"], ["on"])]
    network = read(looped(100, *nodes, again="on", held=[scalar("last", I64, 4)]), tmp_path)
    assert sum(layer.workload.macs for layer in network.layers) == 5 * 64


def test_without_a_condition_the_count_alone_ends_a_loop(tmp_path):
    """The body gets a condition that holds; the one that it makes is not heeded, whether it ends or is not known."""
    ends = [make("Less", ["number", "last"], ["on"])]
    by_data = [make("ReduceMax", ["next"], ["top"], keepdims=0), make("Cast", ["top"], ["on"], to=BOOL)]
    branches = [
        helper.make_graph([make(name, ["next"], ["chosen"], name)], name, [], [value("chosen", F32, (1, 8))])
        for name in ("Tanh", "Exp")
    ]
    reads = [make("If", ["more"], ["on"], "choice", then_branch=branches[0], else_branch=branches[1])]
    for nodes, operators in ((ends, []), (by_data, ["ReduceMax"]), (reads, ["Tanh"])):
        model = looped(7, *nodes, again="on", held=[scalar("last", I64, 4)])
        model.graph.node[0].input[1] = ""
        assert [layer.operator for layer in read(model, tmp_path).layers] == ["MatMul", "Relu", *operators] * 7


@pytest.mark.parametrize("trips", [0, -3, None])
def test_a_loop_that_never_runs_gives_what_it_was_given(trips, tmp_path):
    """Its count is none, or its condition does not hold."""
    model = looped(3 if trips is None else trips)
    if trips is None:
        model.graph.initializer[1].CopyFrom(scalar("go", BOOL, False))
    model.graph.node.insert(0, make("Neg", ["data"], ["x"], "before"))
    model.graph.node.append(make("Abs", ["y"], ["z"], "after"))
    model.graph.input[0].name = "data"
    network = read(model, tmp_path)
    assert [layer.name for layer in network.layers] == ["before", "after"]
    assert [(edge.producer, edge.consumer) for edge in network.edges] == [(0, 1)]


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (looped(None, inputs=[value("trips", I64)]), "how often is not known"),
        (looped(0, scan=True), "never runs"),
        (looped(2**62), "more than 10,000 times"),
        (looped(float("inf"), kind=F32), "'trips', which is of type float32, no whole number"),
        (looped(float("nan"), kind=F32), "no whole number"),
        (looped(2.5, kind=TensorProto.BFLOAT16), "'trips', which is of type bfloat16, no whole number"),
        (looped(b"3", kind=TensorProto.STRING), "how often is not known"),
        (
            looped(3, make("Identity", ["half"], ["on"]), again="on", held=[scalar("half", F32, 0.5)]),
            "float32, no whole",
        ),
        (
            looped(
                5, make("ReduceMax", ["next"], ["top"], keepdims=0), make("Cast", ["top"], ["on"], to=BOOL), again="on"
            ),
            "how often is not known",
        ),
        (looped(10_000, *[make("Relu", ["row"], [f"r{n}"]) for n in range(600)]), "more than 20,000 nodes"),
    ],
)
def test_other_loops_are_left_out_with_the_reason(model, reason, tmp_path):
    (layer,) = read(model, tmp_path).layers
    assert layer.workload is None
    assert reason in layer.diagnostics[0].message


def test_a_loop_without_a_body_is_left_out(tmp_path):
    model = model_of(
        [make("Loop", ["trips", "", "x"], ["y"], "loop")], [info("x", 1, 8)], held=[scalar("trips", I64, 2)]
    )
    (layer,) = read(model, tmp_path).layers
    assert "no whole 'body'" in layer.diagnostics[0].message


def test_loops_and_branches_stand_in_each_other(tmp_path):
    """Twice a loop that runs twice, the body of which takes one of two branches."""
    branches = [
        helper.make_graph([make(name, ["next"], ["chosen"], name)], name, [], [value("chosen", F32, (1, 8))])
        for name in ("Tanh", "Exp")
    ]
    inner = helper.make_graph(
        [
            make("Relu", ["line"], ["next"], "squash"),
            make("If", ["go"], ["made"], "choice", then_branch=branches[0], else_branch=branches[1]),
        ],
        "inner",
        [value("turn", I64), value("on", BOOL), value("line", F32, (1, 8))],
        [value("on", BOOL), value("made", F32, (1, 8))],
    )
    outer = helper.make_graph(
        [make("Loop", ["trips", "go", "row"], ["end"], "inner", body=inner)],
        "outer",
        [value("number", I64), value("more", BOOL), value("row", F32, (1, 8))],
        [value("more", BOOL), value("end", F32, (1, 8))],
    )
    loop = make("Loop", ["trips", "go", "x"], ["y"], "outer", body=outer)
    network = read(
        model_of([loop], [info("x", 1, 8)], held=[scalar("go", BOOL, True), scalar("trips", I64, 2)]), tmp_path
    )
    assert [layer.operator for layer in network.layers] == ["Relu", "Tanh"] * 4
    assert [(edge.producer, edge.consumer) for edge in network.edges] == [(n, n + 1) for n in range(7)]


CAPTURING = [make("MatMul", ["state", "seen"], ["next"], "multiply")]
STATE = [value("state", F32, (4, 4))]
NEXT = [value("next", F32, (4, 4))]
BODIES = {
    "Loop": make(
        "Loop",
        ["trips", "go", "start"],
        ["y"],
        "runs",
        body=helper.make_graph(
            CAPTURING, "b", [value("number", I64), value("on", BOOL), *STATE], [value("on", BOOL), *NEXT]
        ),
    ),
    "Scan": make(
        "Scan",
        ["start", "rows"],
        ["y"],
        "runs",
        num_scan_inputs=1,
        scan_input_axes=[7],  # which nothing has: it is left out
        body=helper.make_graph(CAPTURING, "b", [*STATE, value("row", F32, (4,))], NEXT),
    ),
    "If": make(
        "If",
        ["many"],
        ["y"],
        "runs",
        then_branch=helper.make_graph([make("MatMul", ["start", "seen"], ["next"])], "t", [], NEXT),
        else_branch=helper.make_graph([make("Neg", ["start"], ["next"])], "e", [], NEXT),
    ),
    "Loop in If": make(
        "If",
        ["many"],
        ["y"],
        "runs",
        then_branch=helper.make_graph(
            [
                make(
                    "Scan",
                    ["start", "rows"],
                    ["next"],
                    num_scan_inputs=1,
                    body=helper.make_graph(
                        [make("MatMul", ["state", "seen"], ["sum"])],
                        "b",
                        [*STATE, value("row", F32, (4,))],
                        [value("sum", F32, (4, 4))],
                    ),
                )
            ],
            "t",
            [],
            NEXT,
        ),
        else_branch=helper.make_graph([make("Neg", ["start"], ["next"])], "e", [], NEXT),
    ),
}


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("data", [True, False])
def test_what_a_body_reads_is_read_by_its_node(kind, data, tmp_path):
    """All inputs of the node are constants: it is made before the model runs unless its body reads data."""
    nodes = [make("Neg", ["x"], ["seen" if data else "other"], "makes"), BODIES[kind]]
    nodes.append(make("Abs", ["y"], ["z"], "after"))
    held = [helper.make_tensor(name, F32, [4, 4], [0.0] * 16) for name in ("start", "rows", *(["seen"][data:]))]
    held += [scalar("trips", I64, 10_001), scalar("go", BOOL, True), helper.make_tensor("many", BOOL, [2], [1, 0])]
    model = model_of(nodes, [info("x", 4, 4)], ["z"], held=held)
    model.graph.value_info.append(value("y", F32, (4, 4)))
    network = read(model, tmp_path)
    assert [layer.name for layer in network.layers] == (["makes", "runs", "after"] if data else ["makes"])
    assert [(edge.producer, edge.consumer) for edge in network.edges] == ([(0, 1), (1, 2)] if data else [])


def test_a_node_stands_behind_what_its_body_reads(tmp_path):
    model = model_of([BODIES["Scan"], make("Neg", ["x"], ["seen"], "makes")], [info("x", 4, 4)], ["y"])
    model.graph.initializer.extend(helper.make_tensor(name, F32, [4, 4], [0.0] * 16) for name in ("start", "rows"))
    assert [layer.name for layer in read(model, tmp_path).layers] == ["makes", "runs"]


def scanned(shape, axis=0, opset=18, **attributes):
    """A model that adds up the products of the slices of a tensor, and stacks the sums."""
    body = [
        make("MatMul", ["row", "w"], ["product"], "multiply"),
        make("Add", ["sum", "product"], ["total"], "add"),
        make("Identity", ["total"], ["now"], "keep"),
    ]
    rest = (1, 8)
    given = [value("sum", F32, rest), value("row", F32, rest)]
    graph = helper.make_graph(body, "body", given, [value("total", F32, rest), value("now", F32, rest)])
    node = make(
        "Scan", ["start", "x"], ["last", "all"], "scan", body=graph, num_scan_inputs=1, scan_input_axes=[axis],
        **attributes,
    )  # fmt: skip
    held = [helper.make_tensor("w", F32, [8, 8], [0.0] * 64)]
    inputs = [info("start", *rest), info("x", *shape)]
    return model_of([node], inputs, ["last", "all"], held=held, opset=opset)


@pytest.mark.parametrize("axis", [0, 1, -3])
def test_a_scan_is_its_body_for_every_slice(tmp_path, axis):
    shape = (1, 4, 8) if axis == 1 else (4, 1, 8)
    network = read(scanned(shape, axis, scan_output_axes=[1], scan_output_directions=[1]), tmp_path)
    assert all(layer.workload is not None for layer in network.layers)
    assert sum(layer.workload.macs for layer in network.layers) == 4 * 64
    adds = [number for number, layer in enumerate(network.layers) if layer.operator == "Add"]
    carried = [(edge.producer, edge.consumer) for edge in network.edges if {edge.producer, edge.consumer} <= {*adds}]
    assert carried == list(pairwise(adds))
    copied = sum(layer.workload.points for layer in network.layers if layer.operator in ("Gather", "Concat"))
    assert copied == 2 * 4 * 8  # every row comes once, and every sum is stacked once


def test_a_scan_of_wrong_parts_is_left_out_with_the_reason(tmp_path):
    cases = {
        "before operator set 9": scanned((4, 1, 8), opset=8),
        "scan_output_axes": scanned((4, 1, 8), scan_output_axes=[0, 1]),
        "how often it runs is not known": scanned((4, 1, 8), axis=7),
        "it runs 20,000 times": scanned((20_000, 1, 8)),
    }
    for reason, model in cases.items():
        (layer,) = [layer for layer in read(model, tmp_path).layers if layer.operator == "Scan"]
        assert layer.workload is None
        assert reason in layer.diagnostics[0].message

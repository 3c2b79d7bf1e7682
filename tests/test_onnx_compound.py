"""Operators of many layers: how much they do, and what reads what."""

from math import prod

import pytest
from onnx import TensorProto
from onnx_models import one_node, saved

import weft

U8, I8, F32, I64 = TensorProto.UINT8, TensorProto.INT8, TensorProto.FLOAT, TensorProto.INT64


def layers_of(model, folder):
    (network,) = weft.read(saved(model, folder))
    wrong = [layer.diagnostics for layer in network.layers if layer.workload is None]
    assert not wrong
    return network


def macs(network):
    return sum(layer.workload.macs for layer in network.layers)


def names(network):
    return [layer.name.removeprefix("node").removeprefix("/") for layer in network.layers]


STEPS, BATCH, INPUTS, HIDDEN = 5, 3, 4, 6


@pytest.mark.parametrize("directions", [1, 2])
@pytest.mark.parametrize(("operator", "gates"), [("LSTM", 4), ("GRU", 3), ("RNN", 1)])
def test_recurrent_networks_multiply_inputs_and_states(operator, gates, directions, tmp_path):
    shapes = [(STEPS, BATCH, INPUTS), (directions, gates * HIDDEN, INPUTS), (directions, gates * HIDDEN, HIDDEN)]
    shapes.append((directions, 2 * gates * HIDDEN))
    direction = "bidirectional" if directions == 2 else "forward"
    network = layers_of(one_node(operator, *shapes, hidden_size=HIDDEN, direction=direction), tmp_path)
    assert macs(network) == directions * STEPS * BATCH * gates * HIDDEN * (INPUTS + HIDDEN)
    last = network.layers[-1].workload
    assert last.footprint(last.output) == directions * STEPS * BATCH * HIDDEN
    states = [layer for layer in network.layers if layer.diagnostics]
    assert states
    assert {layer.diagnostics[0].code for layer in states} == {"W803"}
    # The sums of inputs and of states come to the gates as different operands.
    fed = {edge.tensor for edge in network.edges if edge.producer in (0, 1)}
    assert fed == {"a", "b"}


def test_a_reset_gate_before_the_product_splits_it(tmp_path):
    shapes = [(STEPS, BATCH, INPUTS), (1, 3 * HIDDEN, INPUTS), (1, 3 * HIDDEN, HIDDEN)]
    found = {}
    for late in (0, 1):
        network = layers_of(one_node("GRU", *shapes, hidden_size=HIDDEN, linear_before_reset=late), tmp_path)
        found[late] = [layer.workload.extents["N"] for layer in network.layers if layer.workload.macs]
        assert macs(network) == STEPS * BATCH * 3 * HIDDEN * (INPUTS + HIDDEN)
    assert found == {0: [3 * HIDDEN, 2 * HIDDEN, HIDDEN], 1: [3 * HIDDEN, 3 * HIDDEN]}


CELLS = STEPS * BATCH * HIDDEN
"""Hidden elements of all steps."""


def recurrent(operator, gates, folder, *more, **attributes):
    shapes = [(STEPS, BATCH, INPUTS), (1, gates * HIDDEN, INPUTS), (1, gates * HIDDEN, HIDDEN), *more]
    return layers_of(one_node(operator, *shapes, hidden_size=HIDDEN, **attributes), folder)


def work(network):
    """Every operation of a network but its products, by name."""
    found = {}
    for layer in network.layers:
        for name, times in layer.workload.operations.items():
            found[name] = found.get(name, 0) + times * layer.workload.points
    return {name: times for name, times in found.items() if name != "mac"}


def test_gates_clip_and_have_activations_of_their_own(tmp_path):
    plain = work(recurrent("LSTM", 4, tmp_path))
    assert plain == {"add": 5 * CELLS, "mul": 3 * CELLS, "sigmoid": 3 * CELLS, "tanh": 2 * CELLS}
    clipped = work(recurrent("LSTM", 4, tmp_path, clip=3.0))
    assert clipped == plain | {"max": 5 * CELLS, "min": 5 * CELLS}
    own = {"activations": ["HardSigmoid", "Relu", "ScaledTanh"], "activation_alpha": [0.3, 2.0]}
    found = work(recurrent("LSTM", 4, tmp_path, **own))
    assert found == {"add": 8 * CELLS, "mul": 8 * CELLS, "max": 4 * CELLS, "min": 3 * CELLS, "tanh": CELLS}
    # What reads a sum twice does not sum twice.
    assert work(recurrent("RNN", 1, tmp_path, activations=["LeakyRelu"])) == dict.fromkeys(
        ("add", "less", "mul", "select"), CELLS
    )


def test_numbers_of_activations_go_to_those_that_take_some(tmp_path):
    own = {"activations": ["Sigmoid", "LeakyRelu", "Elu"], "activation_alpha": [0.25, 0.75]}
    texts = [str(layer.workload.statement) for layer in recurrent("LSTM", 4, tmp_path, **own).layers[-2:]]
    assert "0.25" in texts[0]
    assert "0.75" in texts[1]


def test_a_formula_of_an_activation_stands_in_brackets_where_others_go_on(tmp_path):
    own = {
        "activations": ["Affine", "Tanh", "Affine"],
        "activation_alpha": [0.5, 0.25],
        "activation_beta": [0.125, 0.75],
    }
    text = str(recurrent("LSTM", 4, tmp_path, **own).layers[-1].workload.statement)
    value = eval(text.partition("=")[2], {"o": 3.0, "c": 5.0})
    assert value == (0.5 * 3.0 + 0.125) * (0.25 * 5.0 + 0.75)


def test_peepholes_see_the_cells(tmp_path):
    network = recurrent("LSTM", 4, tmp_path, None, None, None, None, (1, 3 * HIDDEN))
    plain = work(recurrent("LSTM", 4, tmp_path))
    assert work(network) == plain | {"add": plain["add"] + 3 * CELLS, "mul": plain["mul"] + 3 * CELLS}
    # The gate of the output sees the cell of now, so it comes behind.
    assert names(network)[-3:] == ["cell", "sum_o", "hidden"]
    cell, last = (names(network).index(name) for name in ("cell", "sum_o"))
    assert [edge.tensor for edge in network.edges if (edge.producer, edge.consumer) == (cell, last)] == ["c"]


def test_lengths_of_sequences_are_said_to_be_counted_in_full(tmp_path):
    lengths = ("lengths", TensorProto.INT32, [BATCH], [5, 4, 3])
    shapes = [(STEPS, BATCH, INPUTS), (1, 4 * HIDDEN, INPUTS), (1, 4 * HIDDEN, HIDDEN), None]
    network = layers_of(one_node("LSTM", *shapes, constants=[lengths], hidden_size=HIDDEN), tmp_path)
    assert "sequence_lens" in network.layers[0].diagnostics[0].message


@pytest.mark.parametrize("operator", ["LSTM", "GRU", "RNN"])
def test_batches_before_steps_are_as_many(operator, tmp_path):
    gates = {"LSTM": 4, "GRU": 3, "RNN": 1}[operator]
    turned = [(BATCH, STEPS, INPUTS), (1, gates * HIDDEN, INPUTS), (1, gates * HIDDEN, HIDDEN)]
    other = layers_of(one_node(operator, *turned, hidden_size=HIDDEN, layout=1), tmp_path)
    assert [layer.workload for layer in other.layers] == [
        layer.workload for layer in recurrent(operator, gates, tmp_path).layers
    ]


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({"activations": ["Squash", "Tanh", "Tanh"]}, "'activations'"),
        ({"activations": ["Elu", "Tanh", "Tanh"], "clip": 1.0}, "'clip'"),
        ({"activations": ["Tanh"]}, "'activations'"),
        ({"clip": -1.0}, "'clip'"),
        ({"clip": float("inf")}, "'clip'"),
        ({"clip": float("nan")}, "'clip'"),
        ({"activations": ["Affine", "Tanh", "Tanh"], "activation_alpha": [float("inf")]}, "'activation_alpha'"),
    ],
)
def test_gates_that_nobody_knows_are_refused_by_name(attributes, words, tmp_path):
    shapes = [(STEPS, BATCH, INPUTS), (1, 4 * HIDDEN, INPUTS), (1, 4 * HIDDEN, HIDDEN)]
    (network,) = weft.read(saved(one_node("LSTM", *shapes, hidden_size=HIDDEN, **attributes), tmp_path))
    assert words in network.layers[0].diagnostics[0].message


def test_windows_of_an_attention_are_counted_in_full_with_a_note(tmp_path):
    shapes = [(2, 4, 8, 8), (2, 2, 8, 8), (2, 2, 8, 8)]
    full = layers_of(one_node("Attention", *shapes, opset=23), tmp_path)
    windowed = layers_of(one_node("Attention", *shapes, opset=25, left_window_size=2), tmp_path)
    assert macs(windowed) == macs(full)
    assert "window" in windowed.layers[0].diagnostics[0].message
    same = layers_of(one_node("Attention", *shapes, opset=25, left_window_size=-1), tmp_path)
    assert not same.layers[0].diagnostics


def test_attention_with_groups_of_queries_over_one_head_of_keys(tmp_path):
    batch, heads, shared, rows, keys, depth = 2, 6, 2, 5, 7, 4
    shapes = [(batch, heads, rows, depth), (batch, shared, keys, depth), (batch, shared, keys, depth)]
    network = layers_of(one_node("Attention", *shapes, (rows, keys), opset=23), tmp_path)
    assert names(network) == ["scores", "scale", "max", "exp", "sum", "div", "context"]
    assert macs(network) == 2 * batch * heads * rows * keys * depth
    scores = network.layers[0].workload
    assert scores.footprint(scores.tensor("filter")) == batch * shared * keys * depth
    assert network.layers[1].workload.operations == {"add": 1, "mul": 1}
    chain = [edge.consumer for edge in network.edges if edge.tensor]
    assert sorted(chain) == [1, 2, 3, 3, 4, 5, 5, 6]


def test_attention_of_three_axes_takes_its_heads_from_attributes(tmp_path):
    shapes = [(2, 5, 24), (2, 7, 8), (2, 7, 8)]
    model = one_node("Attention", *shapes, opset=23, q_num_heads=6, kv_num_heads=2, is_causal=1)
    network = layers_of(model, tmp_path)
    assert macs(network) == 2 * 2 * 6 * 5 * 7 * 4
    assert "causal" in network.layers[0].diagnostics[0].message


def test_keys_of_the_past_are_copied_before_those_of_now(tmp_path):
    shapes = [(2, 4, 1, 8), (2, 2, 1, 8), (2, 2, 1, 8), None, (2, 2, 31, 8), (2, 2, 31, 8)]
    network = layers_of(one_node("Attention", *shapes, opset=23, outputs=4), tmp_path)
    assert names(network)[:4] == ["past1", "new1", "past2", "new2"]
    assert macs(network) == 2 * 2 * 4 * 32 * 8
    scores = names(network).index("scores")
    assert {edge.producer for edge in network.edges if edge.consumer == scores} == {0, 1}


TRANSPOSED = [
    ((2, 4, 5, 6), (4, 3, 3, 3), {"strides": [2, 2], "pads": [1, 1, 1, 1], "output_padding": [1, 1]}),
    ((2, 4, 5, 6), (4, 3, 2, 2), {"strides": [2, 2]}),
    ((2, 4, 5, 6), (4, 1, 4, 4), {"strides": [2, 2], "group": 4}),
    ((2, 4, 5, 6), (4, 3, 3, 2), {"strides": [3, 1], "group": 2}),
    ((1, 4, 3, 5, 6), (4, 3, 2, 3, 3), {"strides": [2, 2, 1]}),
    ((2, 4, 6), (4, 3, 3), {"strides": [2]}),
]


@pytest.mark.parametrize(("data", "weight", "attributes"), TRANSPOSED, ids=str)
def test_transposed_convolutions_multiply_every_element_by_every_tap(data, weight, attributes, tmp_path):
    network = layers_of(one_node("ConvTranspose", data, weight, **attributes), tmp_path)
    useful = sum(layer.workload.useful_macs for layer in network.layers)
    assert useful == prod(data) * prod(weight[1:])


def test_quantized_products_take_zero_points_off_where_there_are_some(tmp_path):
    def model(left, right):
        scales = [("xs", F32, [], [0.1]), ("xz", U8, [], [left])]
        more = [("w", I8, [6, 4, 3, 3], [1] * 216), ("ws", F32, [6], [0.1] * 6), ("wz", I8, [], [right])]
        return one_node(
            "QLinearConv",
            (1, 4, 8, 8),
            element=U8,
            constants=[*scales, *more, ("ys", F32, [], [0.1]), ("yz", U8, [], [3])],
        )

    plain, shifted = (layers_of(model(*zeros), tmp_path) for zeros in ((0, 0), (128, 0)))
    assert [layer.workload.operations for layer in plain.layers[:1]] == [{"mac": 1}]
    assert shifted.layers[0].workload.operations == {"mac": 1}
    assert "input - input_zero" in str(shifted.layers[0].workload.statement)
    assert names(plain) == ["", "quantize"]
    assert "max(0, min(255" in str(plain.layers[1].workload.statement)
    assert macs(plain) == macs(shifted) == 6 * 6 * 6 * 4 * 9


def test_numbers_are_quantized_along_an_axis(tmp_path):
    constants = [("s", F32, [4], [0.1] * 4), ("z", I8, [4], [0] * 4)]
    network = layers_of(one_node("QuantizeLinear", (2, 4, 5), constants=constants, axis=1), tmp_path)
    (layer,) = network.layers
    assert layer.workload.footprint(layer.workload.tensor("s")) == 4
    assert "max(-128, min(127" in str(layer.workload.statement)


@pytest.mark.parametrize(
    ("kind", "limits"), [(TensorProto.INT4, "max(-8, min(7"), (TensorProto.UINT4, "max(0, min(15")]
)
def test_numbers_of_four_bits_are_kept_in_their_range(kind, limits, tmp_path):
    constants = [("s", F32, [], [0.1]), ("z", kind, [], [1])]
    (layer,) = layers_of(one_node("QuantizeLinear", (2, 4), opset=21, constants=constants), tmp_path).layers
    assert limits in str(layer.workload.statement)


def test_copies_read_and_write_what_they_move(tmp_path):
    cases = [
        (one_node("Transpose", (2, 3, 4), perm=[0, 2, 1]), [24]),
        (one_node("Transpose", (1, 3, 4), perm=[1, 0, 2]), []),
        (one_node("Concat", (2, 3), (2, 5), axis=1), [6, 10]),
        (one_node("Split", (2, 6), outputs=2, num_outputs=2, axis=1), [6, 6]),
        (one_node("Slice", (8, 6), constants=[("a", I64, [1], [2]), ("b", I64, [1], [5])]), [18]),
        (one_node("DepthToSpace", (1, 8, 3, 3), blocksize=2), [72]),
        (one_node("Tile", (2, 3), constants=[("r", I64, [2], [2, 4])]), [48]),
    ]
    for model, copies in cases:
        network = layers_of(model, tmp_path)
        assert [layer.workload.points for layer in network.layers] == copies
        assert {operation for layer in network.layers for operation in layer.workload.operations} <= {"copy"}


def test_updates_are_copied_or_joined_with_what_was_there(tmp_path):
    places = ("p", I64, [2, 1], [0, 3])
    found = {}
    for reduction in ("none", "add"):
        model = one_node("ScatterND", (4, 8), (2, 8), constants=[places], reduction=reduction)
        model.graph.node[0].input[:] = ["x0", "p", "x1"]
        network = layers_of(model, tmp_path)
        found[reduction] = [(layer.workload.points, layer.workload.operations) for layer in network.layers]
    assert found["none"] == [(32, {"copy": 1}), (16, {"copy": 1})]
    assert found["add"] == [(32, {"copy": 1}), (16, {"add": 1})]


def test_a_lookup_is_a_copy_of_every_row_it_makes_and_says_so(tmp_path):
    places = TensorProto.INT64
    table = TensorProto(name="t", dims=[1000, 64], data_type=F32, data_location=TensorProto.EXTERNAL)
    model = one_node("Gather", (8,), element=places)
    model.graph.initializer.append(table)
    model.graph.node[0].input[:] = ["t", "x0"]
    (layer,) = layers_of(model, tmp_path).layers
    assert layer.workload.points == 8 * 64
    assert layer.diagnostics[0].code == "W803"


def test_linear_resizing_is_a_step_between_neighbours_along_each_axis(tmp_path):
    scales = [("scales", F32, [4], [1, 1, 2, 3])]
    network = layers_of(one_node("Resize", (2, 4, 6, 5), None, constants=scales, mode="linear"), tmp_path)
    first, last = (layer.workload for layer in network.layers)
    assert first.footprint(first.output) == 2 * 4 * 12 * 5
    assert last.footprint(last.output) == 2 * 4 * 12 * 15
    assert last.footprint(last.tensor("a")) == first.footprint(first.output)
    assert last.operations == {"add": 1, "mul": 1, "sub": 1}


@pytest.mark.parametrize(("opset", "training", "layers"), [(10, None, 0), (13, False, 0), (13, True, 1)])
def test_a_dropout_does_nothing_unless_it_trains(opset, training, layers, tmp_path):
    held = [] if training is None else [("r", F32, [], [0.5]), ("t", TensorProto.BOOL, [], [training])]
    network = layers_of(one_node("Dropout", (4, 6), opset=opset, constants=held, outputs=2), tmp_path)
    assert len(network.layers) == layers
    assert [layer.diagnostics[0].code for layer in network.layers] == ["W803"] * layers


def test_a_causal_convolution_begins_with_what_was_before(tmp_path):
    batch, channels, length, taps = 2, 6, 10, 4
    shapes = [(batch, channels, length), (channels, 1, taps), (channels,)]
    fresh = layers_of(one_node("CausalConvWithState", *shapes, opset=27, outputs=2), tmp_path)
    assert macs(fresh) == batch * channels * length * taps
    layer, _ = fresh.layers
    # Three taps of the first output are padding, two of the second, one of the third.
    assert layer.workload.useful_macs == batch * channels * (length * taps - 6)
    past = (batch, channels, taps - 1)
    model = one_node("CausalConvWithState", *shapes, past, opset=27, outputs=2, activation="silu")
    network = layers_of(model, tmp_path)
    assert names(network) == ["past", "new", "", "activation", "state"]
    assert sum(layer.workload.useful_macs for layer in network.layers) == macs(fresh)
    assert network.layers[-1].workload.points == batch * channels * (taps - 1)


@pytest.mark.parametrize(
    ("equation", "shapes", "products", "total"),
    [
        ("ij,jk,kl->il", [(2, 3), (3, 4), (4, 5)], [2 * 3 * 4, 2 * 4 * 5], 64),
        ("bi,bj,b->ij", [(6, 2), (6, 3), (6,)], [0, 36], 36),
        ("ii,ij->j", [(3, 3), (3, 4)], [0, 12], 12),
        ("...ii->...i", [(2, 3, 3)], [0], 0),
        ("ii,ii->i", [(3, 3), (3, 3)], [0, 0, 0], 0),
    ],
)
def test_einsums_of_more_tensors_are_products_one_after_the_other(equation, shapes, products, total, tmp_path):
    network = layers_of(one_node("Einsum", *shapes, equation=equation), tmp_path)
    assert [layer.workload.macs for layer in network.layers] == products
    assert macs(network) == total
    assert len(network.edges) == len(network.layers) - 1


@pytest.mark.parametrize(
    ("operator", "shapes", "attributes"),
    [
        ("LayerNormalization", [(2, 5, 8), (8,), (8,)], {}),
        ("GroupNormalization", [(2, 4, 5), (4,), (4,)], {"num_groups": 2}),
        ("InstanceNormalization", [(2, 4, 10), (4,), (4,)], {}),
        ("MeanVarianceNormalization", [(2, 3, 4, 5)], {}),
        ("LpNormalization", [(2, 5, 8)], {}),
    ],
)
def test_what_is_of_a_row_is_computed_once_for_it(operator, shapes, attributes, tmp_path):
    """Elements are only shifted, scaled, squared or divided: means and roots are layers over the rows."""
    network = layers_of(one_node(operator, *shapes, opset=21, **attributes), tmp_path)
    every = prod(shapes[0])
    for layer in network.layers:
        work = layer.workload.operations
        assert sum(work.values()) <= 3, layer.name
        assert not {"rsqrt", "sqrt"} & work.keys() or layer.workload.points < every
    means = [layer for layer in network.layers if layer.name.endswith("/mean")]
    assert [layer.workload.operations for layer in means] == [{"mul": 1}] * (operator != "LpNormalization")
    assert macs(network) == (every if operator == "LpNormalization" else 0)

"""Modules of StableHLO: what JAX prints becomes a network, in pretty and in generic form alike."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from torch_models import FOLDER

import weft
from weft.frontends.models import network_of
from weft.frontends.stablehlo.graph import graph_of
from weft.frontends.stablehlo.module import read_functions

NAMES = ("dense", "images", "words", "further", "scan")


def read(name):
    (network,) = weft.read(FOLDER / f"{name}.mlir")
    return network


def text_of(name):
    return (FOLDER / f"{name}.mlir").read_text("utf-8")


def of_text(text, function="main"):
    functions = read_functions(text, "module.mlir")
    return network_of(graph_of(functions, functions[function], function))


def extents(network, operator):
    return [layer.workload.extents for layer in network.layers if layer.operator == operator]


def feeding(network, name):
    position = [layer.name for layer in network.layers].index(name)
    return {edge.tensor: network.layers[edge.producer].name for edge in network.edges if edge.consumer == position}


@pytest.mark.parametrize("name", NAMES)
def test_generic_form_is_the_same_network(name):
    pretty, generic = read(name), read(f"{name}_generic")
    assert [(item.operator, item.workload) for item in pretty.layers] == [
        (item.operator, item.workload) for item in generic.layers
    ]
    assert pretty.edges == generic.edges


def test_called_functions_stand_in_the_place_of_their_calls():
    network = read("dense")
    assert [layer.name for layer in network.layers] == ["dot_general.0", "add.3", "relu.1/maximum.1"]
    assert feeding(network, "relu.1/maximum.1") == {"a": "add.3"}
    span = network.layers[0].span
    assert span.text[span.column - 1 :].startswith("%0 = stablehlo.dot_general %arg0, %arg1")


def test_what_is_broadcast_is_read_as_it_was():
    """A bias of 16 elements is no tensor of 4 x 16; the zero of relu is kept by the elements of the machine."""
    bias, relu = (layer.workload for layer in read("dense").layers[1:])
    assert [str(tensor) for tensor in bias.tensors] == ["a[N, C]", "b[C]", "output[N, C]"]
    assert [str(tensor) for tensor in relu.tensors] == ["a[N, C]", "output[N, C]"]


def test_convolutions_and_windows_have_their_axes_in_any_order():
    network = read("images")
    first, depthwise = extents(network, "Conv")
    assert first == {"N": 2, "K": 8, "C": 3, "Y'": 8, "X'": 8, "R": 3, "S": 3}
    assert depthwise == {"N": 2, "K": 1, "C": 8, "Y'": 4, "X'": 4, "R": 3, "S": 3}
    (pool,) = (layer.workload for layer in network.layers if layer.operator == "MaxPool")
    assert pool.extents == {"N": 2, "C": 8, "Y'": 4, "X'": 4, "R": 3, "S": 3}
    assert (pool.padding, pool.indices[0].stride) == ((("Y", 0, 1), ("X", 0, 1)), 2)
    (transposed,) = (layer.workload for layer in network.layers if layer.operator == "ConvTranspose")
    assert transposed.zero_insertion == (("Y", 2), ("X", 2))
    assert transposed.useful_macs == 2 * 4 * 8 * (4 * 4) * (2 * 2)


def test_attention_is_its_products_and_the_steps_of_softmax():
    network = read("words")
    rows = {"M": 12, "N": 12, "K": 12}
    scores, context = {"B": 6, "M": 6, "N": 6, "K": 4}, {"B": 6, "M": 4, "N": 6, "K": 6}
    assert extents(network, "MatMul") == [rows, rows, rows, scores, context]
    operators = [layer.operator for layer in network.layers]
    assert [operators.count(name) for name in ("GatherND", "Exp", "ReduceMax", "Rsqrt")] == [1, 1, 1, 1]
    assert all(layer.workload for layer in network.layers)


def test_what_cannot_be_stated_is_left_out_alone_and_by_name():
    network = read("further")
    left = {layer.operator: layer.diagnostics[0] for layer in network.layers if layer.workload is None}
    assert {*left} == {"stablehlo.sort"}
    assert "its elements are compared and moved as the data has it" in left["stablehlo.sort"].message
    assert {"ArgMax", "CumSum", "Clip", "Concat", "Slice", "Transpose"} <= {layer.operator for layer in network.layers}


def test_loops_that_count_run_as_often_as_they_say():
    """Five steps of an LSTM, each of which sets its row of the result; three doublings of a part."""
    network = read("scan")
    assert extents(network, "MatMul") == [{"M": 2, "N": 32, "K": 4}, {"M": 2, "N": 32, "K": 8}] * 5
    assert [layer.workload.points for layer in network.layers if layer.operator == "Update"] == [2 * 8] * 5
    last = [layer.name for layer in network.layers if layer.operator == "MatMul"][-1]
    assert feeding(network, last)["input"].startswith("while.1.3/")
    twice = [layer for layer in read("further").layers if layer.name.startswith("while") and layer.operator == "Mul"]
    assert [layer.workload.points for layer in twice] == [6] * 3


LOOP = """
func.func @main(%a: tensor<4xf32>, %n: tensor<i32>) -> tensor<4xf32> {{
  %zero = stablehlo.constant dense<0> : tensor<i32>
  %limit = stablehlo.constant dense<{0}> : tensor<i32>
  %step = stablehlo.constant dense<{1}> : tensor<i32>
  %r:2 = stablehlo.while(%i = %zero, %x = %a) : tensor<i32>, tensor<4xf32>
  cond {{
    %t = stablehlo.compare {2}, %i, %limit, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    stablehlo.return %t : tensor<i1>
  }} do {{
    %y = stablehlo.exponential %x : tensor<4xf32>
    %j = stablehlo.add %i, %step : tensor<i32>
    stablehlo.return %j, %y : tensor<i32>, tensor<4xf32>
  }}
  return %r#1 : tensor<4xf32>
}}
"""


@pytest.mark.parametrize(("limit", "step", "times"), [(0, 1, 0), (1, 1, 1), (7, 2, 4), (6, 3, 2), (-3, 1, 0)])
def test_steps_of_a_loop_may_be_larger_than_one(limit, step, times):
    network = of_text(LOOP.format(limit, step, "LT"))
    assert [layer.operator for layer in network.layers] == ["Exp"] * times


@pytest.mark.parametrize(("limit", "step", "test"), [(7, 1, "NE"), (7, 0, "LT"), (7, -1, "LT"), (10**9, 1, "LT")])
def test_a_loop_that_does_not_count_is_left_out(limit, step, test):
    (layer,) = of_text(LOOP.format(limit, step, test)).layers
    assert (layer.workload, layer.operator) == (None, "stablehlo.while")


def test_a_file_is_known_by_its_operations_and_a_function_by_its_name(tmp_path):
    (network,) = weft.read(f"{FOLDER / 'dense.mlir'}:relu")
    assert [layer.operator for layer in network.layers] == ["Max"]
    with pytest.raises(weft.WeftError, match="no function 'rely'"):
        weft.read(f"{FOLDER / 'dense.mlir'}:rely")
    (tmp_path / "none.mlir").write_text("stablehlo.add", "utf-8")
    with pytest.raises(weft.WeftError, match="the file has no function with a body"):
        weft.read(tmp_path / "none.mlir")


def module(*operations, result="tensor<4x4xf32>"):
    body = "\n".join(f"    {item}" for item in operations)
    return (
        f"func.func @main(%a: tensor<4x4xf32>, %b: tensor<4x4xf32>) -> {result} {{\n{body}\n  return %r : {result}\n}}"
    )


@pytest.mark.parametrize(
    ("operation", "operator"),
    [
        ("%r = stablehlo.dot %a, %b : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>", "MatMul"),
        ("%r = stablehlo.logistic %a : tensor<4x4xf32>", "Sigmoid"),
        ("%r = mhlo.add %a, %b : tensor<4x4xf32>", "Add"),
        ("%r = stablehlo.reverse %a, dims = [0] : tensor<4x4xf32>", "ReverseSequence"),
        ("%r = chlo.erf %a : tensor<4x4xf32> -> tensor<4x4xf32>", "Erf"),
        (
            "%r = stablehlo.pad %a, %a, low = [0, 0], high = [0, 0], interior = [1, 0] "
            ": (tensor<4x4xf32>, tensor<f32>) -> tensor<7x4xf32>",
            "stablehlo.pad",
        ),
        ("%r = stablehlo.frobnicate %a : (tensor<4x4xf32>) -> tensor<4x4xf32>", "stablehlo.frobnicate"),
    ],
)
def test_one_operation_is_one_layer(operation, operator):
    assert [layer.operator for layer in of_text(module(operation)).layers] == [operator]


def test_broadcasts_that_nothing_can_stretch_are_copies():
    text = module(
        "%v = stablehlo.slice %a [0:1, 0:4] : (tensor<4x4xf32>) -> tensor<1x4xf32>",
        "%w = stablehlo.broadcast_in_dim %v, dims = [0, 1] : (tensor<1x4xf32>) -> tensor<4x4xf32>",
        "%s = stablehlo.add %w, %b : tensor<4x4xf32>",
        "%r = stablehlo.transpose %w, dims = [1, 0] : (tensor<4x4xf32>) -> tensor<4x4xf32>",
    )
    assert [layer.operator for layer in of_text(text).layers] == ["Slice", "Add", "Expand", "Transpose"]


def test_calls_without_end_are_refused():
    text = "func.func @main(%a: tensor<4xf32>) {\n  %r = call @main(%a) : (tensor<4xf32>) -> tensor<4xf32>\n  return\n}"
    with pytest.raises(weft.WeftError, match="calls stand more than 64 deep in each other"):
        of_text(text)


def test_calls_that_double_are_bounded(monkeypatch):
    monkeypatch.setattr("weft.frontends.stablehlo.graph.MAX_OPERATIONS", 1000)
    text = "func.func @f0(%a: tensor<4xf32>) -> tensor<4xf32> {\n  return %a : tensor<4xf32>\n}\n"
    for number in range(1, 30):
        call = f"call @f{number - 1}(%a) : (tensor<4xf32>) -> tensor<4xf32>"
        body = f"  %x = {call}\n  %y = {call}\n  return %y : tensor<4xf32>"
        text += f"func.func @f{number}(%a: tensor<4xf32>) {{\n{body}\n}}\n"
    with pytest.raises(weft.WeftError, match="more than 1000 operations"):
        of_text(text, "f29")


@pytest.mark.parametrize(
    "text", ["module {", "func.func @f(", "%a = ", "{", "}" * 9 + "{" * 99, "%a:999999999 = x.y", ")"]
)
def test_what_is_no_module_is_refused_or_empty(text):
    with suppress(weft.WeftError):
        read_functions(text, "module.mlir")


def test_modules_are_read_in_bounded_memory(monkeypatch):
    monkeypatch.setattr("weft.frontends.stablehlo.module.MAX_TOKENS", 100)
    with pytest.raises(weft.WeftError, match="has more than 100 words and signs"):
        read_functions("a.b\n" * 101, "module.mlir")
    constant = f'%c = stablehlo.constant dense<"0x{"00" * 10_000}"> : tensor<10000xi8>'
    assert read_functions(f"func.func @f() {{\n{constant}\n}}", "module.mlir")["f"].body[0].makes[0].shape == (10000,)


def test_regions_that_stand_too_deep_are_refused():
    with pytest.raises(weft.WeftError, match="regions stand more than 64 deep"):
        read_functions("a.b {\n" * 10_000, "module.mlir")


TEXTS = {name: text_of(name) for name in (*NAMES, "further_generic")}


@settings(max_examples=200)
@given(st.sampled_from(list(TEXTS)), st.data())
def test_any_change_of_a_module_is_read_or_refused(name, data):
    text = TEXTS[name]
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        new = data.draw(
            st.sampled_from(["", "x", "0", "[", "]", "{\n", "}", "<", "%arg0", ":", "-1", '"', "99999", "\n"])
        )
        text = text[:at] + new + text[at + data.draw(st.integers(0, 9)) :]
    with suppress(weft.WeftError):
        functions = read_functions(text, "module.mlir")
        for function in functions.values():
            network = network_of(graph_of(functions, function, "model"))
            assert all(layer.workload or layer.diagnostics for layer in network.layers)


def test_padding_that_cuts_off_as_much_as_it_adds_moves_every_element():
    network = of_text(
        """
        func.func @main(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
          %z = stablehlo.constant dense<0.0> : tensor<f32>
          %1 = stablehlo.pad %x, %z, low = [0, 1], high = [0, -1], interior = [0, 0]
            : (tensor<4x8xf32>, tensor<f32>) -> tensor<4x8xf32>
          return %1 : tensor<4x8xf32>
        }
        """
    )
    assert [(layer.operator, layer.workload.points) for layer in network.layers] == [("Pad", 32)]


@pytest.mark.parametrize(
    ("old", "new"), [("dense<0>", "dense<1e999>"), ("dense<7>", "dense<1e999>"), ("  %step = ", "  ")], ids=str
)
def test_counters_without_a_number_leave_a_loop_out(old, new):
    (layer,) = of_text(LOOP.format(7, 1, "LT").replace(old, new)).layers
    assert (layer.workload, layer.operator) == (None, "stablehlo.while")


def test_a_constant_without_a_result_is_passed_over():
    text = LOOP.format(7, 1, "LT").replace("    %y = ", "    stablehlo.constant dense<3> : tensor<i32>\n    %y = ")
    assert [layer.operator for layer in of_text(text).layers] == ["Exp"] * 7


def test_more_results_than_a_number_can_say_are_refused():
    with pytest.raises(weft.WeftError, match="is 99999999999999999999 values"):
        read_functions(f"%a:{'9' * 5000} = x.y", "module.mlir")


SCATTER = """
func.func @main(%a: tensor<4x8xf32>, %p: tensor<2x1xi32>, %u: tensor<2x8xf32>) -> tensor<4x8xf32> {
  %r = "stablehlo.scatter"(%a, %p, %u) <{unique_indices = false}> ({
  ^bb0(%x: tensor<f32>, %y: tensor<f32>):
    STEPS
  }) : (tensor<4x8xf32>, tensor<2x1xi32>, tensor<2x8xf32>) -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}
"""


@pytest.mark.parametrize(
    ("step", "operation"),
    [
        ("", "copy"),
        *(("add", "add"), ("multiply", "mul"), ("maximum", "max"), ("minimum", "min")),
        *(("subtract", None), ("xor", None)),
    ],
)
def test_scatters_join_updates_as_their_region_says_or_are_left_out(step, operation):
    text = f"%z = stablehlo.{step} %x, %y : tensor<f32>\n    stablehlo.return %z" if step else "stablehlo.return %y"
    updates = of_text(SCATTER.replace("STEPS", f"{text} : tensor<f32>")).layers[-1].workload
    assert (updates and updates.operations) == (operation and {operation: 1})


DENSE = """module {{
  func.func public @main(%arg0: tensor<4x8xf32>) -> tensor<4x16xf32> {{
    %cst = stablehlo.constant {constant} : tensor<8x16xf32>
    %0 = stablehlo.dot_general %arg0, %cst, contracting_dims = [1] x [0] : (tensor<4x8xf32>, tensor<8x16xf32>)
      -> tensor<4x16xf32>
    return %0 : tensor<4x16xf32>
  }}
}}
{resources}"""
RESOURCES = """
{-#
  dialect_resources: {
    builtin: {
      w: "0x040000000000803F0000004000004040"
    }
  }
#-}
"""


@pytest.mark.parametrize(
    ("constant", "resources"),
    [
        ("dense<1.0>", ""),
        ('dense<"0xA2F9693F0A73453F">', ""),
        ("dense_resource<w>", RESOURCES),
        ("dense_resource<__elided__>", ""),
    ],
)
def test_constants_are_weights_however_they_are_printed(constant, resources, tmp_path):
    (file := tmp_path / "dense.mlir").write_text(DENSE.format(constant=constant, resources=resources), "utf-8")
    (network,) = weft.read(file)
    assert [layer.weights for layer in network.layers] == [("filter",)]
    assert weft.evaluate_network(network, dataflow="fit").weight_bytes == 8 * 16


def test_parameters_that_are_arguments_are_not_known_as_weights(tmp_path):
    text = DENSE.format(constant="dense<1.0>", resources="")
    text = text.replace("%arg0: tensor<4x8xf32>", "%arg0: tensor<4x8xf32>, %cst: tensor<8x16xf32>")
    (file := tmp_path / "dense.mlir").write_text(
        "\n".join(line for line in text.splitlines() if "constant" not in line)
    )
    (network,) = weft.read(file)
    assert weft.evaluate_network(network, dataflow="fit").weight_bytes is None


BODIES = {
    "while": """
    %0:2 = "stablehlo.while"(%z, %t) ({
    ^bb0(%a: tensor<4x4xf32>, %c: tensor<i1>):
      stablehlo.return %c : tensor<i1>
    }, {
    ^bb0(%a: tensor<4x4xf32>, %c: tensor<i1>):
      %1 = stablehlo.add %a, %seen : tensor<4x4xf32>
      %2 = stablehlo.not %c : tensor<i1>
      stablehlo.return %1, %2 : tensor<4x4xf32>, tensor<i1>
    }) : (tensor<4x4xf32>, tensor<i1>) -> (tensor<4x4xf32>, tensor<i1>)""",
    "case": """
    %0:2 = "stablehlo.case"(%p) ({
      stablehlo.return %z, %t : tensor<4x4xf32>, tensor<i1>
    }, {
      stablehlo.return %seen, %t : tensor<4x4xf32>, tensor<i1>
    }) : (tensor<i32>) -> (tensor<4x4xf32>, tensor<i1>)""",
    "if": """
    %0:2 = "stablehlo.if"(%t) ({
      %1 = stablehlo.exponential %seen : tensor<4x4xf32>
      stablehlo.return %1, %t : tensor<4x4xf32>, tensor<i1>
    }, {
      stablehlo.return %z, %t : tensor<4x4xf32>, tensor<i1>
    }) : (tensor<i1>) -> (tensor<4x4xf32>, tensor<i1>)""",
}


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("seen", ["exponential %x : tensor<4x4xf32>", "constant dense<1.0> : tensor<4x4xf32>"])
def test_what_a_region_reads_is_read_by_its_operation(kind, seen):
    """All operands are constants: it is made before the model runs unless a region reads data."""
    network = of_text(f"""
    func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {{
      %z = stablehlo.constant dense<0.0> : tensor<4x4xf32>
      %t = stablehlo.constant dense<true> : tensor<i1>
      %p = stablehlo.constant dense<1> : tensor<i32>
      %seen = stablehlo.{seen}{BODIES[kind]}
      %3 = stablehlo.tanh %0#0 : tensor<4x4xf32>
      return %3 : tensor<4x4xf32>
    }}
    """)
    known = seen.startswith("constant")
    assert [layer.operator for layer in network.layers] == ([] if known else ["Exp", f"stablehlo.{kind}", "Tanh"])
    assert [(edge.producer, edge.consumer) for edge in network.edges] == ([] if known else [(0, 1), (1, 2)])

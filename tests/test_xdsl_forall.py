"""`weft-lower` on tensors: units that write slices apart are an `scf.forall`, for every operation of one result."""

import ctypes
import shutil
import subprocess

import numpy as np
import pytest

pytest.importorskip("xdsl", reason="MLIR is written with xDSL")

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from mlir_compiled import FORALL, compiled, descriptor
from mlir_modules import parse, run
from strategies import fan_outs, programs
from tensor_machine import Machine, name_of
from xdsl.context import Context
from xdsl.dialects.builtin import StringAttr
from xdsl.dialects.func import FuncOp

import weft
from weft.ir import Cluster, Dataflow
from weft.xdsl import LowerPass, raise_operation, set_program
from weft.xdsl.forall import ForallOp


def module(body, arguments, result):
    return f"func.func @f({arguments}) -> {result} {{\n{body}\n  return %0 : {result}\n}}"


def windows(stride, dilation=1):
    return f"dilations = dense<{dilation}> : tensor<2xi64>", f"strides = dense<{stride}> : tensor<2xi64>"


def named(name, attributes, *kinds):
    """A named operation on arguments of these types, the last of which is its output, in the generic form."""
    names = [f"%{letter}" for letter in "ABC"[: len(kinds) - 1]] + ["%O"]
    arguments = ", ".join(f"{name}: {kind}" for name, kind in zip(names, kinds, strict=True))
    segments = f"operandSegmentSizes = array<i32: {len(kinds) - 1}, 1>"
    elements = ", ".join(f"%{number}: f64" for number in range(len(kinds)))
    body = f"""%0 = "{name}"({", ".join(names)}) <{{{", ".join([*attributes, segments])}}}> ({{
  ^bb0({elements}):
    "linalg.yield"(%0) : (f64) -> ()
  }}) : ({", ".join(kinds)}) -> {kinds[-1]}"""
    return module(body, arguments, kinds[-1])


PADDED = """%zero = arith.constant 0.0 : f64
  %P = tensor.pad %A low[0, 0, 1, 1] high[0, 0, 1, 2] {
  ^bb0(%n: index, %c: index, %y: index, %x: index):
    tensor.yield %zero : f64
  } : tensor<1x2x5x6xf64> to tensor<1x2x7x9xf64>
  %0 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<2> : tensor<2xi64>}
    ins(%P, %B : tensor<1x2x7x9xf64>, tensor<3x2x3x3xf64>) outs(%C : tensor<1x3x3x4xf64>) -> tensor<1x3x3x4xf64>"""
INDEXED = """%0 = linalg.generic {
    indexing_maps = [affine_map<(i, j) -> (j, i)>, affine_map<(i, j) -> (i + 2)>, affine_map<(i, j) -> (i, j)>],
    iterator_types = ["parallel", "parallel"]}
    ins(%A, %B : tensor<7x6xf64>, tensor<8xf64>) outs(%C : tensor<6x7xf64>) {
  ^bb0(%a: f64, %b: f64, %c: f64):
    %p = arith.mulf %a, %b : f64
    %s = arith.addf %p, %c : f64
    linalg.yield %s : f64
  } -> tensor<6x7xf64>"""
REDUCED = """%0 = linalg.reduce ins(%A : tensor<6x5x4xf64>) outs(%C : tensor<6x4xf64>) dimensions = [1]
  (%a: f64, %c: f64) {
    %s = arith.addf %a, %c : f64
    linalg.yield %s : f64
  }"""
MAPPED = """%0 = "linalg.map"(%A, %B, %C) ({
  ^bb0(%a: f64, %b: f64):
    %p = arith.mulf %a, %b : f64
    "linalg.yield"(%p) : (f64) -> ()
  }) : (tensor<6x5xf64>, tensor<6x5xf64>, tensor<6x5xf64>) -> tensor<6x5xf64>"""

OPERATIONS = {
    "product": named("linalg.matmul", (), "tensor<7x5xf64>", "tensor<5x6xf64>", "tensor<7x6xf64>"),
    "square of a tensor": module(
        "%0 = linalg.matmul ins(%A, %A : tensor<6x6xf64>, tensor<6x6xf64>) outs(%C : tensor<6x6xf64>)"
        " -> tensor<6x6xf64>",
        "%A: tensor<6x6xf64>, %C: tensor<6x6xf64>",
        "tensor<6x6xf64>",
    ),
    "convolution with channels last": named(
        "linalg.conv_2d_nhwc_hwcf",
        windows(2),
        "tensor<2x7x9x3xf64>",
        "tensor<3x3x3x4xf64>",
        "tensor<2x3x4x4xf64>",
    ),
    "dilated convolution": named(
        "linalg.conv_2d_nchw_fchw",
        windows(1, 2),
        "tensor<1x3x8x9xf64>",
        "tensor<2x3x3x3xf64>",
        "tensor<1x2x4x5xf64>",
    ),
    "padded convolution": module(
        PADDED, "%A: tensor<1x2x5x6xf64>, %B: tensor<3x2x3x3xf64>, %C: tensor<1x3x3x4xf64>", "tensor<1x3x3x4xf64>"
    ),
    "depthwise convolution": named(
        "linalg.depthwise_conv_2d_nhwc_hwc",
        windows(1),
        "tensor<1x6x6x4xf64>",
        "tensor<3x3x4xf64>",
        "tensor<1x4x4x4xf64>",
    ),
    "max pooling": named(
        "linalg.pooling_nchw_max", windows(2), "tensor<1x3x8x7xf64>", "tensor<2x3xf64>", "tensor<1x3x4x3xf64>"
    ),
    "sum pooling with channels last": named(
        "linalg.pooling_nhwc_sum", windows(1, 2), "tensor<2x7x7x3xf64>", "tensor<2x2xf64>", "tensor<2x5x5x3xf64>"
    ),
    "generic with an offset": module(
        INDEXED, "%A: tensor<7x6xf64>, %B: tensor<8xf64>, %C: tensor<6x7xf64>", "tensor<6x7xf64>"
    ),
    "reduction": module(REDUCED, "%A: tensor<6x5x4xf64>, %C: tensor<6x4xf64>", "tensor<6x4xf64>"),
    "map": module(MAPPED, "%A: tensor<6x5xf64>, %B: tensor<6x5xf64>, %C: tensor<6x5xf64>", "tensor<6x5xf64>"),
}

SEARCHED = "weft-raise,weft-map{accelerator=bench_256 objective=edp},weft-lower"


def function_of(found):
    (function,) = (op for op in found.ops if isinstance(op, FuncOp))
    return function


def operation_of(found):
    (op,) = (op for op in function_of(found).body.block.ops if name_of(op).startswith("linalg."))
    return op


def inputs_of(function, number):
    random = np.random.default_rng(number)
    return [random.integers(-4, 5, item.type.get_shape()).astype(float) for item in function.args]


def values(found, number=1):
    function = function_of(found)
    return Machine(number).call(function, inputs_of(function, 7))[0]


@pytest.mark.parametrize("name", OPERATIONS)
def test_units_that_write_apart_run_at_once_and_compute_what_the_operation_does(name):
    found = run(parse(OPERATIONS[name]), SEARCHED)
    assert "weft.refused" not in str(found)
    function = function_of(found)
    machine = Machine(3)
    inputs = inputs_of(function, 7)
    (result,) = machine.call(function, inputs)
    assert machine.foralls > 1
    np.testing.assert_array_equal(result, values(parse(OPERATIONS[name])))


DRAWN = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}


@seed(11)
@settings(max_examples=30, **DRAWN)
@given(st.data())
def test_any_program_of_an_operation_computes_what_it_does(data):
    lowered_computes_the_same(data)


@pytest.mark.campaign
@seed(12)
@settings(max_examples=200, **DRAWN)
@given(st.data())
def test_any_program_of_an_operation_computes_what_it_does_campaign(data):
    lowered_computes_the_same(data)


def lowered_computes_the_same(data):
    text = OPERATIONS[data.draw(st.sampled_from(sorted(OPERATIONS)))]
    module = parse(text)
    expected = values(module)
    op = operation_of(module)
    (raised,) = raise_operation(op)
    units = data.draw(fan_outs())
    levels = data.draw(programs(raised.workload, units))
    dataflow = Dataflow(levels, tuple(Cluster(width) for width in units[1:]))
    program = set_program(op, raised.workload, dataflow, overrides=[f"pes={int(np.prod(units))}"])
    program.over_capacity = StringAttr("warning")
    LowerPass(forall=data.draw(st.booleans())).apply(Context(), module)
    module.verify()
    assert "weft.refused" not in str(module)
    np.testing.assert_array_equal(values(module), expected)


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_upstream_reads_the_loops(name):
    optimizer = shutil.which("mlir-opt-19")
    if optimizer is None:
        pytest.skip("mlir-opt-19 (mlir-19-tools) is not installed; releases before 17 have no scf.forall")
    text = str(run(parse(OPERATIONS[name]), f"{SEARCHED},weft-strip"))
    assert "scf.forall" in text
    done = subprocess.run([optimizer], input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stderr}\n{text}"
    assert "scf.forall" in done.stdout


@pytest.mark.parametrize("name", ["max pooling", "padded convolution", "generic with an offset", "reduction"])
def test_upstream_compiles_them(name, tmp_path):
    module = run(parse(OPERATIONS[name]), f"{SEARCHED},weft-strip")
    expected = values(parse(OPERATIONS[name]))
    inputs = inputs_of(function_of(module), 7)
    library = compiled(module, tmp_path, FORALL, 19)
    made = descriptor(np.zeros(expected.shape))
    library._mlir_ciface_f(*(ctypes.byref(item) for item in (made, *map(descriptor, inputs))))
    result = np.ctypeslib.as_array(ctypes.cast(made[1], ctypes.POINTER(ctypes.c_double)), expected.shape)
    np.testing.assert_array_equal(result, expected)


def with_program(text, flow, units):
    """An operation in the loops of a program."""
    module = parse(text)
    op = operation_of(module)
    (raised,) = raise_operation(op)
    set_program(op, raised.workload, weft.parse_dataflow(flow), overrides=[f"pes={units}"])
    LowerPass().apply(Context(), module)
    module.verify()
    return module


def test_units_that_add_into_the_same_elements_come_one_after_the_other():
    found = with_program(OPERATIONS["product"], "SpatialMap(1,1) K; Cluster(3); SpatialMap(3,3) M;", 6)
    text = str(found)
    assert text.index("scf.for %k") < text.index("scf.forall (%m")
    assert text.count("weft.parallel") == 1
    np.testing.assert_array_equal(values(found), values(parse(OPERATIONS["product"])))


def test_units_within_units_share_the_slice_of_those_around():
    found = with_program(
        OPERATIONS["product"], "SpatialMap(4,4) M; Cluster(2); SpatialMap(1,1) N; TemporalMap(1,1) M;", 4
    )
    outer, inner = [op for op in found.walk() if isinstance(op, ForallOp)]
    assert outer.is_ancestor(inner)
    assert str(outer.results[0].type) == "tensor<7x6xf64>"
    assert str(inner.results[0].type) == "tensor<?x6xf64>"
    np.testing.assert_array_equal(values(found), values(parse(OPERATIONS["product"])))


GATHERED = """%0 = linalg.generic {
    indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>],
    iterator_types = ["parallel", "reduction"]} ins(%A : tensor<6x8xf64>) outs(%C : tensor<6xf64>) {
  ^bb0(%a: f64, %c: f64):
    %j = linalg.index 1 : index
    %x = tensor.extract %B[%j] : tensor<8xf64>
    %p = arith.mulf %a, %x : f64
    %s = arith.addf %p, %c : f64
    linalg.yield %s : f64
  } -> tensor<6xf64>"""


@pytest.mark.parametrize("flow", ["SpatialMap(2,2) M; TemporalMap(3,3) K;", "SpatialMap(1,1) M;"])
def test_iterators_count_from_the_beginning_of_the_whole_operation(flow):
    text = module(GATHERED, "%A: tensor<6x8xf64>, %B: tensor<8xf64>, %C: tensor<6xf64>", "tensor<6xf64>")
    found = with_program(text, flow, 3)
    assert "scf.forall" in str(found)
    np.testing.assert_array_equal(values(found), values(parse(text)))


def test_an_output_that_is_needed_again_is_not_copied():
    text = OPERATIONS["product"].replace(") -> tensor<7x6xf64> {", ") -> (tensor<7x6xf64>, tensor<7x6xf64>) {")
    text = text.replace("return %0 : tensor<7x6xf64>", "return %0, %O : tensor<7x6xf64>, tensor<7x6xf64>")
    found = run(parse(text), SEARCHED)
    assert "weft.refused" not in str(found)
    machine, inputs = Machine(), inputs_of(function_of(found), 7)
    product, output = machine.call(function_of(found), inputs)
    assert machine.foralls > 1
    np.testing.assert_array_equal(product, inputs[2] + inputs[0] @ inputs[1])
    np.testing.assert_array_equal(output, inputs[2])


def test_what_is_no_slice_is_refused_with_the_reason():
    text = OPERATIONS["generic with an offset"].replace("(i + 2)", "(5 - i)")
    found = with_program(text, "SpatialMap(1,1) M;", 4)
    assert "W411: reads '" in str(found)
    assert "which is no slice" in str(found)
    np.testing.assert_array_equal(values(found), values(parse(text)))

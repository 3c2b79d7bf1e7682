"""`weft-lower` puts loops that compute the same in the place of operations; passes of one's own choose the schedule."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from mlir_modules import ALL_PASSES, MATMUL, PRODUCT, PRODUCT_ARGUMENTS, REDUCTION, after, function, parse, run
from strategies import fan_outs, programs
from xdsl.context import Context
from xdsl.dialects.builtin import StringAttr
from xdsl.dialects.func import FuncOp

import weft
from weft.frontends.mlir import nest_of_function
from weft.frontends.mlir.convert import dataflow_of, workload_of
from weft.frontends.mlir.dialect import ProgramOp
from weft.ir import Cluster, Dataflow
from weft.xdsl import LowerPass, RaisePass, programs_of, raise_operation, set_program

ROOT = Path(__file__).parents[1]

SHAPES = {
    "matmul": (PRODUCT, PRODUCT_ARGUMENTS),
    "conv_nhwc": (
        "linalg.conv_2d_nhwc_hwcf {dilations = dense<1> : vector<2xi64>, strides = dense<2> : vector<2xi64>} "
        "ins(%I, %W : memref<2x7x9x3xf32>, memref<3x3x3x4xf32>) outs(%O : memref<2x3x4x4xf32>)",
        "%I: memref<2x7x9x3xf32>, %W: memref<3x3x3x4xf32>, %O: memref<2x3x4x4xf32>",
    ),
    "conv_1d": (
        """affine.for %x = 0 to 6 {
          affine.for %s = 0 to 3 {
            %i = affine.load %I[%x - %s + 4] : memref<10xf32>
            %w = affine.load %W[2 * %s] : memref<5xf32>
            %o = affine.load %O[7 - %x] : memref<8xf32>
            %p = arith.mulf %i, %w : f32
            %n = arith.subf %o, %p : f32
            affine.store %n, %O[7 - %x] : memref<8xf32>
          } {weft.chunk}
        }""",
        "%I: memref<10xf32>, %W: memref<5xf32>, %O: memref<8xf32>",
    ),
    "max_pooling": (
        "linalg.pooling_nchw_max {dilations = dense<1> : vector<2xi64>, strides = dense<2> : vector<2xi64>} "
        "ins(%I, %W : memref<1x2x6x6xf32>, memref<2x2xf32>) outs(%O : memref<1x2x3x3xf32>)",
        "%I: memref<1x2x6x6xf32>, %W: memref<2x2xf32>, %O: memref<1x2x3x3xf32>",
    ),
    "vector_in_a_tiled_layout": (
        """affine.for %i = 0 to 6 {
          affine.for %k = 0 to 32 {
            %a = affine.load %A[%i, %k] : memref<6x32xf32>
            %b = affine.load %x[%k floordiv 8, %k mod 4, (%k floordiv 4) mod 2] : memref<4x4x2xf32>
            %c = affine.load %y[%i] : memref<6xf32>
            %p = arith.mulf %a, %b : f32
            %s = arith.addf %c, %p : f32
            affine.store %s, %y[%i] : memref<6xf32>
          }
        }""",
        "%A: memref<6x32xf32>, %x: memref<4x4x2xf32>, %y: memref<6xf32>",
    ),
    "scaled_dot_in_a_local": (
        """%acc = memref.alloca() : memref<f32>
        affine.for %i = 0 to 6 {
          affine.store %zero, %acc[] : memref<f32>
          affine.for %k = 2 to 8 {
            %a = affine.load %A[%i, %k] : memref<6x8xf32>
            %b = affine.load %x[%k] : memref<8xf32>
            %c = affine.load %acc[] : memref<f32>
            %p = arith.mulf %a, %b : f32
            %q = arith.mulf %p, %alpha : f32
            %s = arith.addf %c, %q : f32
            affine.store %s, %acc[] : memref<f32>
          }
          %r = affine.load %acc[] : memref<f32>
          affine.store %r, %y[%i] : memref<6xf32>
        }""",
        "%A: memref<6x8xf32>, %x: memref<8xf32>, %y: memref<6xf32>, %alpha: f32, %zero: f32",
    ),
}


def values_after(module):
    """The arrays after the only function has run on whole numbers."""
    (op,) = (op for op in module.walk() if isinstance(op, FuncOp))
    nest = nest_of_function(op)
    scope = {"parallel": weft.parallel, "chunk": weft.chunk, "local": weft.local}
    exec(str(nest), scope)
    generator = np.random.default_rng(1)
    shapes = [array.shape for array in nest.arrays if not array.local]
    arrays = [generator.integers(-4, 5, shape).astype(float) for shape in shapes]
    scope[nest.name](*(array if array.shape else float(array) for array in arrays))
    return arrays


def same(left, right):
    return all(np.array_equal(one, other) for one, other in zip(left, right, strict=True))


@pytest.mark.parametrize("shape", SHAPES)
def test_lowered_loops_compute_what_the_operation_does(shape):
    text = function(*SHAPES[shape])
    module = run(parse(text), "weft-raise,weft-lower")
    assert not any(op.name.startswith("linalg.") for op in module.walk())
    assert same(values_after(module), values_after(parse(text)))


@seed(7)
@settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_program_of_an_operation_computes_what_it_does(data):
    shape = data.draw(st.sampled_from([name for name in SHAPES if name != "scaled_dot_in_a_local"]))
    module = parse(function(*SHAPES[shape]))
    before = values_after(module)
    (op,) = (op for op in next(iter(module.ops)).body.block.ops if op.regions)
    (raised,) = raise_operation(op)
    units = data.draw(fan_outs())
    levels = data.draw(programs(raised.workload, units))
    dataflow = Dataflow(levels, tuple(Cluster(width) for width in units[1:]))
    program = set_program(op, raised.workload, dataflow, overrides=[f"pes={int(np.prod(units))}"])
    program.over_capacity = StringAttr("warning")
    LowerPass().apply(Context(), module)
    module.verify()
    assert same(values_after(module), before)


def test_lowering_again_gives_the_same_loops():
    module = run(parse(function(*SHAPES["conv_nhwc"])), "weft-raise,weft-lower")
    once = str(module)
    assert str(run(module, "weft-lower")) == once


CHAIN = """affine.for %k = 0 to 4 {
  %b = affine.load %A[%i, %k] : memref<8x4xf32>
  %d = affine.load %y[%k] : memref<5xf32>
  %t = arith.mulf %b, %d : f32
  affine.store %t, %y[%k + 1] : memref<5xf32>
}"""


def test_an_operation_that_is_raised_in_part_keeps_its_loops_and_all_reasons():
    body = "\n".join([*REDUCTION.splitlines()[:-1], CHAIN, "}"])
    text = function(body, "%A: memref<8x4xf32>, %x: memref<8xf32>, %y: memref<5xf32>")
    assert "; W410: some of its statements have no program" in after(text, "weft-raise,weft-lower")
    both = "\n".join([text, MATMUL.replace("@f", "@g")])
    lines = after(both, "weft-raise,weft-lower").splitlines()
    (kept,) = (line for line in lines if "weft.refused" in line)
    assert "weft.program = @f_nest" in kept
    assert 'weft.refused = "W406: ' in kept
    assert "; W410: some of its statements have no program" in kept


TENSORS = """func.func @f(%A: tensor<8x4xf32>, %B: tensor<4x6xf32>, %C: tensor<8x6xf32>) -> tensor<8x6xf32> {
  %r = linalg.matmul ins(%A, %B : tensor<8x4xf32>, tensor<4x6xf32>) outs(%C : tensor<8x6xf32>) -> tensor<8x6xf32>
  func.return %r : tensor<8x6xf32>
}"""


def test_an_operation_on_tensors_is_costed_and_becomes_loops_over_slices():
    text = after("\n".join([TENSORS, MATMUL.replace("@f", "@g")]), ALL_PASSES)
    assert "weft.refused" not in text
    assert "weft.cost = " in text
    assert text.count("tensor.insert_slice") == 1
    assert "affine.for" in text


def test_what_is_no_single_operation_on_tensors_stays():
    loop = """func.func @f(%A: tensor<8xf32>, %s: f32) -> f32 {
  %sum = affine.for %i = 0 to 8 iter_args(%t = %s) -> (f32) {
    %a = tensor.extract %A[%i] : tensor<8xf32>
    %next = arith.addf %t, %a : f32
    affine.yield %next : f32
  }
  func.return %sum : f32
}"""
    assert "tensor.extract %A" in after("\n".join([loop, MATMUL.replace("@f", "@g")]), ALL_PASSES)


SPREAD_SUM = """weft.program @sum {
  weft.workload "GEMM"
    dimensions ["M" = 4, "N" = 4, "K" = 64]
    inputs ["input"["M", "K"], "filter"["K", "N"]]
    output "output"["M", "N"]
  weft.dataflow {
    weft.level {
      weft.spatial_map(16, 16) "K"
      weft.temporal_map(1, 1) "M"
    }
  }
}"""


def test_units_that_add_into_one_element_are_no_parallel_loop():
    text = after(SPREAD_SUM, 'weft-lower{set="pes=4"}')
    assert "weft.parallel" in text
    assert "affine.parallel" not in text
    apart = SPREAD_SUM.replace("spatial_map(16, 16)", "temporal_map(16, 16)").replace(
        "temporal_map(1, 1)", "spatial_map(1, 1)"
    )
    assert "affine.parallel" in after(apart, 'weft-lower{set="pes=4"}')


GLOBAL = """"memref.global"() <{
  sym_name = "w", type = memref<4xf32>, sym_visibility = "private", initial_value
}> : () -> ()"""
GET_GLOBAL = "%w = memref.get_global @w : memref<4xf32>"
WEIGHTED = """affine.for %k = 0 to 4 {
  %a = affine.load %A[%k] : memref<4xf32>
  %b = affine.load %w[%k] : memref<4xf32>
  %c = affine.load %x[] : memref<f32>
  %p = arith.mulf %a, %b : f32
  %s = arith.addf %p, %c : f32
  affine.store %s, %x[] : memref<f32>
}"""


def test_an_array_must_be_there_before_the_operation():
    arguments = "%A: memref<4xf32>, %x: memref<f32>"
    before = function("\n".join([GET_GLOBAL, WEIGHTED]), arguments)
    assert "affine.load %w[%k]" in after("\n".join([GLOBAL, before]), "weft-raise,weft-lower")
    inside = function(WEIGHTED.replace("%a =", GET_GLOBAL + "\n%a ="), arguments)
    kept = after("\n".join([GLOBAL, inside]), "weft-raise,weft-lower")
    assert "W411: array 'w' is not defined before it" in kept


def test_a_program_of_something_else_is_refused():
    module = run(parse(MATMUL), "weft-raise")
    (op,) = (op for op in module.walk() if op.name == "linalg.matmul")
    other = weft.parse_workload("Type: GEMM Dimensions { M: 8, N: 6, K: 5 }")
    set_program(op, other, weft.parse_dataflow("TemporalMap(1,1) K;"))
    run(module, "weft-lower")
    assert "computes something else than the statement that it is for" in op.attributes["weft.refused"].data


# --- embedding -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def example():
    """The module of `examples/embedding.py`."""
    spec = importlib.util.spec_from_file_location("embedding", ROOT / "examples" / "embedding.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["embedding"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["embedding"]


def test_a_pass_of_ones_own_keeps_the_better_schedule(example):
    module = parse((ROOT / "examples" / "mlir" / "matmul.mlir").read_text("utf-8"))
    example.KeepBetterSchedule().apply(Context(), module)
    module.verify()
    (op,) = (op for op in module.walk() if op.name == "linalg.matmul")
    (program,) = programs_of(op)
    machine = weft.load_accelerator("generic_256")
    cycles = {
        text: weft.evaluate(weft.Mapping(workload_of(program), weft.parse_dataflow(text), machine)).cycles_stepwise
        for text in (example.OUTPUT_STATIONARY, example.WEIGHT_STATIONARY)
    }
    assert len(set(cycles.values())) == 2
    assert dataflow_of(program) == weft.parse_dataflow(min(cycles, key=cycles.get))


def test_the_example_prints_the_lowered_module(example, capsys):
    example.main(ROOT / "examples" / "mlir" / "matmul.mlir")
    assert '"affine.parallel"' in capsys.readouterr().out


def test_a_new_program_takes_the_place_of_the_old_ones():
    module = parse(MATMUL)
    RaisePass().apply(Context(), module)
    (op,) = (op for op in module.walk() if op.name == "linalg.matmul")
    (raised,) = raise_operation(op)
    set_program(op, raised.workload, weft.parse_dataflow("SpatialMap(1,1) M;"), name="mine", accelerator="eyeriss")
    (program,) = (op for op in module.ops if isinstance(op, ProgramOp))
    assert (program.sym_name.data, program.accelerator.data) == ("mine", "eyeriss")
    assert programs_of(op) == (program,)


def test_an_operation_that_is_no_nest_is_refused():
    module = parse(MATMUL)
    with pytest.raises(weft.WeftError, match=r"'builtin\.module' op: is no loop nest at"):
        raise_operation(module)

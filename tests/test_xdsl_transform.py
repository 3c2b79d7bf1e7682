"""`weft-lower{to=transform}`: upstream's own transform operations tile as the program says."""

import ctypes
import re
import shutil
import subprocess

import numpy as np
import pytest

pytest.importorskip("xdsl", reason="MLIR is written with xDSL")

from mlir_compiled import FORALL, compiled, descriptor
from mlir_modules import MATMUL, after, parse, run
from test_xdsl_forall import OPERATIONS, function_of, inputs_of, values
from xdsl.dialects.transform import TileOp, TileToForallOp

SEARCHED = "weft-raise,weft-map{accelerator=bench_256 objective=edp},"
TRANSFORMED = f"{SEARCHED}weft-lower{{to=transform}}"
INTERPRETED = ("transform-interpreter", "test-transform-dialect-erase-schedule")
NAMES = [
    *("product", "convolution with channels last", "dilated convolution", "padded convolution"),
    *("max pooling", "generic with an offset"),
]


def upstream(text, *passes):
    optimizer = shutil.which("mlir-opt-19")
    if optimizer is None:
        pytest.skip("mlir-opt-19 (mlir-19-tools) is not installed")
    command = [optimizer, *(f"--{name}" for name in passes), "--canonicalize", "--cse"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stderr}\n{text}"
    return done.stdout


def structure(text):
    """The loops from the outermost, and the types of what a step works on."""
    loops = re.findall(r"scf\.(for|forall) ", text)
    (step,) = re.findall(r"linalg\.(?!yield|index).*", text)
    return loops, re.findall(r"tensor<[^>]*>", step)


@pytest.mark.parametrize("name", NAMES)
def test_upstream_tiles_as_loops_over_slices_do(name):
    tiled = upstream(after(OPERATIONS[name], f"{TRANSFORMED},weft-strip"), *INTERPRETED)
    loops = upstream(after(OPERATIONS[name], f"{SEARCHED}weft-lower,weft-strip"))
    assert structure(tiled) == structure(loops)
    assert "scf.forall" in tiled


@pytest.mark.parametrize("name", ["product", "padded convolution", "max pooling"])
def test_what_upstream_tiled_computes_the_same(name, tmp_path):
    module = run(parse(OPERATIONS[name]), f"{TRANSFORMED},weft-strip")
    expected = values(parse(OPERATIONS[name]))
    inputs = inputs_of(function_of(module), 7)
    library = compiled(module, tmp_path, (*INTERPRETED, *FORALL), 19)
    made = descriptor(np.zeros(expected.shape))
    library._mlir_ciface_f(*(ctypes.byref(item) for item in (made, *map(descriptor, inputs))))
    result = np.ctypeslib.as_array(ctypes.cast(made[1], ctypes.POINTER(ctypes.c_double)), expected.shape)
    np.testing.assert_array_equal(result, expected)


def test_a_script_tiles_every_operation_of_its_module():
    both = "\n".join([OPERATIONS["product"], OPERATIONS["max pooling"].replace("@f", "@g")])
    text = after(both, f"{TRANSFORMED},weft-strip")
    assert text.count("transform.named_sequence") == 1
    assert text.count("transform.structured.match") == 2
    assert text.count("schedule = ") == 4


def test_memrefs_and_open_extents_are_tiled_too():
    found = run(parse(MATMUL), TRANSFORMED)
    assert any(isinstance(op, TileToForallOp) for op in found.walk())
    text = MATMUL.replace("memref<8x4xf32>", "memref<?x4xf32>")
    found = run(parse(text), 'weft-raise{sizes="A.0=8"},weft-map{accelerator=bench_256},weft-lower{to=transform}')
    assert any(isinstance(op, TileToForallOp) for op in found.walk())


def test_without_forall_all_loops_come_one_after_the_other():
    found = run(parse(OPERATIONS["product"]), f"{SEARCHED}weft-lower{{to=transform forall=false}}")
    assert not any(isinstance(op, TileToForallOp) for op in found.walk())
    assert any(isinstance(op, TileOp) for op in found.walk())


def test_what_no_script_could_find_is_refused():
    text = after(f"{OPERATIONS['reduction']}\n{OPERATIONS['product'].replace('@f', '@g')}", TRANSFORMED)
    assert text.count("transform.structured.match") == 1
    (op,) = [op for op in run(parse(OPERATIONS["reduction"]), TRANSFORMED).walk() if op.name == "linalg.reduce"]
    assert "W411: is printed without its attributes" in str(op.attributes["weft.refused"])


SEQUENCE = """transform.named_sequence @__transform_main(%m: !transform.any_op {transform.readonly}) {
  transform.yield
}"""


def test_a_script_that_is_there_is_not_written_over():
    text = after(f"{OPERATIONS['product']}\n{SEQUENCE}", TRANSFORMED)
    assert "W411: is in a module that has a @__transform_main of its own" in text
    assert "transform.structured.match" not in text


def test_a_mark_that_is_there_is_left_alone():
    product = OPERATIONS["product"].replace("}) : (", '}) {schedule = "mine"} : (', 1)
    assert "mine" in product
    for text in (product, f"{product}\n{SEQUENCE}"):
        found = after(text, TRANSFORMED)
        assert 'schedule = "mine"' in found
        assert "W411" in found
        assert "transform.structured.match" not in found


def test_what_is_no_operation_of_linalg_is_refused():
    loop = """func.func @f(%A: memref<8x4xf32>, %x: memref<8xf32>) {
  affine.for %i = 0 to 8 {
    affine.for %k = 0 to 4 {
      %a = affine.load %A[%i, %k] : memref<8x4xf32>
      %c = affine.load %x[%i] : memref<8xf32>
      %s = arith.addf %a, %c : f32
      affine.store %s, %x[%i] : memref<8xf32>
    }
  }
  return
}"""
    assert "W411: is no linalg operation of one output" in after(loop, "weft-raise,weft-lower{to=transform}")

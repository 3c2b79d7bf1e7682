"""`weft-lower` on tensors: loops over slices compute what the operation computes."""

import ctypes
from itertools import product

import numpy as np
import pytest

pytest.importorskip("xdsl", reason="MLIR is written with xDSL")

from campaigns import first
from mlir_compiled import BUFFERS, FORALL, compiled, descriptor
from mlir_modules import parse, run
from tensor_machine import Machine
from xdsl.dialects.func import FuncOp


def typed(shape):
    return f"tensor<{'x'.join(map(str, shape))}xf64>"


def module(name, attributes, data, filters, output):
    kinds = [typed(shape) for shape in (data, filters, output)]
    return f"""func.func @f(%A: {kinds[0]}, %B: {kinds[1]}, %C: {kinds[2]}) -> {kinds[2]} {{
  %0 = {name} {attributes} ins(%A, %B : {kinds[0]}, {kinds[1]}) outs(%C : {kinds[2]}) -> {kinds[2]}
  return %0 : {kinds[2]}
}}"""


def conv(n, k, c, y, x, r, stride=1, dilation=1):
    out = [(size - (r - 1) * dilation - 1) // stride + 1 for size in (y, x)]
    steps = f"{{dilations = dense<{dilation}> : tensor<2xi64>, strides = dense<{stride}> : tensor<2xi64>}}"
    shapes = (n, c, y, x), (k, c, r, r), (n, k, *out)
    return module("linalg.conv_2d_nchw_fchw", steps, *shapes), *shapes


def gemm(m, n, k):
    shapes = (m, k), (k, n), (m, n)
    return module("linalg.matmul", "", *shapes), *shapes


def batched(b, m, n, k):
    shapes = (b, m, k), (b, k, n), (b, m, n)
    maps = "(b, m, k)", "(b, k, n)", "(b, m, n)"
    listed = ", ".join(f"affine_map<(b, m, n, k) -> {item}>" for item in maps)
    kinds = [typed(shape) for shape in shapes]
    text = f"""func.func @f(%A: {kinds[0]}, %B: {kinds[1]}, %C: {kinds[2]}) -> {kinds[2]} {{
  %0 = linalg.generic {{indexing_maps = [{listed}],
      iterator_types = ["parallel", "parallel", "parallel", "reduction"]}}
      ins(%A, %B : {kinds[0]}, {kinds[1]}) outs(%C : {kinds[2]}) {{
  ^bb0(%a: f64, %b: f64, %c: f64):
    %p = arith.mulf %a, %b : f64
    %s = arith.addf %c, %p : f64
    linalg.yield %s : f64
  }} -> {kinds[2]}
  return %0 : {kinds[2]}
}}"""
    return text, *shapes


# Shapes as models have them, small: products of transformers, convolutions with windows, strides and dilation.
MODELS = {
    "BERT query": gemm(12, 8, 8),
    "BERT scores": batched(2, 8, 8, 6),
    "BERT context": batched(2, 8, 6, 8),
    "BERT up": gemm(8, 18, 6),
    "GPT-2 projection": gemm(8, 10, 9),
    "LLaMA gate": gemm(7, 14, 6),
    "LLaMA down": gemm(7, 6, 14),
    "LLaMA decode": gemm(1, 16, 16),
    "ViT patches": conv(1, 4, 3, 12, 8, 4, 4),
    "AlexNet first": conv(1, 3, 2, 13, 13, 5, 4),
    "AlexNet second": conv(1, 4, 3, 7, 7, 5),
    "VGG16 early": conv(1, 3, 2, 7, 8, 3),
    "VGG16 late": conv(1, 4, 4, 5, 5, 3),
    "VGG16 classifier": gemm(1, 10, 25),
    "ResNet first": conv(1, 2, 2, 11, 11, 7, 2),
    "ResNet bottleneck": conv(2, 6, 4, 4, 5, 1),
    "ResNet strided": conv(1, 4, 4, 7, 7, 3, 2),
    "MobileNetV2 expansion": conv(1, 12, 2, 7, 7, 1),
    "DeepLab dilated": conv(1, 2, 3, 8, 9, 3, 1, 2),
    "U-Net up": conv(1, 2, 4, 6, 5, 3),
    "Whisper": batched(3, 7, 5, 8),
}
LARGER = {
    "BERT query, larger": gemm(24, 16, 16),
    "BERT scores, larger": batched(2, 12, 12, 8),
    "BERT up, larger": gemm(12, 32, 8),
    "GPT-2 projection, larger": gemm(10, 18, 14),
    "ViT patches, larger": conv(1, 6, 3, 12, 12, 4, 4),
    "AlexNet first, larger": conv(1, 4, 3, 19, 19, 5, 4),
    "VGG16 early, larger": conv(1, 4, 3, 10, 10, 3),
    "ResNet first, larger": conv(1, 4, 3, 15, 15, 7, 2),
    "ResNet strided, larger": conv(1, 6, 6, 9, 9, 3, 2),
    "DeepLab dilated, larger": conv(1, 3, 4, 11, 11, 3, 1, 2),
}
PROGRAMS = {
    "as written": "weft-raise,weft-lower",
    "searched": "weft-raise,weft-map{accelerator=bench_256 split=any objective=energy},weft-lower",
    "on many units": "weft-raise,weft-map{accelerator=bench_256 objective=edp},weft-lower",
}


def reference(text, inputs):
    """What the operation computes, by numpy."""
    data, filters, output = inputs
    if "matmul" in text:
        return output + data @ filters
    if "generic" in text:
        return output + np.einsum("bmk,bkn->bmn", data, filters)
    stride, dilation = (int(text.split(f"{name} = dense<")[1][0]) for name in ("strides", "dilations"))
    return output + convolved(data, filters, output.shape, stride, dilation)


def convolved(data, filters, shape, stride, dilation):
    found = np.zeros(shape)
    for y, x, r, s in product(*map(range, (*shape[2:], *filters.shape[2:]))):
        pixel = data[:, :, y * stride + r * dilation, x * stride + s * dilation]
        found[:, :, y, x] += pixel @ filters[:, :, r, s].T
    return found


def inputs_of(shapes, seed):
    random = np.random.default_rng(seed)
    return [random.integers(-9, 9, shape).astype(float) for shape in shapes]


def function_of(module):
    (found,) = (op for op in module.ops if isinstance(op, FuncOp))
    return found


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("layer", first(len(MODELS), [*MODELS, *LARGER]))
def test_loops_over_slices_compute_what_the_operation_computes(layer, program):
    text, *shapes = (MODELS | LARGER)[layer]
    inputs = inputs_of(shapes, 3)
    machine = Machine()
    (result,) = machine.call(function_of(run(parse(text), PROGRAMS[program])), inputs)
    assert machine.steps > 1
    np.testing.assert_array_equal(result, reference(text, inputs))


# LLVM 16 has no scf.forall.
RELEASES = {16: (f"{PROGRAMS['on many units']}{{forall=false}}", BUFFERS), 19: (PROGRAMS["on many units"], FORALL)}


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("layer", ["BERT scores", "LLaMA gate", "ResNet strided", "DeepLab dilated"])
def test_upstream_compiles_the_loops_to_what_numpy_computes(layer, release, tmp_path):
    text, *shapes = MODELS[layer]
    pipeline, before = RELEASES[release]
    library = compiled(run(parse(text), f"{pipeline},weft-strip"), tmp_path, before, release)
    inputs = inputs_of(shapes, 5)
    expected, result = reference(text, inputs), np.zeros(shapes[-1])
    made = descriptor(result)
    library._mlir_ciface_f(*(ctypes.byref(item) for item in (made, *map(descriptor, inputs))))
    # The result has a buffer of its own, or is that of the output.
    values = np.ctypeslib.as_array(ctypes.cast(made[1], ctypes.POINTER(ctypes.c_double)), shapes[-1])
    np.testing.assert_array_equal(values, expected)


def test_loops_over_units_are_marked():
    pipeline = PROGRAMS["on many units"]
    assert "scf.forall" in str(run(parse(MODELS["BERT query"][0]), pipeline))
    text = str(run(parse(MODELS["BERT query"][0]), f"{pipeline}{{forall=false}}"))
    assert "weft.parallel" in text
    assert "weft.program" in text
    assert "scf.forall" not in text


def test_extents_that_a_type_does_not_say_are_not_compiled_in():
    text = (
        gemm(8, 8, 8)[0]
        .replace("%A: tensor<8x8xf64>", "%A: tensor<?x8xf64>")
        .replace("ins(%A, %B : tensor<8x8xf64>", "ins(%A, %B : tensor<?x8xf64>")
    )
    found = str(run(parse(text), 'weft-raise{sizes="A.0=8"},weft-lower'))
    assert "loops over slices need all extents in the type" in found
    assert "scf.for" not in found

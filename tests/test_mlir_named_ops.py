"""The table of `linalg`'s named operations: loops, layouts, strides; equal to numpy, and to xDSL where it has them."""

import re

import numpy as np
import pytest

pytest.importorskip("xdsl", reason="MLIR is read with xDSL")

from emitted import interpret
from mlir_text import function, read
from xdsl.dialects import test as xdsl_test
from xdsl.dialects.builtin import DenseIntElementsAttr, MemRefType, TensorType, f32, i64
from xdsl.dialects.linalg import ops

from weft.frontends.mlir.linalg import _FORMS
from weft.frontends.mlir.named_ops import CONTRACTIONS, POOLED, POOLINGS, QUANTIZED, named_op
from weft.ir import Access, Affine, Compute

POOLING_NAMES = [f"{prefix}_{kind}" for prefix in POOLINGS for kind in POOLED]
SIZES = {"m0": 2, "n0": 3, "k0": 2, "oh": 3, "ow": 2, "od": 2, "kh": 2, "kw": 3, "kd": 2}
STRIDES, DILATIONS = (2, 1, 3), (1, 2, 1)


def extent(name):
    return SIZES[name] if name in SIZES else 2 + "nmkbfgc".index(name) % 3


def shapes(named):
    """Shapes that fit the extents above, with the strides and dilations above in the order of the windows."""
    factors = iter(zip(STRIDES, DILATIONS, strict=True))
    found = []
    for operand in named.operands:
        found.append([])
        for axis in operand:
            stride, dilation = next(factors) if len(axis) == 2 else (1, 1)
            reach = stride * (extent(axis[0]) - 1) + (dilation * (extent(axis[1]) - 1) if len(axis) == 2 else 0)
            found[-1].append(reach + 1)
    return found


def text_of(name):
    """The operation on arrays of these shapes, in its own format."""
    named = named_op(name)
    *inputs, output = ["memref<" + "".join(f"{size}x" for size in shape) + "f32>" for shape in shapes(named)]
    attributes = ""
    if named.windows and (name.startswith("pooling") or "_n" in name):
        lists = [f"dense<{list(item[: named.windows])}> : tensor<{named.windows}xi64>" for item in (STRIDES, DILATIONS)]
        attributes = f"{{strides = {lists[0]}, dilations = {lists[1]}}} "
    operands = f"ins(%A, %B : {inputs[0]}, {inputs[1]}) outs(%O : {output})"
    return function(f"linalg.{name} {attributes}{operands}", f"%A: {inputs[0]}, %B: {inputs[1]}, %O: {output}")


@pytest.mark.parametrize("name", [*CONTRACTIONS, *POOLING_NAMES])
def test_every_named_operation_has_its_loops(name):
    named = named_op(name)
    if name in ("conv_1d", "conv_2d", "conv_3d"):
        return  # without strides and dilations: tested by their values
    ((loops, statement),) = read(text_of(name)).statements()
    assert [(loop.iterator, str(loop.upper[0])) for loop in loops] == [(n, str(extent(n))) for n in named.loops]
    assert [str(item) for item in statement.target.subscripts] == [axis[0] for axis in named.operands[-1]]
    factors = iter(zip(STRIDES, DILATIONS, strict=True))
    for axis, found in zip(named.operands[0], statement.reads[0].subscripts, strict=True):
        scales = next(factors) if len(axis) == 2 else (1,)
        assert found == sum((Affine.of(n) * s for n, s in zip(axis, scales, strict=True)), Affine.of(0))
    assert statement.reduction == named.function
    assert isinstance(statement.value, Access if named.pools else Compute)


@pytest.mark.parametrize("name", [name for name in CONTRACTIONS if "conv" in name and name.count("_") > 1])
def test_the_layouts_of_convolutions_are_those_of_their_names(name):
    # `depthwise_conv_2d_nhwc_hwcm`: the letters are the axes of the input and of the filter.
    image, filters = name.split("_")[-2:]
    letters = ["".join(axis[0][-1] for axis in operand) for operand in named_op(name).operands]
    assert letters[:2] == [image, filters]


XDSL = [
    ops.MatmulOp,
    ops.PoolingNchwMaxOp,
    ops.Conv2DNchwFchwOp,
    ops.Conv2DNgchwFgchwOp,
    ops.Conv2DNgchwGfchwOp,
    ops.Conv2DNhwc_FhwcOp,
    ops.Conv2DNhwc_HwcfOp,
    ops.Conv2DNhwgcGfhwcOp,
]


@pytest.mark.parametrize("operation", XDSL, ids=lambda item: item.name)
def test_xdsl_has_the_same_subscripts(operation):
    named = named_op(operation.name.removeprefix("linalg."))
    values = [xdsl_test.TestOp(result_types=[MemRefType(f32, shape)]).res[0] for shape in shapes(named)]
    factors = {}
    if named.windows:
        kind = TensorType(i64, [2])
        for key, numbers in (("strides", STRIDES), ("dilations", DILATIONS)):
            factors[key] = DenseIntElementsAttr.from_list(kind, list(numbers[:2]))
    theirs = operation(values[:2], values[2:], (), **factors).get_indexing_maps().data
    ((loops, statement),) = read(text_of(operation.name.removeprefix("linalg."))).statements()
    point = {loop.iterator: number * number + 1 for number, loop in enumerate(loops)}
    accesses = [*statement.reads, statement.target]
    maps = [theirs[0].data, theirs[2].data] if named.pools else [item.data for item in theirs]
    for access, found in zip(accesses, maps, strict=True):
        assert [item.value(point) for item in access.subscripts] == list(found.eval(list(point.values()), []))


@pytest.mark.parametrize(
    ("name", "formula"),
    [
        ("matmul", "mk,kn->mn"),
        ("matmul_transpose_a", "km,kn->mn"),
        ("matmul_transpose_b", "mk,nk->mn"),
        ("batch_matmul", "bmk,bkn->bmn"),
        ("batch_matmul_transpose_a", "bkm,bkn->bmn"),
        ("batch_matmul_transpose_b", "bmk,bnk->bmn"),
        ("batch_reduce_matmul", "bmk,bkn->mn"),
        ("mmt4d", "mkpq,nkrq->mnpr"),
        ("batch_mmt4d", "bmkpq,bnkrq->bmnpr"),
        ("matvec", "mn,n->m"),
        ("vecmat", "m,mn->n"),
        ("batch_matvec", "bmk,bk->bm"),
        ("batch_vecmat", "bk,bkn->bn"),
        ("dot", "m,m->"),
    ],
)
def test_products_are_those_of_numpy(name, formula):
    nest = read(text_of(name))
    generator = np.random.default_rng(0)
    data = {array.name: generator.integers(-4, 5, array.shape).astype("f4") for array in nest.arrays}
    expected = data["O"] + np.einsum(formula, data["A"], data["B"])
    assert np.array_equal(interpret(nest, data)["O"], expected)


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_convolutions_without_channels(rank):
    name, sizes = f"conv_{rank}d", (7, 6, 5)[:rank]
    image, window, result = ["memref<" + "".join(f"{n - k}x" for n in sizes) + "f32>" for k in (0, 0, 2)]
    window = re.sub(r"\d+x", "3x", window)
    arguments = f"%a: {image}, %b: {window}, %o: {result}"
    nest = read(function(f"linalg.{name} ins(%a, %b : {image}, {window}) outs(%o : {result})", arguments))
    generator = np.random.default_rng(0)
    data = {array.name: generator.integers(-4, 5, array.shape).astype("f4") for array in nest.arrays}
    windows = np.lib.stride_tricks.sliding_window_view(data["a"], (3,) * rank)
    expected = data["o"] + (windows * data["b"]).sum(axis=tuple(range(rank, 2 * rank)))
    assert np.array_equal(interpret(nest, data)["o"], expected)


@pytest.mark.parametrize("name", QUANTIZED)
def test_a_quantized_operation_is_the_one_without_zero_points_on_shifted_inputs(name):
    text = text_of(name)
    operands = text[text.index("ins(") :].partition(")")[0]
    points = f"{operands.replace(' :', ', %p, %q :')}, f32, f32"
    nest = read(text.replace(operands, points).replace("%A:", "%p: f32, %q: f32, %A:"))
    generator = np.random.default_rng(0)
    data = {array.name: generator.integers(-4, 5, array.shape).astype("f4") for array in nest.arrays}
    plain = {"A": data["A"] - data["p"], "B": data["B"] - data["q"], "O": data["O"]}
    assert np.array_equal(interpret(nest, data)["O"], interpret(read(text_of(QUANTIZED[name])), plain)["O"])


NAMES = """
    matmul quantized_matmul mmt4d batch_mmt4d batch_matmul quantized_batch_matmul batch_reduce_matmul matvec vecmat
    batch_matvec batch_vecmat dot conv_1d conv_2d conv_3d conv_1d_nwc_wcf conv_1d_ncw_fcw conv_2d_nhwc_hwcf
    conv_2d_nhwc_fhwc conv_2d_nhwc_hwcf_q conv_2d_nhwc_fhwc_q conv_2d_nchw_fchw conv_2d_nchw_fchw_q conv_2d_ngchw_fgchw
    conv_2d_ngchw_gfchw conv_2d_ngchw_gfchw_q conv_2d_nhwgc_gfhwc conv_2d_nhwgc_gfhwc_q conv_3d_ndhwc_dhwcf
    conv_3d_ndhwc_dhwcf_q conv_3d_ncdhw_fcdhw depthwise_conv_1d_ncw_cw depthwise_conv_1d_nwc_wc
    depthwise_conv_1d_nwc_wcm depthwise_conv_2d_nchw_chw depthwise_conv_2d_nhwc_hwc depthwise_conv_2d_nhwc_hwc_q
    depthwise_conv_2d_nhwc_hwcm depthwise_conv_2d_nhwc_hwcm_q depthwise_conv_3d_ndhwc_dhwc depthwise_conv_3d_ncdhw_cdhw
    depthwise_conv_3d_ndhwc_dhwcm pooling_nhwc_sum pooling_nchw_sum pooling_nhwc_max pooling_nhwc_max_unsigned
    pooling_nchw_max pooling_nhwc_min pooling_nhwc_min_unsigned pooling_nwc_sum pooling_ncw_sum pooling_nwc_max
    pooling_nwc_max_unsigned pooling_ncw_max pooling_nwc_min pooling_nwc_min_unsigned pooling_ndhwc_sum
    pooling_ndhwc_max pooling_ndhwc_min exp log abs ceil floor negf reciprocal round sqrt rsqrt square tanh erf add sub
    mul div div_unsigned max min powf select copy fill elementwise generic map reduce transpose broadcast contract
    pack unpack
"""
"""Of MLIR; without `softmax` (four nests), `fill_rng_2d` and the steps of Winograd's algorithm."""


@pytest.mark.parametrize("name", NAMES.split())
def test_a_name_of_linalg_is_known(name):
    assert named_op(name) is not None or name in _FORMS

"""`linalg` as loop nests: generic operations and those on whole arrays, on memrefs and on tensors, and refusals."""

from textwrap import dedent

import numpy as np
import pytest

pytest.importorskip("xdsl", reason="MLIR is read with xDSL")

from mlir_text import body, findings, function, lines, read

from weft.api import emit
from weft.ir import WeftError
from weft.passes import raise_nest

CONV = """
linalg.conv_2d_nhwc_hwcf {dilations = dense<1> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>}
  ins(%I, %K : memref<1x9x6x3xf32>, memref<3x2x3x8xf32>) outs(%O : memref<1x4x5x8xf32>)
"""
CONV_ARGUMENTS = "%I: memref<1x9x6x3xf32>, %K: memref<3x2x3x8xf32>, %O: memref<1x4x5x8xf32>"
CONV_NEST = """
for n in range(1):
    for oh in range(4):
        for ow in range(5):
            for f in range(8):
                for kh in range(3):
                    for kw in range(2):
                        for c in range(3):
                            O[n, oh, ow, f] += I[n, kh + 2*oh, kw + ow, c] * K[kh, kw, c, f]
"""


def test_a_convolution_in_its_own_format():
    assert body(CONV, CONV_ARGUMENTS) == CONV_NEST.strip()
    ((loops, statement),) = read(function(CONV, CONV_ARGUMENTS)).statements()
    assert {str(item.span) for item in (*loops, statement, *statement.reads)} == {"f.mlir:2:3"}


def test_a_convolution_in_generic_form():
    text = """
    "linalg.conv_2d_nhwc_hwcf"(%I, %K, %O) {
      strides = dense<[2, 1]> : vector<2xi64>, operandSegmentSizes = array<i32: 2, 1>
    } : (memref<1x9x6x3xf32>, memref<3x2x3x8xf32>, memref<1x4x5x8xf32>) -> ()
    """
    assert body(text, CONV_ARGUMENTS) == CONV_NEST.strip()


def test_a_generic_operation():
    text = """
    linalg.generic {
      indexing_maps = [
        affine_map<(d0, d1, d2) -> (d0 + d2 * 2, d1)>, affine_map<(d0, d1, d2) -> (d2)>, affine_map<(d0, d1, d2) -> ()>,
        affine_map<(d0, d1, d2) -> (d0, d1)>],
      iterator_types = ["parallel", "parallel", "reduction"]
    } ins(%A, %w, %x : memref<9x4xi8>, memref<3xi8>, i32) outs(%O : memref<5x4xi32>) {
    ^bb0(%a: i8, %b: i8, %s: i32, %o: i32):
      %e = arith.extsi %a : i8 to i32
      %f = arith.extsi %b : i8 to i32
      %p = arith.muli %e, %f : i32
      %q = arith.muli %p, %s : i32
      %r = arith.addi %o, %q : i32
      linalg.yield %r : i32
    }
    """
    assert body(text, "%A: memref<9x4xi8>, %w: memref<3xi8>, %x: i32, %O: memref<5x4xi32>") == lines("""
        for d0 in range(5):
            for d1 in range(4):
                for d2 in range(3):
                    O[d0, d1] += (A[d0 + 2*d2, d1] * w[d2]) * x
    """)


def test_a_generic_operation_with_several_outputs():
    text = """
    #id = affine_map<(d0) -> (d0)>
    func.func @f(%a: memref<4xf32>, %b: memref<4xf32>, %c: memref<4xf32>) {
      linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
        ins(%a : memref<4xf32>) outs(%b, %c : memref<4xf32>, memref<4xf32>) {
      ^bb0(%x: f32, %y: f32, %z: f32):
        %0 = math.exp %x : f32
        %1 = arith.maximumf %z, %x : f32
        linalg.yield %0, %1 : f32, f32
      }
      return
    }
    """
    loops = str(read(dedent(text))).splitlines()[1:]
    assert [line.strip() for line in loops] == [
        "for d0 in range(4):",
        "b[d0] = exp(a[d0])",
        "c[d0] = max(c[d0], a[d0])",
    ]


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("linalg.fill ins(%x : f32) outs(%a : memref<4x4xf32>)", "a[d0, d1] = x"),
        ("linalg.copy ins(%a : memref<4x4xf32>) outs(%b : memref<4x4xf32>)", "b[d0, d1] = a[d0, d1]"),
        ("memref.copy %a, %b : memref<4x4xf32> to memref<4x4xf32>", "b[d0, d1] = a[d0, d1]"),
        ("linalg.exp ins(%a : memref<4x4xf32>) outs(%b : memref<4x4xf32>)", "b[d0, d1] = exp(a[d0, d1])"),
        ("linalg.negf ins(%a : memref<4x4xf32>) outs(%b : memref<4x4xf32>)", "b[d0, d1] = -a[d0, d1]"),
        ("linalg.square ins(%a : memref<4x4xf32>) outs(%b : memref<4x4xf32>)", "b[d0, d1] = a[d0, d1] * a[d0, d1]"),
        (
            "linalg.add ins(%a, %b : memref<4x4xf32>, memref<4x4xf32>) outs(%b : memref<4x4xf32>)",
            "b[d0, d1] += a[d0, d1]",
        ),
        (
            "linalg.sub ins(%a, %b : memref<4x4xf32>, memref<4x4xf32>) outs(%b : memref<4x4xf32>)",
            "b[d0, d1] = a[d0, d1] - b[d0, d1]",
        ),
        (
            "linalg.max ins(%a, %a : memref<4x4xf32>, memref<4x4xf32>) outs(%b : memref<4x4xf32>)",
            "b[d0, d1] = max(a[d0, d1], a[d0, d1])",
        ),
        (
            "linalg.transpose ins(%a : memref<4x4xf32>) outs(%b : memref<4x4xf32>) permutation = [1, 0]",
            "b[d0, d1] = a[d1, d0]",
        ),
        (
            "linalg.broadcast ins(%v : memref<4xf32>) outs(%b : memref<4x4xf32>) dimensions = [1]",
            "b[d0, d1] = v[d0]",
        ),
        (
            "linalg.reduce { arith.maximumf } ins(%a : memref<4x4xf32>) outs(%v : memref<4xf32>) dimensions = [0]",
            "v[d1] = max(v[d1], a[d0, d1])",
        ),
        (
            "linalg.reduce ins(%a : memref<4x4xf32>) outs(%v : memref<4xf32>) dimensions = [1]\n"
            "  (%in: f32, %out: f32) { %s = arith.addf %out, %in : f32 linalg.yield %s : f32 }",
            "v[d0] += a[d0, d1]",
        ),
        (
            "linalg.map { arith.mulf } ins(%a, %b : memref<4x4xf32>, memref<4x4xf32>) outs(%b : memref<4x4xf32>)",
            "b[d0, d1] *= a[d0, d1]",
        ),
        (
            "linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (k, m)>, affine_map<(m, n, k) -> (k, n)>, "
            "affine_map<(m, n, k) -> (m, n)>] ins(%a, %a : memref<4x4xf32>, memref<4x4xf32>) "
            "outs(%b : memref<4x4xf32>)",
            "b[m, n] += a[k, m] * a[k, n]",
        ),
        (
            "linalg.contract indexing_maps = [affine_map<(i, k) -> (i, k)>, affine_map<(i, k) -> (k)>, "
            "affine_map<(i, k) -> (i)>] ins(%a, %v : memref<4x4xf32>, memref<4xf32>) outs(%w : memref<4xf32>)",
            "w[d0] += a[d0, d1] * v[d1]",
        ),
    ],
)  # fmt: skip
def test_operations_on_whole_arrays(operation, expected):
    arguments = "%a: memref<4x4xf32>, %b: memref<4x4xf32>, %v: memref<4xf32>, %w: memref<4xf32>, %x: f32"
    assert body(operation, arguments).splitlines()[-1].strip() == expected


# --- tensors ---------------------------------------------------------------------------------------------------------


def test_a_result_takes_over_the_array_that_nobody_else_needs():
    text = """
    func.func @f(%A: tensor<4x8xf32>, %B: tensor<8x2xf32>) -> tensor<4x2xf32> {
      %z = arith.constant 0.0 : f32
      %e = tensor.empty() : tensor<4x2xf32>
      %0 = linalg.fill ins(%z : f32) outs(%e : tensor<4x2xf32>) -> tensor<4x2xf32>
      %1 = linalg.matmul ins(%A, %B : tensor<4x8xf32>, tensor<8x2xf32>) outs(%0 : tensor<4x2xf32>) -> tensor<4x2xf32>
      return %1 : tensor<4x2xf32>
    }
    """
    assert str(read(dedent(text))) == lines("""
        def f(A: "f32[4, 8]", B: "f32[8, 2]", e: "f32[4, 2]"):
            for d0 in range(4):
                for d1 in range(2):
                    e[d0, d1] = 0.0
            for m in range(4):
                for n in range(2):
                    for k in range(8):
                        e[m, n] += A[m, k] * B[k, n]
    """)


def test_a_tensor_that_is_needed_again_is_copied():
    text = """
    func.func @f(%A: tensor<2x2xf32>, %b: tensor<2x2xf32>) -> (tensor<2x2xf32>, tensor<2x2xf32>) {
      %p = linalg.matmul ins(%A, %A : tensor<2x2xf32>, tensor<2x2xf32>) outs(%b : tensor<2x2xf32>) -> tensor<2x2xf32>
      %q = linalg.add ins(%A, %A : tensor<2x2xf32>, tensor<2x2xf32>) outs(%b : tensor<2x2xf32>) -> tensor<2x2xf32>
      %r = linalg.matmul ins(%A, %A : tensor<2x2xf32>, tensor<2x2xf32>) outs(%b : tensor<2x2xf32>) -> tensor<2x2xf32>
      return %p, %q : tensor<2x2xf32>, tensor<2x2xf32>
    }
    """
    assert str(read(dedent(text))) == lines("""
        def f(A: "f32[2, 2]", b: "f32[2, 2]", p: "f32[2, 2]", q: "f32[2, 2]"):
            for d0 in range(2):
                for d1 in range(2):
                    p[d0, d1] = b[d0, d1]
            for m in range(2):
                for n in range(2):
                    for k in range(2):
                        p[m, n] += A[m, k] * A[k, n]
            for d0_1 in range(2):
                for d1_1 in range(2):
                    q[d0_1, d1_1] = A[d0_1, d1_1] + A[d0_1, d1_1]
            for m_1 in range(2):
                for n_1 in range(2):
                    for k_1 in range(2):
                        b[m_1, n_1] += A[m_1, k_1] * A[k_1, n_1]
    """)


def test_dynamic_tensors():
    text = """
    func.func @f(%A: tensor<?x4xf32>) -> tensor<?x4xf32> {
      %c0 = arith.constant 0 : index
      %d = tensor.dim %A, %c0 : tensor<?x4xf32>
      %e = tensor.empty(%d) : tensor<?x4xf32>
      %r = linalg.exp ins(%A : tensor<?x4xf32>) outs(%e : tensor<?x4xf32>) -> tensor<?x4xf32>
      return %r : tensor<?x4xf32>
    }
    """
    assert str(read(dedent(text), A__0=3)).startswith('def f(A: "f32[3, 4]", e: "f32[3, 4]"):\n    for d0 in range(3):')
    assert findings(read(dedent(text))) == ["W005 2:14 size 'A.0' is not bound to a number"]


# --- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        (
            "linalg.winograd_filter_transform ins(%a : memref<4x4xf32>) outs(%b : memref<4x4xf32>)",
            "W411 2:3 'linalg.winograd_filter_transform' is not read as a loop nest",
        ),
        (
            "linalg.matmul ins(%a, %t : memref<4x4xf32>, memref<4x3xf32>) outs(%b : memref<4x4xf32>)",
            "W001 2:3 extent of 'n' is 3 by axis 1 of 't', but 4 by axis 1 of 'b'",
        ),
        (
            "linalg.matmul ins(%a, %v : memref<4x4xf32>, memref<4xf32>) outs(%b : memref<4x4xf32>)",
            "W001 2:3 2 subscripts for the 1 axes of 'v'",
        ),
        (
            "linalg.conv_1d ins(%v, %v : memref<4xf32>, memref<4xf32>) outs(%v : memref<4xf32>)",
            "W001 2:3 axis 0 of 'v' has 4 elements, but 'kw + ow' reaches 6",
        ),
        (
            "linalg.pooling_nwc_max {strides = dense<0> : tensor<1xi64>} "
            "ins(%p, %v : memref<1x4x2xf32>, memref<4xf32>) outs(%p : memref<1x4x2xf32>)",
            "W001 2:3 'strides' must be 1 positive numbers, one per window: 'dense<0> : tensor<1xi64>'",
        ),
        (
            "linalg.generic {indexing_maps = [affine_map<(i, j) -> (i)>], iterator_types = []} "
            "outs(%v : memref<4xf32>) { ^bb0(%o: f32): linalg.yield %o : f32 }",
            "W402 2:3 extent of 'd1' follows from no operand's shape",
        ),
        (
            "linalg.generic {indexing_maps = [affine_map<(i) -> (i)>], iterator_types = []} outs(%v : memref<4xf32>) "
            "{ ^bb0(%o: f32): %i = linalg.index 0 : index %j = arith.index_cast %i : index to i32 "
            "%y = arith.sitofp %j : i32 to f32 linalg.yield %y : f32 }",
            "W411 2:192 the value 'd0' of iterators is used as data",
        ),
        (
            '"linalg.matmul"(%a, %a, %b) : (memref<4x4xf32>, memref<4x4xf32>, memref<4x4xf32>) -> ()',
            "W001 2:3 'linalg.matmul' does not say which operands are its outputs",
        ),
        (
            "linalg.fill ins(%x : f32) outs(%a, %b : memref<4x4xf32>, memref<4x4xf32>)",
            "W001 2:3 'linalg.fill' has 2 outputs, but computes 1",
        ),
    ],
)  # fmt: skip
def test_what_is_refused(operation, expected):
    arguments = (
        "%a: memref<4x4xf32>, %b: memref<4x4xf32>, %t: memref<4x3xf32>, %v: memref<4xf32>, %p: memref<1x4x2xf32>, "
        "%c: i32, %x: f32"
    )
    assert findings(read(function(operation, arguments))) == [expected]


def test_a_format_of_its_own_is_refused():
    with pytest.raises(WeftError, match=r"f\.mlir:2:18: error\[W001\]: 'outs' expected in 'linalg\.softmax'"):
        read(function("linalg.softmax axis(1) ins(%a : memref<4xf32>) outs(%a : memref<4xf32>)", "%a: memref<4xf32>"))


def test_a_scalar_from_an_output_cannot_stand_for_it_in_every_iteration():
    text = """
    %x = memref.load %v[%i] : memref<4xf32>
    linalg.fill ins(%x : f32) outs(%v : memref<4xf32>)
    """
    found = findings(read(function(text, "%v: memref<4xf32>, %i: index"), i=1))
    assert found == ["W411 3:3 'v' is written between the load of an element and its use"]


SOFTMAX = "linalg.softmax dimension({}) ins(%a : {t}) outs({} : {t}){}"


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_softmax_is_a_maximum_powers_their_sums_and_quotients(axis):
    kind = "memref<2x5x3xf32>"
    nest = read(function(SOFTMAX.format(axis, "%b", "", t=kind), f"%a: {kind}, %b: {kind}"))
    found = {}
    exec(emit(nest, "python"), found)
    a = np.random.default_rng(axis).normal(size=(2, 5, 3)).astype(np.float32)
    b = np.zeros_like(a)
    found["f"](a, b)
    powers = np.exp(a - a.max(axis, keepdims=True))
    np.testing.assert_allclose(b, powers / powers.sum(axis, keepdims=True), rtol=1e-6)
    layers = [item.workload for item in raise_nest(nest) if item.workload]
    assert [layer.operations for layer in layers] == [{"max": 1}, {"exp": 1, "sub": 1}, {"add": 1}, {"div": 1}]
    assert {layer.points for layer in layers} == {30}


@pytest.mark.parametrize(
    ("axis", "kind", "expected"),
    [
        (3, "memref<2x5xf32>", "W001 2:3 there is no axis 3 of 2"),
        (0, "memref<?x5xf32>", "W005"),
    ],
)
def test_a_softmax_without_an_axis_or_extents_is_refused(axis, kind, expected):
    found = findings(read(function(SOFTMAX.format(axis, "%b", "", t=kind), f"%a: {kind}, %b: {kind}")))
    assert any(expected in item for item in found), found

"""Tensors in tiles (`linalg.pack`, `linalg.unpack`), and loops over units of `scf.forall`."""

import numpy as np
import pytest

pytest.importorskip("xdsl", reason="MLIR is read with xDSL")

from mlir_text import findings, read
from nest_semantics import run

from weft.ir import WeftError
from weft.passes import raise_nest

PACKED = """
    func.func @f(%a: tensor<4x8xf32>, %b: tensor<4x8xf32>, %e: tensor<2x2x4x2xf32>) -> tensor<4x8xf32> {
      %zero = arith.constant 0.0 : f32
      %p = linalg.pack %a padding_value(%zero : f32) outer_dims_perm = [1, 0] inner_dims_pos = [1, 0]
        inner_tiles = [4, 2] into %e : tensor<4x8xf32> -> tensor<2x2x4x2xf32>
      %u = linalg.unpack %p outer_dims_perm = [1, 0] inner_dims_pos = [1, 0] inner_tiles = [4, 2] into %b
        : tensor<2x2x4x2xf32> -> tensor<4x8xf32>
      return %u : tensor<4x8xf32>
    }
    """


def test_packed_elements_stand_in_tiles_and_come_back():
    nest = read(PACKED)
    packed, unpacked = (str(statement) for _, statement in nest.statements())
    assert packed == "e[d0, d1, d2, d3] = a[2*d1 + d3, 4*d0 + d2]"
    assert unpacked.replace("_1", "") == "b[2*d1 + d3, 4*d0 + d2] = e[d0, d1, d2, d3]"
    data = {item.name: np.zeros(item.shape) for item in nest.arrays}
    data["a"] += np.arange(32).reshape(4, 8)
    run(nest.body, data)
    assert np.array_equal(data["b"], data["a"])
    assert np.array_equal(data["e"], data["a"].reshape(2, 2, 2, 4).transpose(2, 0, 3, 1))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            "inner_tiles = [4, 2] into %e",
            "inner_tiles = [3, 2] into %e",
            "axis 1 of 'linalg.pack' has other than whole",
        ),
        ("[1, 0]\n        inner", "[1, 7]\n        inner", "W001 4:7 'linalg.pack' does not say which axes"),
        ("[4, 2] into %b", "[4] into %b", "W001 6:7 'linalg.unpack' does not say which axes"),
    ],
)
def test_tiles_that_are_not_whole_are_refused(before, after, expected):
    assert before in PACKED
    assert expected in "; ".join(findings(read(PACKED.replace(before, after))))


def test_a_product_of_packed_matrices_is_read():
    text = """
    func.func @f(%a: tensor<16x64xf32>, %e: tensor<2x64x8x1xf32>, %b: tensor<4x64x8x1xf32>, %c: tensor<2x4x8x8xf32>)
        -> tensor<2x4x8x8xf32> {
      %p = linalg.pack %a inner_dims_pos = [0, 1] inner_tiles = [8, 1] into %e
        : tensor<16x64xf32> -> tensor<2x64x8x1xf32>
      %m = linalg.mmt4d ins(%p, %b : tensor<2x64x8x1xf32>, tensor<4x64x8x1xf32>) outs(%c : tensor<2x4x8x8xf32>)
        -> tensor<2x4x8x8xf32>
      return %m : tensor<2x4x8x8xf32>
    }
    """
    (product,) = [item for item in raise_nest(read(text)) if "mac" in item.workload.operations]
    assert product.workload.macs == 16 * 32 * 64


@pytest.mark.parametrize(
    ("header", "units"),
    [
        ("(%i, %j) = (0, 0) to (64, %n) step (16, 16)", (4, 4, 1)),
        ("(%i, %j) in (64, 64)", None),
    ],
)
def test_forall_over_memrefs_is_a_loop_over_units(header, units):
    tile = 16 if units else 1
    part = f"[{tile}, {tile}] [1, 1] : memref<64x64xf32> to memref<{tile}x{tile}xf32, strided<[64, 1], offset: ?>>"
    kind = f"memref<{tile}x{tile}xf32, strided<[64, 1], offset: ?>>"
    text = f"""
    func.func @f(%A: memref<64x64xf32>, %B: memref<64x64xf32>, %C: memref<64x64xf32>) {{
      %n = arith.constant 64 : index
      %zero = arith.constant 0 : index
      %step = arith.constant {tile} : index
      scf.forall {header} {{
        scf.for %k = %zero to %n step %step {{
          %a = memref.subview %A[%i, %k] {part}
          %b = memref.subview %B[%k, %j] {part}
          %c = memref.subview %C[%i, %j] {part}
          linalg.matmul ins(%a, %b : {kind}, {kind}) outs(%c : {kind})
        }}
      }} {{mapping = [#gpu.block<y>, #gpu.block<x>]}}
      return
    }}
    """
    (product,) = raise_nest(read(text))
    assert (product.kind, product.workload.macs) == ("GEMM", 64**3)
    assert product.units[: 3 if units else 2] == (units or (64, 64))


def test_forall_that_puts_tensors_together_is_refused_by_its_name():
    text = """
    func.func @f(%a: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<4xf32> {
      %r = scf.forall (%i) in (4) shared_outs(%o = %b) -> (tensor<4xf32>) {
        scf.forall.in_parallel {
        }
      }
      return %r : tensor<4xf32>
    }
    """
    with pytest.raises(WeftError, match=r"'scf\.forall' is unknown"):
        read(text)

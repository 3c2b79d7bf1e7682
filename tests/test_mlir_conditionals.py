"""`affine.if`, `scf.if` and `arith.select` under conditions on iterators."""

import numpy as np
import pytest

pytest.importorskip("xdsl", reason="MLIR is read with xDSL")

from mlir_text import function, read
from nest_checks import machine, raise_one
from nest_semantics import run

import weft
from weft.ir import Mapping
from weft.passes import raise_nest

ARRAYS = "%I: memref<8x9xf32>, %F: memref<3x3xf32>, %O: memref<8x9xf32>"
INSIDE = "affine_set<(y, x, r, s) : (y + r - 1 >= 0, 8 - y - r >= 0, x + s - 1 >= 0, 9 - x - s >= 0)>(%y, %x, %r, %s)"
LOAD = "%i = affine.load %I[%y + %r - 1, %x + %s - 1] : memref<8x9xf32>"
ADD = """%f = affine.load %F[%r, %s] : memref<3x3xf32>
  %o = affine.load %O[%y, %x] : memref<8x9xf32>
  %m = arith.mulf %{value}, %f : f32
  %p = arith.addf %o, %m : f32
  affine.store %p, %O[%y, %x] : memref<8x9xf32>"""
TESTS = """
  %one = arith.constant 1 : index
  %none = arith.constant 0 : index
  %rows = arith.constant 8 : index
  %columns = arith.constant 9 : index
  %yr = arith.addi %y, %r : index
  %h = arith.subi %yr, %one : index
  %xs = arith.addi %x, %s : index
  %w = arith.subi %xs, %one : index
"""
ALL = """
  %a = arith.cmpi sge, %h, %none : index
  %b = arith.cmpi slt, %h, %rows : index
  %c = arith.cmpi ult, %w, %columns : index
  %ab = arith.andi %a, %b : i1
  %t = arith.andi %ab, %c : i1
"""
ANY = """
  %a = arith.cmpi slt, %h, %none : index
  %b = arith.cmpi sle, %rows, %h : index
  %c = arith.cmpi uge, %w, %columns : index
  %ab = arith.ori %a, %b : i1
  %u = arith.ori %ab, %c : i1
  %true = arith.constant true
  %t = arith.xori %u, %true : i1
"""
ZERO = "%z = arith.constant 0.0 : f32"


def conv(body):
    loops = "affine.for %y = 0 to 8 { affine.for %x = 0 to 9 { affine.for %r = 0 to 3 { affine.for %s = 0 to 3 {"
    return read(function(f"{loops}\n{body}\n}} }} }} }}", ARRAYS))


@pytest.mark.parametrize(
    "body",
    [
        f"affine.if {INSIDE} {{ {LOAD} {ADD.format(value='i')} }}",
        f"%v = affine.if {INSIDE} -> f32 {{ {LOAD} affine.yield %i : f32 }} else {{ {ZERO} affine.yield %z : f32 }}\n"
        + ADD.format(value="v"),
        f"{TESTS}{ALL} scf.if %t {{ {LOAD} {ADD.format(value='i')} }}",
        f"{TESTS}{ANY} scf.if %t {{ {LOAD} {ADD.format(value='i')} }}",
        f"{TESTS}{ANY} scf.if %u {{ }} else {{ {LOAD} {ADD.format(value='i')} }}",
        f"{TESTS}{ALL}{ZERO}\n {LOAD}\n %v = arith.select %t, %i, %z : f32\n" + ADD.format(value="v"),
        f"{TESTS}{ALL} %v = scf.if %t -> (f32) {{ {LOAD} scf.yield %i : f32 }} else {{ {ZERO} scf.yield %z : f32 }}\n"
        + ADD.format(value="v"),
    ],
)
def test_every_way_to_write_padding(body):
    found = raise_one(conv(body))
    assert found.kind == "CONV"
    assert (found.workload.padding, found.workload.useful_macs) == ((("Y", 1, 1), ("X", 1, 1)), 550)


def test_what_is_emitted_reads_back():
    nest = conv(f"affine.if {INSIDE} {{ {LOAD} {ADD.format(value='i')} }}")
    found = raise_one(nest)
    again = read(
        weft.emit(weft.reschedule(nest, [Mapping(found.workload, found.dataflow, machine(found.units))]), "mlir")
    )
    assert raise_one(again).workload == found.workload
    data = [
        {array.name: np.arange(1, 1 + np.prod(array.shape)).reshape(array.shape) for array in nest.arrays}
        for _ in range(2)
    ]
    for values, which in zip(data, (nest, again), strict=True):
        run(which.body, values)
    assert np.array_equal(data[0]["O"], data[1]["O"])


@pytest.mark.parametrize(
    "condition",
    [
        "affine_set<(y, x, r, s) : (y + r - 2 >= 0)>(%y, %x, %r, %s)",
        "affine_set<(y, x, r, s) : (y - x >= 0)>(%y, %x, %r, %s)",
        "affine_set<(y, x, r, s) : (y + r - 4 == 0)>(%y, %x, %r, %s)",
    ],
)
def test_a_condition_that_is_no_padding_is_refused(condition):
    (found,) = raise_nest(conv(f"affine.if {condition} {{ {LOAD} {ADD.format(value='i')} }}"))
    assert [item.code for item in found.diagnostics] == ["W403"]

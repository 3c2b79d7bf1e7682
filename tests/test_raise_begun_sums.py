"""Sums that the first iteration begins, in every language: an initial value, and one sum over all iterations.

Each runs in the loops of its own programs and computes what the text says.
"""

import numpy as np
import pytest
from nest_checks import machine
from nest_semantics import random_arrays, run

import weft
from weft.frontends.mlir import read_mlir
from weft.frontends.python import read_python
from weft.ir import Mapping
from weft.passes import raise_nest

PYTHON = """
def gemm(A: "f64[8, 6]", B: "f64[6, 7]", C: "f64[8, 7]", bias: "f64[7]"):
    for {0}:
        for {1}:
            for {2}:
                {3}
"""
LOOPS = {"i": "i in range(8)", "j": "j in range(7)", "k": "k in range(6)"}
PRODUCT = "A[i, k] * B[k, j]"
SUMS = {
    "else": "if k == 0: C[i, j] = P\nelse: C[i, j] += P",
    "not": "if k: C[i, j] += P\nelse: C[i, j] = bias[j] + P",
    "two": "if k < 1: C[i, j] = 2 + P\nif k >= 1: C[i, j] = C[i, j] + P",
    "choice": "C[i, j] = (C[i, j] if k > 0 else 0) + P",
    "value": "C[i, j] = P + bias[j] if not k else C[i, j] + P",
    "temporary": "before = bias[j] if k == 0 else C[i, j]\nC[i, j] = before + P",
    "ends": "if k == 0: C[i, j] = bias[j]\nC[i, j] += P\nif k == 5: C[i, j] = max(C[i, j], 0)",
    "corner": "if i + k == 0: C[i, j] = P\nelse: C[i, j] += P",
}


def python(order, text):
    body = "\n".join(f"{line}" for line in text.replace("P", PRODUCT).split("\n"))
    return PYTHON.format(*(LOOPS[name] for name in order), body.replace("\n", "\n" + " " * 16))


def computed(nest):
    """What the nest leaves in its arrays, and what its programs do."""
    raised = raise_nest(nest)
    errors = [str(error) for item in raised for error in item.diagnostics if error.is_error]
    assert not errors, errors
    mappings = [Mapping(item.workload, item.dataflow, machine(item.units), item.name) for item in raised]
    kinds = {item.name: float if item.element.startswith("f") else int for item in nest.arrays}
    first = {name: values.astype(kinds[name]) for name, values in random_arrays(nest).items()}
    again = {name: values.copy() for name, values in first.items()}
    run(nest.body, first)
    run(weft.reschedule(nest, mappings).body, again)
    return raised, first, again


@pytest.mark.parametrize("order", ["ijk", "jki", "kij"])
@pytest.mark.parametrize("form", SUMS)
def test_a_sum_that_begins_in_its_first_iteration_is_one_product(form, order):
    (nest,) = read_python(python(order, SUMS[form]))
    raised, first, again = computed(nest)
    assert np.array_equal(first["C"], again["C"])
    products = [item for item in raised if item.kind == "GEMM"]
    assert [item.workload.points for item in products] == [8 * 7 * 6]


@pytest.mark.parametrize(("element", "points"), [("i32", [8, 8 * 6]), ("f64", [8 * 6])])
def test_a_maximum_of_integers_begins_with_the_first_element(element, points):
    text = f"""
def rows(A: "{element}[8, 6]", C: "{element}[8]"):
    for i in range(8):
        for k in range(6):
            C[i] = A[i, k] if k == 0 else max(C[i], A[i, k])
"""
    (nest,) = read_python(text)
    raised, first, again = computed(nest)
    assert np.array_equal(first["C"], again["C"])
    assert [item.workload.points for item in raised] == points


def test_loops_in_both_branches_are_one_sum():
    text = """
def conv(I: "f64[4, 10]", F: "f64[5, 4, 3]", O: "f64[5, 8]"):
    for c in range(4):
        for r in range(3):
            if c + r == 0:
                for k in range(5):
                    for x in range(8):
                        O[k, x] = I[c, x + r] * F[k, c, r]
            else:
                for k in range(5):
                    for x in range(8):
                        O[k, x] += I[c, x + r] * F[k, c, r]
"""
    (nest,) = read_python(text)
    raised, first, again = computed(nest)
    assert [(item.kind, item.workload.points) for item in raised] == [("CONV", 4 * 3 * 5 * 8)]
    assert np.array_equal(first["O"], again["O"])


def test_what_the_first_iteration_does_alone_and_the_rest_of_the_sum_are_two_programs():
    (nest,) = read_python(python("ijk", "if k == 0: C[i, j] = A[i, k]\nelse: C[i, j] += P"))
    raised, first, again = computed(nest)
    assert np.array_equal(first["C"], again["C"])
    assert [item.workload.points for item in raised] == [8 * 7, 8 * 7 * 5]


@pytest.mark.parametrize("condition", ["k == 1", "k == 5", "i == 0", "k % 2 == 0"])
def test_a_sum_that_begins_again_elsewhere_is_refused(condition):
    (nest,) = read_python(python("ijk", f"if {condition}: C[i, j] = P\nelse: C[i, j] += P"))
    found = raise_nest(nest)
    assert all(item.workload is None for item in found)
    assert {error.code for item in found for error in item.diagnostics if error.is_error} <= {"W403", "W405", "W406"}


MLIR = """
func.func @gemm(%A: memref<8x6xf32>, %B: memref<6x7xf32>, %C: memref<8x7xf32>) {{
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  affine.for %i = 0 to 8 {{ affine.for %j = 0 to 7 {{ affine.for %k = 0 to 6 {{
    %x = affine.load %A[%i, %k] : memref<8x6xf32>
    %y = affine.load %B[%k, %j] : memref<6x7xf32>
    %m = arith.mulf %x, %y : f32
    {}
  }} }} }}
  return
}}
"""
LOAD = "%c = affine.load %C[%i, %j] : memref<8x7xf32>"
BRANCHES = {
    "affine.if": f"""affine.if affine_set<(d0) : (d0 == 0)>(%k) {{
      affine.store %m, %C[%i, %j] : memref<8x7xf32>
    }} else {{
      {LOAD}
      %s = arith.addf %c, %m : f32
      affine.store %s, %C[%i, %j] : memref<8x7xf32>
    }}""",
    "scf.if": f"""%f = arith.cmpi eq, %k, %c0 : index
    %o = scf.if %f -> (f32) {{ scf.yield %zero : f32 }} else {{
      {LOAD}
      scf.yield %c : f32
    }}
    %s = arith.addf %o, %m : f32
    affine.store %s, %C[%i, %j] : memref<8x7xf32>""",
    "arith.select": f"""{LOAD}
    %f = arith.cmpi sgt, %k, %c0 : index
    %o = arith.select %f, %c, %zero : f32
    %s = arith.addf %m, %o : f32
    affine.store %s, %C[%i, %j] : memref<8x7xf32>""",
}


@pytest.mark.parametrize("branch", BRANCHES)
def test_mlir_that_begins_a_sum_is_one_product(branch):
    (nest,) = read_mlir(MLIR.format(BRANCHES[branch]))
    raised, first, again = computed(nest)
    assert [(item.kind, item.workload.points) for item in raised] == [("GEMM", 8 * 7 * 6)]
    assert np.array_equal(first["C"], again["C"])

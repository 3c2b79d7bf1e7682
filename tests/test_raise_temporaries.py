"""Temporaries: their values are put where they are used, or they stay and a finding says so."""

import numpy as np
import pytest
from nest_checks import generated
from nests import nests
from temporaries import computed, tangles, with_temporaries

import weft
from weft.passes import raise_nest
from weft.passes.raising.forward import forward_temporaries


def check_same_program(drawn):
    """A nest through temporaries is raised to the program of the nest without them, and computes the same."""
    case, nest = drawn
    assert all(np.array_equal(a, b) for a, b in zip(computed(case.nest).values(), computed(nest).values(), strict=True))
    for recognize in (True, False):
        (expected,), (found,) = raise_nest(case.nest, recognize), raise_nest(nest, recognize)
        assert (found.workload, found.dataflow, found.units, found.kind) == (
            expected.workload,
            expected.dataflow,
            expected.units,
            expected.kind,
        ), f"{nest}\n{forward_temporaries(nest)}"
        assert [item.code for item in found.diagnostics] == [item.code for item in expected.diagnostics]


def check_same_results(nest):
    """Forwarding changes nothing that a caller sees, whatever the nest does with its temporaries."""
    ours, theirs = computed(nest), computed(forward_temporaries(nest))
    assert all(np.array_equal(ours[name], theirs[name]) for name in ours), f"{nest}\n{forward_temporaries(nest)}"


def test_a_nest_through_temporaries_is_raised_as_without_them():
    generated(check_same_program, with_temporaries(), 0, 30)


@pytest.mark.parametrize("strategy", [tangles(), nests(threads=False)], ids=["tangles", "nests"])
def test_forwarding_leaves_results_as_they_are(strategy):
    generated(check_same_results, strategy, 0, 35)


def test_a_temporary_whose_value_stands_elsewhere_is_no_array_any_more(tmp_path):
    path = tmp_path / "f.c"
    path.write_text("""
void f(double A[8][6], double x[6], double y[8]) {
  for (int i = 0; i < 8; i++) {
    double s = 0;
    for (int k = 0; k < 6; k++) { double a = A[i][k]; s += a * x[k]; }
    y[i] = s;
  }
}
""")
    (nest,) = weft.read_nests(str(path))
    assert [array.name for array in nest.arrays] == ["A", "x", "y", "s", "a"]
    assert [array.name for array in forward_temporaries(nest).arrays] == ["A", "x", "y", "s"]


FUSED = {
    "c": "void f(float *A, float x[6], float y[8]) {"
    " for (int i = 0; i < 8; i++) { float s = 0.f;"
    " for (int k = 0; k < 6; k++) { const float a = A[6*i + k]; s = fmaf(a, x[k], s); } y[i] = s; } }",
    "py": """
def f(A: "f32[8, 6]", x: "f32[6]", y: "f32[8]"):
    for i in range(8):
        for k in range(6):
            y[i] = fma(A[i, k], x[k], y[i])
""",
    "mlir": """
func.func @f(%A: memref<8x6xf32>, %x: memref<6xf32>, %y: memref<8xf32>) {
  affine.for %i = 0 to 8 {
    affine.for %k = 0 to 6 {
      %a = affine.load %A[%i, %k] : memref<8x6xf32>
      %b = affine.load %x[%k] : memref<6xf32>
      %c = affine.load %y[%i] : memref<8xf32>
      %d = math.fma %a, %b, %c : f32
      affine.store %d, %y[%i] : memref<8xf32>
    }
  }
  return
}
""",
}


@pytest.mark.parametrize("language", FUSED)
def test_a_fused_multiply_add_is_a_sum_of_products_in_every_language(language, tmp_path):
    path = tmp_path / f"f.{language}"
    path.write_text(FUSED[language])
    (nest,) = weft.read_nests(str(path))
    (found,) = raise_nest(nest)
    assert (found.kind, found.workload.macs) == ("GEMM", 48)


@pytest.mark.campaign
@pytest.mark.parametrize("number", range(100, 105))
def test_many_nests_with_temporaries(number):
    generated(check_same_program, with_temporaries(), number, 200)
    generated(check_same_results, nests(threads=False), number, 300)
    generated(check_same_results, tangles(), number, 1500)

"""The sampling oracle and the expectations agree on zeros that the layer or the machine treats apart."""

import re
from itertools import product

import pytest

import weft
from weft.backends.sampling import sample
from weft.validation.sparse_cases import compare

CONV = """Layer a {{ Type: {type} {more}
  Dimensions {{ K: 2, C: 2, R: 3, S: 2, Y: 5, X: 4 }}
  Dataflow {{ SpatialMap(1,1) K; }} }}"""
GEMM = "Layer a { Type: GEMM Dimensions { M: 4, N: 4, K: 8 } Dataflow { SpatialMap(1,1) M; } }"


def mapping(tmp_path, layer, machine, densities):
    file = tmp_path / "a.m"
    file.write_text(f"Network a {{ {layer} }}\n")
    (found,) = weft.load(file, accelerator=machine, overrides=["pes=8"], densities=densities)
    return found


def disagreeing(mapping):
    return [row.name for row in compare(mapping, 4, 128)[1] if not row.agrees]


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("CONV", "Padding { Y: 1, X: 2 }"),
        ("CONV", "Stride { Y: 2 } Dilation { X: 2 } Padding { Y: 3, X: 1 } PaddingAfter { Y: 0 }"),
        ("TRCONV", ""),
    ],
)
def test_an_input_that_is_not_stored_has_no_effect(tmp_path, kind, more):
    padded = mapping(tmp_path, CONV.format(type=kind, more=more), "generic_256", {"input": "0.4"})
    assert padded.workload.macs > padded.workload.useful_macs
    assert not disagreeing(padded)


def test_without_zeros_the_effectual_are_the_useful(tmp_path):
    more = "Stride { Y: 2 } Padding { Y: 2, X: 1 } PaddingAfter { Y: 1 }"
    padded = mapping(tmp_path, CONV.format(type="CONV", more=more), "generic_256", {"filter": "1.0"})
    held = sum(2 <= 2 * y + r < 7 and 1 <= x + s < 5 for y, x, r, s in product(range(3), range(5), range(3), range(2)))
    found = sample(weft.evaluate(padded).schedule, 2, 0)[("effectual",)]
    assert (found.mean, found.error) == (4 * held, 0)


@pytest.mark.parametrize("density", ["0.5", "2:4", "1:4", "3:4", "1:2", "4:8"])
def test_hardware_for_a_structure_takes_what_has_it(tmp_path, density):
    """Hardware for 2:4 sees two of every four, also where fewer are nonzero, and nothing of other tensors."""
    gemm = mapping(tmp_path, GEMM, "sparse_tensor_core", {"filter": density})
    assert not disagreeing(gemm)
    executed = sample(weft.evaluate(gemm).schedule, 16, 0)[("executed",)].mean
    assert executed == (64 if re.fullmatch("[12]:4", density) else 128)

"""The simulator knows what every function of statements computes, on the numbers that it draws."""

import numpy as np
import pytest

import weft
from weft.backends.simulate.values import compute
from weft.ir import FUNCTIONS, Access, Compute

CALLS = [(name, count) for name, counts in FUNCTIONS.items() for count in counts]
BITS = ["(A[i] * scale) >> shift", "A[i] << shift", "A[i] & scale", "A[i] | 5", "A[i] ^ 3", "(A[i] & 6) ^ (A[i] >> 1)"]


@pytest.mark.parametrize(("name", "count"), CALLS)
def test_every_function_has_a_meaning(name, count):
    names = [f"x{number}" for number in range(count)]
    data = {item: np.random.default_rng(number).uniform(0.5, 2.0, 7) for number, item in enumerate(names)}
    with np.errstate(all="ignore"):
        found = compute(Compute(name, tuple(Access(item, ()) for item in names)), data)
    assert np.shape(found) == (7,)


def test_bits_are_those_of_whole_numbers():
    data = {"x": np.array([5.9, 12.0, 3.2]), "y": np.array([1.5, 2.0, 0.9])}
    operands = tuple(Access(name, ()) for name in data)
    found = {name: compute(Compute(name, operands), data).tolist() for name in ("right_shift", "bitwise_xor")}
    assert found == {"right_shift": [2, 3, 3], "bitwise_xor": [4, 14, 3]}


@pytest.mark.parametrize("value", BITS)
def test_statements_of_bits_are_simulated(value, tmp_path):
    path = tmp_path / "bits.c"
    body = f"for (int i = 0; i < 24; i++) Y[i] = {value};"
    path.write_text(f"void f(int A[24], int Y[24], int scale, int shift) {{ {body} }}")
    (raised,) = weft.raise_nest(weft.read_nests(path)[0])
    mapping = weft.Mapping(raised.workload, raised.dataflow, weft.load_accelerator("generic_256"), raised.name)
    assert weft.simulate(mapping).matches_numpy

"""What a search does not cover stands beside its answer: findings of reading the layer, and zeros."""

import json
from pathlib import Path

import numpy as np
import pytest

import weft as package

MACHINE = """\
name: m
pes: 4
memories: [{name: L2}, {name: L1, instances: per_pe}]
actions: [{at: MAC, kind: skip, leaders: [input, filter]}]
"""
ZEROS = """\
Network n {{ Layer L {{
  Type: GEMM
  Dimensions {{ M: 6, N: 5, K: 8 }}
  Density {{ input: "{}", filter: 0.3 }}
}} }}
"""
COPIES = """\
void f(double X[6], double W[4][3], double Y[4][4]) {
  double c[3][4];
  for (int r = 0; r < 3; r++) for (int i = 0; i < 4; i++) c[r][i] = X[i + r];
  for (int k = 0; k < 4; k++) for (int i = 0; i < 4; i++) for (int r = 0; r < 3; r++) Y[k][i] += W[k][r] * c[r][i];
}
"""


@pytest.fixture
def zeros(tmp_path):
    np.save(tmp_path / "mask.npy", np.random.default_rng(0).random((6, 8)) < 0.5)
    (tmp_path / "m.yaml").write_text(MACHINE)
    path = tmp_path / "zeros.m"
    path.write_text(ZEROS.format(tmp_path / "mask.npy"))
    return str(path), "-a", str(tmp_path / "m.yaml"), "-q"


def test_a_copy_that_is_counted_as_a_tensor_is_told_where_it_is_mapped(weft, tmp_path):
    path = tmp_path / "copies.c"
    path.write_text(COPIES)
    code, _, err = weft("map", str(path), "--set", "pes=4")
    assert code == 0
    assert "warning[W413]: 'c[r, i]' is a copy, and is counted as a tensor of its own" in err
    assert "note[W410]" in err
    code, out, err = weft("map", str(path), "--set", "pes=4", "--json", "-q")
    assert [item["code"] for item in json.loads(out)["layers"][0]["result"]["diagnostics"]] == ["W410", "W413"]
    assert "note" not in err.replace("note: see", "")
    assert "W413" in err


def test_a_search_says_that_it_counts_zeros_and_what_is_expected_with_them(weft, zeros):
    code, out, err = weft("map", *zeros)
    assert code == 0
    assert "Expected with zeros" in out
    assert " ± " in out
    assert "warning[W604]: the search counts every element of input and filter, zero or not" in err


def test_the_same_as_data(weft, zeros, tmp_path):
    _, out, _ = weft("map", *zeros, "--json")
    (layer,) = json.loads(out)["layers"]
    assert "W604" in [item["code"] for item in layer["result"]["diagnostics"]]
    file, _, machine, _ = zeros
    path = tmp_path / "mapped.m"
    path.write_text(Path(file).read_text("utf-8").replace("\n} }", f"\nDataflow {{ {layer['dataflow']} }} }} }}"))
    (mapping,) = package.load(str(path), accelerator=machine)
    expected = package.evaluate_sparse(mapping)
    assert layer["result"]["sparse"]["cycles"] == expected.cycles
    assert layer["result"]["sparse"]["cycles_error"] == expected.cycles_error > 0

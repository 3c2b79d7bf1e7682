"""What the commands print of statements with operations beside multiply-accumulates."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"
QUANTISED = """
void dense(signed char A[8][6], signed char B[6][7], int C[8][7], int za, int zb, int scale, int shift) {
  for (int i = 0; i < 8; i++)
    for (int j = 0; j < 7; j++) {
      int sum = 0;
      for (int k = 0; k < 6; k++) sum += (A[i][k] - za) * (B[k][j] - zb);
      C[i][j] = (sum * scale) >> shift;
    }
}"""
POOL = """
void pool(float I[8], float O[4]) {
  for (int x = 0; x < 4; x++)
    for (int s = 0; s < 3; s++)
      if (2 * x + s >= 1) O[x] = fmaxf(O[x], I[2 * x + s - 1]);
}"""
COPY = """
void copy(float I[8], float O[8]) {
  for (int x = 0; x < 8; x++) O[x] = I[x];
}"""
TABLE = """
name: mine
entries:
  mac: {value: 0.25, unit: pJ, source: here}
  right_shift: {value: 0.5, unit: x mac, source: here}
  pe: {value: 1, unit: x mac, source: here}
  network: {value: 2, unit: x mac, source: here}
  buffer: {value: 6, unit: x mac, source: here}
  dram: {value: 200, unit: x mac, source: here}
"""


@pytest.fixture
def written(tmp_path):
    def write(text, name="kernel.c"):
        path = tmp_path / name
        path.write_text(text)
        return str(path)

    return write


def rows(output):
    """The cells of the table of operations, by its first one."""
    lines = output.partition("Other operations")[2].splitlines()[1:]
    cells = [line.split(maxsplit=4) for line in lines if line.strip() and "─" not in line]
    return {first: [cell.strip() for cell in rest] for first, *rest in cells[1:]}


def test_the_report_says_what_each_operation_costs_by_default(weft, written):
    code, output, _ = weft("evaluate", written(QUANTISED))
    assert code == 0
    # Zero points are part of the 336 multiply-accumulates; 56 sums that are scaled and shifted.
    assert rows(output) == {
        "mul": ["56", "1", "0.23", "that of a MAC"],
        "right_shift": ["56", "1", "0.23", "that of a MAC"],
    }


def test_the_report_says_what_a_machine_and_its_table_list(weft, written):
    table = written(TABLE, "mine.yaml")
    more = ("--energy-table", table, "--set", "intervals.mul=3", "--set", "intervals.right_shift=2")
    code, output, _ = weft("evaluate", written(QUANTISED), *more)
    assert code == 0
    assert rows(output) == {
        "mul": ["56", "3", "0.25", "that of a MAC"],
        "right_shift": ["56", "2", "0.125", "'right_shift' of mine"],
    }


def test_a_copy_costs_its_accesses(weft, written):
    _, output, _ = weft("evaluate", written(COPY))
    assert rows(output) == {"copy": ["8", "1", "0", "its accesses alone"]}


def test_products_alone_have_no_table_of_operations(weft):
    code, output, _ = weft("evaluate", str(EXAMPLES / "figure5.m"), "--set", "pes=3")
    assert code == 0
    assert "Other operations" not in output


def test_json_has_the_operations_of_each_layer(weft, written):
    _, output, _ = weft("evaluate", written(QUANTISED), "--json")
    found = [layer["operations"] for layer in json.loads(output)["layers"]]
    assert found == [{"mac": 336}, {"mul": 56, "right_shift": 56}]


def test_maxima_of_padding_are_told_as_points(weft, written):
    code, output, errors = weft("evaluate", written(POOL))
    assert (code, rows(output)["max"][0]) == (0, "12")
    assert "note[W109]: 1 of 12 points work on padding" in errors


def test_an_unknown_operation_of_a_machine_is_refused(weft, written):
    code, _, errors = weft("evaluate", written(COPY), "--set", "intervals.expp=3")
    assert code == 1
    assert "unknown operation 'expp': did you mean 'exp'?" in errors

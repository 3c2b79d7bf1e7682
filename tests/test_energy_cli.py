"""`--energy-table` on the command line, and what reports say of energies."""

import json

import pytest

LAYER = """
Network n { Layer L {
  Type: GEMM
  Dimensions { M: 2, N: 2, K: 2 }
  Dataflow { SpatialMap(1,1) M; TemporalMap(1,1) N; TemporalMap(1,1) K; }
} }
"""
TABLE = """
name: mine
entries:
  mac: {value: 7, unit: pJ, source: here}
  pe: {value: 0, unit: pJ, source: here}
  network: {value: 0, unit: pJ, source: here}
  buffer:
    source: there
    points: [{capacity_bytes: 100, width_bits: 8, value: 0}, {capacity_bytes: 200, width_bits: 8, value: 0}]
"""


@pytest.fixture
def files(tmp_path, monkeypatch):
    (tmp_path / "layer.m").write_text(LAYER)
    (tmp_path / "mine.yaml").write_text(TABLE)
    monkeypatch.chdir(tmp_path)


def test_a_table_of_the_command_line_replaces_the_machines(weft, files):
    machine = ("--set", "pes=2", "--set", "L2.capacity_bytes=128")
    code, output, _ = weft("evaluate", "layer.m", "--json", *machine, "--energy-table", "mine.yaml")
    (layer,) = json.loads(output)["layers"]
    assert (code, layer["energy_pj"]["total"]) == (0, 7 * 8)
    assert layer["energy_terms"][-1]["source"] == "mine.mac: here"
    same = weft("evaluate", "layer.m", "--json", *machine, "--set", "energy_table=mine.yaml")
    assert same == (0, output, "")


def test_explain_shows_power_and_the_source_of_areas(weft, files):
    code, output, _ = weft(
        "explain",
        "layer.m",
        "--set",
        "clock_mhz=250",
        "--set",
        "L1.capacity_bytes=99",
        "--energy-table",
        "accelergy_32nm",
    )
    assert code == 0
    assert "W over" in output
    assert "at 250 MHz" in output
    assert "accelergy_32nm.mac: mac of 8-bit operands" in output


@pytest.mark.parametrize(
    ("table", "words"),
    [("horowitz", "did you mean 'horowitz_45nm'?"), ("mine.yaml", "the points of 'buffer' are for 100 to 200 bytes")],
)
def test_a_table_that_is_not_there_or_does_not_reach(weft, files, table, words):
    code, _, errors = weft("evaluate", "layer.m", "--energy-table", table, "--set", "L2.capacity_bytes=300")
    assert (code, words in errors) == (1, True)

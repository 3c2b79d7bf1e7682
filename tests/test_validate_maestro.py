"""The comparison with MAESTRO: with its files and without."""

from __future__ import annotations

import pytest

from weft.validation.maestro import comparison
from weft.validation.maestro.attribution import FIGURES
from weft.validation.maestro.reference import VARIABLE, reference_folder
from weft.validation.maestro.survey import survey
from weft.validation.maestro.tables import files_table, quirks_table, refused_table

REFERENCE = reference_folder()
needs_reference = pytest.mark.skipif(REFERENCE is None, reason="MAESTRO's own files are not beside this checkout")


@pytest.fixture(scope="module")
def some_files(tmp_path_factory):
    """A few of the shipped files, in a folder like theirs."""
    folder = tmp_path_factory.mktemp("reference")
    (folder / "maestro" / "mapping").mkdir(parents=True)
    for name in ("GEMM_Example.m", "vgg16_ckp_ws.m", "vgg16_rs.m", "Transformer_Layers.m"):
        source = REFERENCE / "maestro" / "mapping" / name
        (folder / "maestro" / "mapping" / name).write_text(source.read_text("utf-8"), "utf-8")
    return survey(folder)


def test_without_the_files_the_small_layers_are_compared(monkeypatch, tmp_path):
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    found = comparison()
    assert found.holds
    assert len(found.checks) == len(found.tables) == 1
    assert f"`{VARIABLE}=DIR`" in found.about


def test_the_variable_names_the_folder(monkeypatch, tmp_path):
    (tmp_path / "maestro" / "mapping").mkdir(parents=True)
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    assert reference_folder() == tmp_path


@needs_reference
def test_the_row_of_a_file(some_files):
    table = files_table(some_files)
    row = dict(zip(table.columns, next(row for row in table.rows if row[0] == "GEMM_Example.m"), strict=True))
    # 100 rows, 100 taps, 100 columns: 1 000 000 reads. In each of the 99 times that N advances and the rows start
    # over, two rows of 100 are taken to be still there: 19 800 less.
    assert (row["layers"], row["MACs equal"], row["input reads: MAESTRO / Weft"]) == (1, "1 of 1", "0.9802")
    assert row["output reads: MAESTRO / Weft"] == "100 / 0"
    assert "Q15 all" in row["quirks: layers"]


@needs_reference
def test_what_maestro_says_about_refused_layers(some_files):
    rows = refused_table(some_files).rows
    assert ("vgg16_rs.m", "13, first CONV1") in {row[:2] for row in rows}
    assert all("SIGFPE" in row[3] for row in rows if row[0] == "vgg16_rs.m")
    # SpatialMap(2,1) K executes all K but the first twice: 2 · 128 − 2 of 128.
    [outcome] = [row[3] for row in rows if row[0] == "Transformer_Layers.m"]
    assert outcome == "2,080,768 MACs of 1,048,576"


@needs_reference
def test_quirks_are_counted_per_figure(some_files):
    table = quirks_table(some_files)
    rows = {row[0]: dict(zip(table.columns, row, strict=True)) for row in table.rows}
    # Every evaluated layer ends with outputs that MAESTRO lets go at once; only several levels can restart.
    evaluated = sum(item.weft is not None for item in some_files)
    assert rows["drain"]["cycles"] == evaluated
    assert rows["restart"]["cycles"] == evaluated
    assert all(rows["Q5"][name] == 0 for name in FIGURES)

"""The PolyBench kernels raise, or are refused for the right rule, as docs/raising.md says."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

import weft
from weft.passes import raise_nest

ROOT = Path(__file__).parents[1]
KERNELS = sorted((ROOT / "examples" / "polybench").glob("*.c"))
SIZES = {
    "bicg": {"m": 12, "n": 15},
    "jacobi-1d": {"tsteps": 6, "n": 20},
    "mvt": {"n": 13},
    "trisolv": {"n": 12},
}
DOCUMENT = ROOT / "docs" / "raising.md"
HEAD = "| kernel | raised | refused |\n|---|---|---|\n"


def row(path):
    """What becomes of a kernel, as a row of the document's table."""
    (nest,) = weft.read_nests(path, SIZES.get(path.stem))
    raised, refused = [], []
    for result in raise_nest(nest):
        line = result.span.line
        errors = [item.code for item in result.diagnostics if item.is_error]
        if errors:
            refused += [f"{code} ({line})" for code in errors]
        else:
            extents = " × ".join(str(extent) for extent in result.workload.extents.values() if extent > 1)
            raised.append(f"{result.kind} {extents} ({line})")
    return f"| {path.stem} | {'; '.join(raised)} | {'; '.join(refused)} |\n"


def test_there_are_the_twenty_kernels():
    names = "2mm 3mm atax bicg cholesky covariance doitgen durbin floyd-warshall gemm"
    more = "gesummv jacobi-1d jacobi-2d lu mvt seidel-2d syr2k syrk trisolv trmm"
    assert [path.stem for path in KERNELS] == f"{names} {more}".split()


def test_the_documents_table_is_what_happens():
    text = DOCUMENT.read_text("utf-8")
    start = text.index(HEAD) + len(HEAD)
    shown = re.match(r"(\|.*\n)*", text[start:])[0]
    real = "".join(row(path) for path in KERNELS)
    if os.environ.get("WEFT_UPDATE_DOCS") == "1":
        DOCUMENT.write_text(text[:start] + real + text[start + len(shown) :], "utf-8")
        return
    assert shown == real


RULES = {
    "cholesky": {"W405"},
    "covariance": {"W407"},
    "doitgen": {"W405"},
    "durbin": {"W405"},
    "floyd-warshall": {"W406"},
    "jacobi-1d": {"W406"},
    "jacobi-2d": {"W406"},
    "lu": {"W405"},
    "seidel-2d": {"W406"},
    "syr2k": {"W407"},
    "syrk": {"W407"},
    "trisolv": {"W405"},
    "trmm": {"W406"},
}


@pytest.mark.parametrize("path", KERNELS, ids=lambda path: path.stem)
def test_a_kernel_is_refused_for_the_right_rule_or_not_at_all(path):
    (nest,) = weft.read_nests(path, SIZES.get(path.stem))
    codes = {item.code for result in raise_nest(nest) for item in result.diagnostics if item.is_error}
    assert codes == RULES.get(path.stem, set())


@pytest.mark.parametrize("path", [path for path in KERNELS if path.stem not in RULES], ids=lambda path: path.stem)
def test_what_is_raised_is_verified(path):
    for mapping in weft.load(path, overrides=["pes=256"], sizes=SIZES.get(path.stem)):
        cost = weft.evaluate(mapping)
        assert weft.verify(cost) == ()


def test_sizes_that_a_kernel_needs_are_asked_for():
    (nest,) = weft.read_nests(ROOT / "examples" / "polybench" / "mvt.c")
    findings = [item for result in raise_nest(nest) for item in result.diagnostics]
    assert {item.code for item in findings} == {"W005"}
    assert "--sizes n=" in findings[0].hint

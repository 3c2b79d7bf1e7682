"""One function compares spellings, and one words the hint."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sources import imports_of
from test_architecture import FILES, ROOT

from weft.ir.nearest import SHORT, did_you_mean, nearest


@pytest.mark.parametrize(
    ("name", "known", "found"),
    [
        ("cicles", ["energy", "cycles"], "cycles"),
        ("l2", ["DRAM", "L2"], "L2"),
        ("spatialmap", ["SpatialMap", "TemporalMap"], "SpatialMap"),
        ("zzz", ["energy", "cycles"], None),
        ("a", [], None),
    ],
)
def test_the_nearest_name_is_found_whatever_its_case(name, known, found):
    assert nearest(name, known) == found
    assert nearest(name, iter(known)) == found


def test_names_of_a_program_text_differ_by_case():
    assert nearest("K", ["k"], fold=False) is None
    assert nearest("Size", ["Sise", "size"], fold=False) in ("Sise", "size")


def test_short_names_need_less_likeness():
    assert nearest("KC", ["K1", "Q"]) is None
    assert nearest("KC", ["K1", "Q"], SHORT) == "K1"


def test_the_hint_names_the_nearest_or_else_what_there_is():
    assert did_you_mean("cicles", ["cycles"], "objectives") == "did you mean 'cycles'?"
    assert did_you_mean("zzz", ["cycles", "edp"], "objectives") == "the objectives are cycles, edp"
    assert did_you_mean("zzz", [], "sizes", "nothing depends on a size") == "nothing depends on a size"
    assert did_you_mean("zzz", ["cycles"], otherwise="write it down") == "write it down"
    assert did_you_mean("zzz", ["cycles"]) == ""


@given(st.text(max_size=500), st.lists(st.text(max_size=20)))
def test_only_a_known_name_is_offered(name, known):
    assert nearest(name, known) in (None, *known)
    if name in known and len(name) <= 200:
        assert nearest(name, known).lower() == name.lower()


def test_very_long_names_and_lists_take_no_time_to_speak_of():
    assert nearest("a" * 10**6, ["b" * 100] * 10**6) is None


def test_nothing_else_compares_spellings():
    assert len(FILES) > 300
    users = []
    for file in FILES:
        for node in imports_of(file):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) else []
            if "difflib" in names:
                users.append(file.relative_to(ROOT).as_posix())
    assert users == ["ir/nearest.py"]


def test_nothing_else_words_the_hint():
    """No other text of the program asks what was meant."""
    users = []
    for file in FILES:
        tree = ast.parse(file.read_text("utf-8"))
        constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant))
        texts = [node.value for node in constants if isinstance(node.value, str)]
        if any("did you mean" in text.lower() for text in texts):
            users.append(file.relative_to(ROOT).as_posix())
    assert users == ["ir/nearest.py"]

"""No table loses a name or a digit, however narrow the terminal is."""

import io
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from small_maps import ARGUMENTS
from terminals import in_pty, terminal

from weft.cli.tables import Table
from weft.validation import compare

EXAMPLES = Path(__file__).parents[1] / "examples"
WIDTHS = (20, 40, 60, 80, 100, 120)
NETWORK = """Network n {
  Layer A_layer_of_a_long_name { Type: GEMM Dimensions { M: 16, N: 16, K: 16 } }
  Layer [bold]B { Type: GEMM Dimensions { M: 16, N: 16, K: 8 } }
}
"""
DENSITIES = ("--density", "filter=0.5", "--density", "input=2:4")
COMMANDS = {
    "evaluate": ["evaluate", str(EXAMPLES / "vgg16_kcp.m"), "-l", "CONV2", "-l", "FC1"],
    "evaluate, inserted zeros": ["evaluate", str(EXAMPLES / "unet_kcp.m"), "-l", "TRCONV1"],
    "evaluate, densities": ["evaluate", str(EXAMPLES / "figure5.m"), *DENSITIES],
    "explain": ["explain", str(EXAMPLES / "vgg16_kcp.m"), "-l", "CONV2"],
    "explain, densities": ["explain", str(EXAMPLES / "figure5.m"), "-l", "D", "--density", "filter=0.5"],
    "simulate": ["simulate", str(EXAMPLES / "figure5.m"), "-l", "D"],
    "map": ["map", "net.m", *ARGUMENTS, "--share", "one", "--store", "store"],
    "map, front": ["map", "net.m", *ARGUMENTS, "-l", "B", "--objective", "energy,cycles", "--store", "store"],
    "accelerators": ["accelerators"],
    "validate": ["validate", "scalesim"],
    "check": ["check", str(EXAMPLES / "figure6.m")],
    "raise": ["raise", str(EXAMPLES / "nests/table3.py") + ":yr_p"],
    "lower": ["lower", str(EXAMPLES / "figure5.m"), "-l", "D"],
}  # fmt: skip


def words(text):
    """The words of an output with their number, without lines of tables."""
    return Counter(re.sub(r"─+|:(?=\s)", " ", text).split())


@pytest.mark.parametrize("name", COMMANDS)
def test_a_terminal_of_any_width_shows_each_word_that_a_pipe_gets(name, weft, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("weft.cli.validate.compare", cache(compare))
    Path("net.m").write_text(NETWORK)
    weft(*COMMANDS[name])
    code, pipe, _ = weft(*COMMANDS[name])
    for width in WIDTHS:
        with terminal(width) as screen:
            assert weft(*COMMANDS[name])[0] == code
            shown = screen()
        assert not words(pipe) - words(shown), f"{width} columns"
        assert shown.count("…") == pipe.count("…")


def test_a_terminal_of_80_columns_shows_whole_numbers(weft):
    shown = in_pty(80, *COMMANDS["evaluate"])
    assert not words(weft(*COMMANDS["evaluate"])[1]) - words(shown)
    assert max(map(len, shown.splitlines())) <= 80


CELLS = st.text(st.sampled_from("ab1,. µ漢"), max_size=12)
TABLES = st.integers(1, 6).flatmap(
    lambda count: st.tuples(
        st.lists(st.tuples(CELLS, st.sampled_from(["left", "right"])), min_size=count, max_size=count),
        st.lists(st.lists(CELLS, min_size=count, max_size=count), max_size=5),
        st.integers(1, count),
    )
)


def drawn(table, width):
    out = io.StringIO()
    Console(file=out, width=width, soft_wrap=True, markup=False).print(table)
    return out.getvalue()


@given(TABLES, st.integers(1, 120))
@settings(max_examples=100, deadline=None)
def test_every_table_is_whole_at_every_width(parts, width):
    columns, rows, names = parts
    table = Table("title", columns, names)
    for row in rows:
        table.add_row(*row)
    text = drawn(table, width)
    assert not words(" ".join(cell for row in rows for cell in row)) - words(text)
    lines = text.splitlines()[1:]
    if any("─" in line for line in lines):
        assert max(map(cell_len, lines)) <= width


ROWS = Table("", [("layer", "left"), ("MACs", "right"), ("cycles of it", "right"), ("why", "left")])
ROWS.add_row("CONV1", "1,234,567", "89,012", "since the weights stay")
ROWS.add_section()
ROWS.add_row("sum", "1", "2", style="red")


def lines_of(width):
    return [line.strip() for line in drawn(ROWS, width).splitlines() if line.strip("─ ")]


def test_a_table_that_fits_is_not_folded():
    assert lines_of(80)[0] == "layer        MACs   cycles of it   why"
    assert lines_of(80)[1] == "CONV1   1,234,567         89,012   since the weights stay"


def test_headings_fold_before_a_table_is_taken_apart():
    assert lines_of(53) == [
        "cycles of",
        "layer       MACs         it  why",
        "CONV1  1,234,567     89,012  since the weights stay",
        "sum            1          2",
    ]


def test_a_table_that_is_too_wide_becomes_several_with_the_names_in_each():
    assert lines_of(40) == [
        "layer        MACs   cycles of it",
        "CONV1   1,234,567         89,012",
        "sum             1              2",
        "layer   why",
        "CONV1   since the weights stay",
        "sum",
    ]


def test_a_table_for_which_no_two_columns_fit_becomes_records():
    assert lines_of(10) == [
        "layer: CONV1", "MACs: 1,234,567", "cycles of it: 89,012", "why: since the weights stay",
        "layer: sum", "MACs: 1", "cycles of it: 2",
    ]  # fmt: skip

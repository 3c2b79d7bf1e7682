"""Which front end reads a file; front ends of other distributions stand in Python and on the command line."""

import json
import re

import pytest
from declared import install, tool

import weft
from weft.frontends import registry
from weft.frontends.frontend import Frontend
from weft.frontends.registry import find_frontend, frontend_of, is_design_file, is_loop_file, suffixes
from weft.ir import WeftError

MODULE = '''
from weft.frontends.frontend import Frontend
from weft.frontends.mapping_text import parse_mapping
from weft.frontends.python import read_python
from weft.ir import Diagnostic, Layer, Network, Span, WeftError, operator_workload

def read_rows(source):
    """One GEMM a line: its name, and M, N and K."""
    layers = []
    for number, line in enumerate(source.text().removeprefix("rows").split("\\n"), 1):
        if not line.strip():
            continue
        name, *sizes = line.split()
        if len(sizes) != 3:
            raise WeftError(Diagnostic("W001", "expected NAME M N K", span=Span(source.path, number, 1, line)))
        layers.append(Layer(name, operator_workload("GEMM", dict(zip("MNK", map(int, sizes))))))
    return (Network("rows", tuple(layers)),)

def read_nests(source):
    return read_python(source.text().replace("#", ""), source.path, source.sizes, source.function)

def read_design(paths):
    with open(paths[0]) as file:
        return parse_mapping(file.read()), ()

ROWS = Frontend("rows", (".rows",), lambda text: text.startswith("rows"), networks=read_rows)
HASHED = Frontend("hashed", (".hashed",), nests=read_nests)
DESIGN = Frontend("printed", (".printed",), design=read_design)
PAIR = Frontend("pair", line=lambda text: text.startswith("pair/"), networks=lambda source: (
    Network(source.path, (Layer("a", operator_workload("GEMM", {"M": 2, "N": 2, "K": 2})),)),))
PYTHON = Frontend("mine", (".py",), nests=read_nests)
'''
POINTS = [
    ("weft.frontends", name, place)
    for name, place in {
        "rows": "ROWS",
        "hashed": "HASHED",
        "printed": "DESIGN",
        "pair": "PAIR",
        "python": "PYTHON",
        "broken": "read_rows",
        "lost": "Lost",
    }.items()
]
NEST = """
def f(A: "f64[N, 8]", B: "f64[8, 6]", C: "f64[N, 6]"):
    for i in range(N):
        for j in range(6):
            for k in range(8):
                C[i, j] += A[i, k] * B[k, j]
"""


@pytest.fixture
def folder(tmp_path):
    """A folder in which a distribution with front ends is installed, and files for them."""
    install(tmp_path, "tabular", MODULE, POINTS)
    (tmp_path / "a.rows").write_text("one 4 5 6\ntwo 7 8 9\n")
    (tmp_path / "plain").write_text("rows\none 4 5 6\n")
    (tmp_path / "wrong.rows").write_text("one 4\n")
    (tmp_path / "n.hashed").write_text(NEST)
    mapping = weft.Mapping(
        weft.parse_workload("gemm:M=4,N=4,K=4"), weft.parse_dataflow("TemporalMap(1,1) M;"),
        weft.load_accelerator("generic_256"), "L",
    )  # fmt: skip
    (tmp_path / "d.printed").write_text(str(mapping))
    (tmp_path / "e.printed").write_text(str(mapping))
    return tmp_path


@pytest.fixture
def tabular(folder, monkeypatch):
    """The same in this process."""
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.chdir(folder)
    registry._declared.cache_clear()
    yield
    registry._declared.cache_clear()


@pytest.mark.parametrize(
    ("argument", "name"),
    [
        ("gemm:M=4,N=4,K=4", "workload"),
        ("f.py", "python"),
        ("f.py:g", "python"),
        ("f.h", "c"),
        ("f.mlir:main", "mlir"),
        ("design.yml", "timeloop"),
        ("absent.m", "maestro"),
        ("./absent", None),
        ("absent.txt", None),
        ("", None),
    ],
)
def test_an_ending_says_which_front_end_reads_a_file(argument, name):
    found = find_frontend(argument)
    assert (found and found.name) == name


def test_else_the_text_says_it(tmp_path):
    for text, name in (("Network n { }", "maestro"), ("for x in [0:4)", "timeloop"), ("words", None), ("", None)):
        (tmp_path / "file.txt").write_text(text)
        (tmp_path / "file").write_text(text)
        for file in (tmp_path / "file.txt", tmp_path / "file"):
            found = find_frontend(file)
            assert (found and found.name) == name, text
            assert is_design_file(file) == (name == "timeloop")
            assert not is_loop_file(file)


def test_a_file_of_no_known_kind_names_the_known_endings(tmp_path):
    (tmp_path / "model.mm").write_text("words")
    (tmp_path / "model.xyzzy").write_text("words")
    with pytest.raises(WeftError, match=r"error\[W008\]: '.*model.xyzzy' is of no kind that is read") as caught:
        weft.read(tmp_path / "model.xyzzy")
    assert f"the endings are {', '.join(suffixes())}" in str(caught.value)
    assert {".py", ".c", ".h", ".mlir", ".yaml", ".yml", ".m", ".onnx", ".pt2"} <= {*suffixes()}
    with pytest.raises(WeftError, match=r"did you mean '.m'\?"):
        weft.read(tmp_path / "model.mm")
    with pytest.raises(WeftError, match="No such file"):
        weft.read(tmp_path / "absent")


def test_a_design_is_not_read_file_by_file(tmp_path):
    (tmp_path / "x.yaml").write_text("problem: {}")
    with pytest.raises(WeftError, match=r"is part of a timeloop design\n  hint: weft\.read_timeloop"):
        weft.read(tmp_path / "x.yaml")


def test_a_front_end_makes_one_thing():
    for made in ({}, {"networks": print, "nests": print}):
        with pytest.raises(ValueError, match="front end 'x' makes one of networks, nests and a design"):
            Frontend("x", **made)


@pytest.mark.usefixtures("tabular")
def test_declared_front_ends_read_files_lines_and_nests():
    (network,) = weft.read("a.rows")
    assert [(layer.name, layer.workload.macs) for layer in network.layers] == [("one", 120), ("two", 504)]
    (network,) = weft.read("plain")
    assert [layer.name for layer in network.layers] == ["one"]
    assert weft.read("pair/x")[0].layers[0].workload.macs == 8
    assert is_loop_file("n.hashed:f")
    (nest,) = weft.read_nests("n.hashed:f", {"N": 3})
    assert nest.name == "f"
    (network,) = weft.read("n.hashed", {"N": 3})
    assert network.layers[0].workload.macs == 3 * 6 * 8
    (mapping,) = weft.load("n.hashed", sizes={"N": 3})
    assert mapping.workload.operator == "GEMM"
    with pytest.raises(WeftError, match=r"wrong.rows:1:1: error\[W001\]: expected NAME M N K"):
        weft.read("wrong.rows")
    assert {".rows", ".hashed"} < {*suffixes()}


@pytest.mark.usefixtures("tabular")
def test_endings_of_wefts_own_stay_its_own():
    assert frontend_of("f.py").name == "python"


@pytest.mark.usefixtures("tabular")
def test_a_broken_front_end_is_told_where_it_might_be_the_one(folder):
    (folder / "m.xyzzy").write_text("words")
    with pytest.raises(WeftError) as caught:
        weft.read("m.xyzzy")
    assert [item.code for item in caught.value.diagnostics] == ["W008", "W012", "W012"]
    assert "'broken' (tabular:read_rows of tabular), an entry point of the group weft.frontends, is no" in str(
        caught.value
    )
    assert "'lost' (tabular:Lost of tabular)" in str(caught.value)


@pytest.mark.usefixtures("tabular")
def test_a_front_end_that_fails_is_a_finding(folder):
    (folder / "words.rows").write_text("one 4 x 6\n")
    with pytest.raises(WeftError, match=r"\[W012\]: 'rows' .*tabular.* fails: ValueError: invalid literal"):
        weft.read("words.rows")


def test_the_command_line_reads_them(folder):
    text, code = tool(folder, "weft", "raise", "n.hashed", "--sizes", "N=3")
    assert code == 0, text
    assert "Dimensions { M: 3, N: 6, K: 8 }" in text
    text, code = tool(folder, "weft", "evaluate", "d.printed", "--json")
    assert code == 0, text
    document = json.loads(text)
    assert [layer["macs"] for layer in document["layers"]] == [64]
    text, code = tool(folder, "weft", "check", "a.rows")
    assert code == 0
    assert "2 layers checked" in text
    text, code = tool(folder, "weft", "check", "wrong.rows")
    assert (code, "Traceback" in text) == (1, False)
    assert re.search(r"wrong.rows:1:1: error\[W001\]: expected NAME M N K", text)

"""Nothing from outside is shown with controls in it: names, lines of files, options."""

import json

import numpy as np
import pytest

import weft as library
from weft import ir
from weft.ir.printable import printable

HOSTILE = "a\x1b[2K\x07\u202eb"
SHOWN = r"a\x1b[2K\x07\u202eb"
PROGRAM = f"""Network {HOSTILE} {{
  Layer {HOSTILE} {{
    Type: GEMM
    Dimensions {{ M: 4, N: 4, K: 4 }}
    Dataflow {{ SpatialMap(1,1) M; }}
  }}
}}
"""


def plain(text):
    return all(line.isprintable() for line in text.split("\n"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("café Ω 漢字 'x'", "café Ω 漢字 'x'"),
        (HOSTILE, SHOWN),
        ("a\nb\tc\0", r"a\nb\tc\x00"),
        ("\ud800\u2028\ufeff", r"\ud800\u2028\ufeff"),
    ],
)
def test_printable_text_stays_and_the_rest_is_escaped(text, shown):
    assert printable(text) == shown
    assert printable(shown) == shown


def test_carets_stay_below_the_place_in_an_escaped_line():
    span = ir.Span("f\x1b.m", 3, 4, 2, "a\x07\tb\x1bc")
    lines = str(ir.Diagnostic("W001", "wrong\nerror[W999]: forged", span=span, notes=("n\r",), hint="h\x00")).split(
        "\n"
    )
    assert lines == [
        r"f\x1b.m:3:4: error[W001]: wrong\nerror[W999]: forged",
        r" 3 | a\x07 b\x1bc",
        r"   |       ^^^^^",
        r"  note: n\r",
        r"  hint: h\x00",
    ]


def test_of_a_long_line_the_part_around_the_place_is_shown():
    lines = str(
        ir.Diagnostic("W001", "wrong", span=ir.Span("f.m", 1, 5001, 4, "a" * 5000 + "here" + "b" * 5000))
    ).split("\n")
    assert max(map(len, lines)) < 400
    place = lines[2].index("^")
    assert lines[1][place : place + 4] == "here"
    assert (lines[2].count("^"), lines[1].count("…"), lines[1].count("a"), lines[1].count("b")) == (4, 2, 120, 236)


@pytest.mark.parametrize(
    "command",
    [
        "check",
        "check --json",
        "evaluate",
        "evaluate --csv -",
        "evaluate --json",
        "explain",
        "simulate",
        "simulate --json",
        "lower --emit c",
        "lower --emit python",
        "lower --emit nest",
        "lower --emit timeloop",
        "lower --emit mlir",
        "opt",
    ],
)
def test_no_command_shows_the_controls_of_a_name(command, weft, tmp_path):
    file = tmp_path / "hostile.m"
    file.write_text(PROGRAM, "utf-8")
    name, *options = command.split()
    code, out, errors = weft(name, str(file), *options)
    assert code == 0, errors
    assert plain(out.replace("\r\n", "\n"))
    assert plain(errors)
    if command != "check" and "emit" not in command:
        assert SHOWN in (str(json.loads(out)).replace("\\\\", "\\") if "json" in command else out)


def test_what_is_wrong_is_shown_without_controls(weft, tmp_path):
    file = tmp_path / "wrong.m"
    file.write_text(PROGRAM.replace("SpatialMap(1,1) M", "SpatialMap(1,1) \x1b[31mQ; \r Banana"), "utf-8")
    for command in (("check",), ("evaluate", "--csv", "-"), ("evaluate", "--json"), ("evaluate",), ("opt",)):
        code, out, errors = weft(command[0], str(file), *command[1:])
        assert code == 1
        assert plain(out + errors)
        assert r"\x1b" in errors


@pytest.mark.parametrize(
    "arguments",
    [
        ("evaluate", HOSTILE),
        ("check", "examples/vgg16_kcp.m", "-a", HOSTILE),
        ("check", "examples/vgg16_kcp.m", "--set", HOSTILE),
        ("check", "examples/vgg16_kcp.m", "--bind", HOSTILE),
        ("check", "examples/vgg16_kcp.m", "--sizes", HOSTILE),
        ("check", "examples/vgg16_kcp.m", "--density", f"{HOSTILE}=1"),
        ("check", "examples/vgg16_kcp.m", "-l", HOSTILE),
        ("map", "gemm:M=4,N=4,K=4", "-c", HOSTILE),
        ("map", "gemm:M=4,N=4,K=4", "--gap", HOSTILE),
        ("map", f"gemm:{HOSTILE}"),
        (HOSTILE,),
    ],
)
def test_options_are_shown_without_controls(arguments, weft):
    code, out, errors = weft(*arguments)
    assert code in (1, 2)
    assert plain(out + errors)


def test_names_made_in_python_are_printable_too():
    layer = ir.Layer(HOSTILE, None)
    assert (layer.name, ir.Network(HOSTILE, ()).name) == (SHOWN, SHOWN)
    machine = library.load_accelerator("generic_256", ["name=" + HOSTILE])
    assert machine.name == SHOWN
    assert library.parse_mapping(str(mapping := next(iter(library.load("examples/figure5.m"))))) == mapping


def test_names_in_programs_are_printable():
    program = library.parse_dataflow("SpatialMap(1,1) M; Cluster(4, L\u202e2); Hold(L\u202e2: in\u202eput);")
    assert plain(str(program))
    assert r"Cluster(4, L\u202e2)" in str(program)


def test_a_workload_whose_names_cannot_be_printed_is_refused():
    tensor = ir.Tensor(HOSTILE, (ir.Subscript((ir.Term("M"),)),))
    workload = ir.Workload("AFFINE", (("M", 4),), (), tensor)
    mapping = ir.Mapping(workload, library.parse_dataflow("SpatialMap(1,1) M;"), library.load_accelerator("eyeriss"))
    found = [str(item) for item in library.check(mapping)]
    assert any("W011" in text and "cannot be printed" in text for text in found)
    assert plain("\n".join(found))


def test_names_in_files_of_numbers_are_shown_without_controls(tmp_path):
    file = tmp_path / f"{HOSTILE[:3]}.npy"
    np.save(file, np.array(["text"]))
    with pytest.raises(library.WeftError) as caught:
        library.load("gemm:M=4,N=4,K=4", densities={"input": f'"{file}"'})
    assert plain(str(caught.value))

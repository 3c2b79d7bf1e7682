"""Every mistake is told with its code, its place and what was meant; the layers around it are still read."""

import pytest

from weft.frontends.maestro import (
    parse_dataflow,
    parse_layer,
    parse_maestro,
    parse_workload,
    read_maestro,
)
from weft.ir import WeftError

TEXT = """Constant Seq_Len 128;
Network N {
  Layer A {
    Type: CONV
    Stride { X: 2, Y: 2 }
    Dimensions { K: 64, C: 3, R: 3, S: 3, Y: 224, X: 224 }
    Dataflow {
      SpatialMap(1,1) K;
      TemporalMap(Sz(R),Sz(R)) R;
      Cluster(8, P);
      SpatialMap(1,1) C;
    }
  }
  Layer B {
    Type: GEMM
    Dimensions { M: 4, N: 4, K: Seq_Len }
    Dataflow { SpatialMap(1,1) M; }
  }
}
"""


def places(diagnostics):
    return [(item.code, item.span.line, item.span.column) for item in diagnostics if item.is_error]


def read(old, new):
    """The network of `TEXT` with a change in layer A; layer B must not care."""
    assert TEXT.count(old) == 1
    (network,) = parse_maestro(TEXT.replace(old, new), "file.m")
    first, second = network.layers
    assert network.diagnostics == ()
    assert second.diagnostics == ()
    assert (second.name, second.workload.macs) == ("B", 2048)
    assert second.dataflow is not None
    return first


def test_the_text_is_good():
    assert read("Layer A", "Layer Z").workload is not None


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        # words
        ("SpatialMap(1,1) K", "SpatailMap(1,1) K", ("W002", 8, 7), "did you mean 'SpatialMap'?"),
        ("TemporalMap(", "temporalmap(", ("W002", 9, 7), "did you mean 'TemporalMap'?"),
        ("Cluster(8", "Clutser(8", ("W002", 10, 7), "did you mean 'Cluster'?"),
        ("Cluster(8, P)", "Parallel(8)", ("W002", 10, 7), "TemporalMap, SpatialMap, Cluster or Hold"),
        ("Stride {", "Strides {", ("W002", 5, 5), "unknown block 'Strides', did you mean 'Stride'?"),
        ("Type: CONV", "Tipe: CONV", ("W002", 4, 5), "unknown block 'Tipe', did you mean 'Type'?"),
        ("Layer A", "Layr A", ("W002", 3, 3), "unknown block 'Layr', did you mean 'Layer'?"),
        ("Type: CONV", "Type: CNOV", ("W002", 4, 11), "unknown operator 'CNOV', did you mean 'CONV'?"),
        ("Type: CONV", "Type: conv", ("W002", 4, 11), "did you mean 'CONV'?"),
        ("Type: CONV", "Type: SOFTMAX", ("W007", 4, 11), "unsupported operator 'SOFTMAX'"),
        ("Type: CONV", "Type: LSTM", ("W007", 4, 11), "LSTM layers are not supported"),
        ("Type: CONV", "", ("W001", 3, 3), "layer 'A' has no Type"),
        # syntax
        ("(Sz(R),Sz(R))", "(Sz(R),Sz(R) R", ("W001", 9, 31), "expected ')'"),
        ("(Sz(R),Sz(R))", "(Sz(R))", ("W001", 9, 24), "expected a size"),
        ("(Sz(R),Sz(R))", "(1.5, 1)", ("W001", 9, 19), "unexpected '1.5'"),
        ("(Sz(R),Sz(R))", "(2, 8x)", ("W001", 9, 22), "unexpected '8x'"),
        ("(Sz(R),Sz(R)) R", "(2, 8)", ("W001", 9, 24), "expected a name"),
        ("{ K: 64", "{ : 64", ("W001", 6, 20), "unexpected '64' in Dimensions: expected a name"),
        ("C: 3", "C: , ", ("W001", 6, 28), "expected a size"),
        ("SpatialMap(1,1) K;", "Dataflow { }", ("W002", 8, 7), "unknown directive 'Dataflow'"),
        ("Layer A {", "Layer A B {", ("W001", 3, 11), "unexpected 'B' after the name 'A': expected '{'"),
        # sizes
        ("(Sz(R),Sz(R))", "(0,Sz(R))", ("W004", 9, 19), "size of TemporalMap R is 0; it must be at least 1"),
        ("(Sz(R),Sz(R))", "(1,Sz(R)-3)", ("W004", 9, 21), "offset of TemporalMap R is 0"),
        ("(Sz(R),Sz(R))", "(1,-1)", ("W004", 9, 21), "offset of TemporalMap R is -1"),
        ("(Sz(R),Sz(R))", "(1,4/(Sz(R)-3))", ("W004", 9, 23), "division by zero"),
        ("(Sz(R),Sz(R))", "(T,0*T)", ("W004", 9, 21), "offset of TemporalMap R is 0"),
        ("(Sz(R),Sz(R))", "(-T,1)", ("W004", 9, 19), "size of TemporalMap R is -T"),
        ("(Sz(R),Sz(R))", "(2147483648,1)", ("W010", 9, 19), "the limit is 2147483647"),
        ("(Sz(R),Sz(R))", "(Sz(Q),1)", ("W002", 9, 19), "Sz of unknown dimension 'Q'"),
        ("(Sz(R),Sz(R))", "(Seq_Lan,1)", ("W002", 9, 19), "'Seq_Lan', did you mean 'Seq_Len'?"),
        ("Cluster(8", "Cluster(0", ("W004", 10, 15), "size of Cluster is 0"),
        ("Sz(R)) R;", "Sz(R)) Rr;", ("W002", 9, 32), "unknown dimension 'Rr', did you mean 'R'?"),
        ("SpatialMap(1,1) C;", "Hold(L1: filtre);", ("W002", 11, 16), "'filtre', did you mean 'filter'?"),
        ("SpatialMap(1,1) C;", "Hold(L1: input, input);", ("W006", 11, 23), "tensor 'input' is named twice"),
        ("SpatialMap(1,1) C;", "Hold(L1:); Hold(L1:);", ("W006", 11, 18), "memory 'L1' has a second Hold"),
        # extents
        ("K: 64", "K: 0", ("W004", 6, 21), "extent of K is 0; it must be at least 1"),
        ("K: 64", "K: 1-3", ("W004", 6, 21), "extent of K is -2"),
        ("K: 64", "K: 2147483648", ("W010", 6, 21), "the limit is 2147483647"),
        ("K: 64", "K: " + "9" * 5000, ("W010", 6, 21), "the limit is 2147483647"),
        ("K: 64", "K: 9**16", ("W010", 6, 21), "the limit is 2147483647"),
        ("K: 64", "K: Seq_Lan", ("W002", 6, 21), "unknown constant 'Seq_Lan', did you mean 'Seq_Len'?"),
        ("K: 64", "K: Other", ("W002", 6, 21), "unknown constant 'Other'"),
        ("K: 64, C: 3,", "", ("W003", 6, 5), "CONV layer 'A' does not give K and C"),
        ("Y: 224, ", "", ("W003", 6, 5), "does not give Y (or Y')"),
        ("K: 64", "K: 64, K: 32", ("W006", 6, 25), "extent of K is given twice, as 64 and as 32"),
        ("K: 64", "K: 64, Y': 9", ("W006", 6, 25), "both Y (inputs) and Y' (outputs)"),
        ("K: 64", "K: 64, M: 9", ("W002", 6, 25), "CONV has no dimension 'M'"),
        ("K: 64", "K: 64, KK: 1", ("W002", 6, 25), "CONV has no dimension 'KK', did you mean 'K'?"),
        ("Y: 224", "Y: 2", ("W102", 6, 43), "Y is 2, but a window spans 3: no output"),
        ("Stride { X: 2,", "Stride { X: 0,", ("W004", 5, 17), "stride of X is 0"),
        ("Stride { X: 2,", "Stride { Z: 2,", ("W002", 5, 14), "Stride of unknown index 'Z'"),
        ("Stride { X: 2, Y: 2 }", "Dilation { X: 112 }", ("W102", 6, 51), "X is 224, but a window spans 225"),
        ("Stride {", "Dataflow { } Stride {", ("W006", 7, 5), "layer 'A' has a second Dataflow block"),
        ("Stride {", "Type: FC Stride {", ("W006", 5, 5), "layer 'A' has a second Type"),
        ("Stride {", "Index { } Stride {", ("W001", 5, 5), "Index belongs to Type AFFINE"),
    ],
)  # fmt: skip
def test_one_mistake_in_a_layer(old, new, place, message):
    layer = read(old, new)
    assert layer.workload is None
    assert layer.dataflow is None
    assert places(layer.diagnostics) == [place]
    assert message in layer.diagnostics[0].message
    assert layer.diagnostics[0].span.file == "file.m"


def test_all_mistakes_of_a_layer_are_told():
    (network,) = parse_maestro(
        "Network N {\nLayer A {\n Type: CONV\n Stride { Y: 0 }\n"
        " Dimensions { K: 64, Q: 3, Y: 9, S: 3, X: Z }\n Dataflow {\n  TemporlMap(1,1) K;\n"
        "  TemporalMap(0,0) C\n;  SpatialMap(1 1 C;\n }\n}\n}"
    )
    assert places(network.layers[0].diagnostics) == [
        ("W004", 4, 14),
        ("W003", 5, 2),
        ("W002", 5, 22),
        ("W002", 5, 43),
        ("W002", 7, 3),
        ("W004", 8, 15),
        ("W004", 8, 17),
        ("W001", 9, 19),
    ]


def test_dimensions_are_checked_even_if_the_program_cannot_be_parsed():
    layer = read("Sz(R)) R;", "Sz(R)) Q; ) ;")
    assert places(layer.diagnostics) == [("W002", 9, 32), ("W001", 9, 35)]


# Braces


def test_a_missing_brace_is_told_at_the_opening_one():
    layer = read("C;\n    }\n  }", "C;\n    }\n")
    assert places(layer.diagnostics) == [("W001", 3, 11)]
    assert "the '{' of layer 'A' is never closed" in layer.diagnostics[0].message
    layer = read("C;\n    }\n  }", "C;\n")
    assert places(layer.diagnostics) == [("W001", 3, 11)]


def test_a_missing_brace_at_the_end():
    (network,) = parse_maestro(TEXT.rstrip()[:-1], "file.m")
    assert places(network.diagnostics) == [("W001", 2, 11)]
    assert all(layer.workload for layer in network.layers)


def test_a_brace_too_many():
    (network,) = parse_maestro(TEXT.replace("  Layer B", "  }\n  Layer B"), "file.m")
    assert [layer.name for layer in network.layers] == ["A", "B"]
    assert all(layer.workload for layer in network.layers)
    assert places(network.diagnostics) == [("W001", 15, 3), ("W001", 20, 1)]
    assert "stands after the end of network 'N'" in network.diagnostics[0].message
    assert "closes nothing" in network.diagnostics[1].message


# Outside of layers


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ("Network N", "Netwrok N", ("W002", 2, 1), "unknown block 'Netwrok', did you mean 'Network'?"),
        ("Constant Seq", "Konstant Seq", ("W002", 1, 1), "did you mean 'Constant'?"),
        ("128;", "x;", ("W002", 1, 18), "unknown constant 'x'"),
        ("128;", "128; Constant Seq_Len 64;", ("W006", 1, 32), "is defined twice, as 128 and as 64"),
        ("  Layer B", "  nonsense\n  Layer B", ("W001", 14, 3), "unexpected 'nonsense'"),
        ("  Layer B", "  { }\n  Layer B", ("W001", 14, 3), "a block without a keyword"),
        ("  Layer B", "  Edges { 0->1, 0->2 }\n  Layer B", ("W002", 14, 17), "there is no layer 2"),
        ("  Layer B", "  Edges { 0->1, 1->0 }\n  Layer B", ("W001", 14, 11), "in a circle: 1 -> 0 -> 1"),
        ("  Layer B", "  Edges { } Edges { }\n  Layer B", ("W006", 14, 13), "a second Edges block"),
    ],
)  # fmt: skip
def test_mistakes_outside_of_layers_belong_to_the_network(old, new, place, message):
    (network,) = parse_maestro(TEXT.replace(old, new), "file.m")
    assert places(network.diagnostics) == [place]
    assert message in "\n".join(item.message for item in network.diagnostics)
    assert network.layers[0].workload is not None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no Network"),
        ("// nothing\n", "holds no Network"),
        ("num_pes: 256\n", "looks like the description of a machine"),
        ("Layer A { Type: GEMM }", "layer 'A' stands outside of a Network"),
        ("one two three", "unexpected 'one' in the text outside of layers"),
        ("}" * 1000, "closes nothing"),
        ("{" * 1000, "a block without a keyword"),
    ],
)
def test_files_without_a_network(text, message):
    with pytest.raises(WeftError) as error:
        parse_maestro(text, "file.m")
    assert message in str(error.value)


def test_inheriting_from_a_broken_program():
    (network,) = parse_maestro(
        "Network N {\nLayer A { Type: GEMM Dimensions { M: 1 N: 1 K: 1 } Dataflow { oops } }\n"
        "Layer B { Type: GEMM Dimensions { M: 1 N: 1 K: 1 } }\n}"
    )
    assert places(network.layers[1].diagnostics) == [("W009", 3, 1)]
    assert "inherits the dataflow of 'A', which could not be read" in network.layers[1].diagnostics[0].message


# The general form


@pytest.mark.parametrize(
    ("body", "place", "message"),
    [
        ("Dimensions { I: 4 }", ("W003", 1, 1), "has no Tensors"),
        ("Dimensions { I: 4 } Tensors { a[I] }", ("W001", 1, 33), "at least one input and, last, its output"),
        ("Dimensions { I: 4 } Tensors { a[J]; b[I] }", ("W002", 1, 45), "unknown dimension 'J'"),
        ("Dimensions { I: 4 } Tensors { a[I]; b[2*I] }", ("W001", 1, 51), "a single dimension"),
        ("Dimensions { I: 4 } Tensors { a[0*I]; b[I] }", ("W004", 1, 45), "coefficient of I is 0"),
        ("Dimensions { I: 4 } Tensors { a[I+I+I]; b[I] }", ("W001", 1, 45), "at most two dimensions"),
        ("Dimensions { I: 4 } Tensors { a[I]; a[I]; b[I] }", ("W006", 1, 49), "'a' is defined twice"),
        ("Dimensions { I: 4 } Index { Z = I } Tensors { a[I]; b[I] }", ("W001", 1, 41), "couples two"),
        ("Dimensions { I: 4 } Index { I = I + I } Tensors { a[I]; b[I] }", ("W006", 1, 41), "defined twice"),
        ("Stride { Y: 2 } Dimensions { I: 4 } Tensors { a[I]; b[I] }", ("W001", 1, 13), "in its Index block"),
        ("Dimensions { I: 4 } Tensors { a(I); b[I] }", ("W001", 1, 44), "expected '['"),
    ],
)  # fmt: skip
def test_affine_mistakes(body, place, message):
    with pytest.raises(WeftError) as error:
        parse_workload(f"Type:AFFINE {body}")
    assert places(error.value.diagnostics) == [place]
    assert message in str(error.value)


# Texts of one thing


def test_a_program_alone_tells_all_its_mistakes():
    with pytest.raises(WeftError) as error:
        parse_dataflow("TemporalMap(0,1) K;\nFoo(1);\nCluster(-1);")
    assert places(error.value.diagnostics) == [("W002", 2, 1), ("W004", 1, 13), ("W004", 3, 9)]


@pytest.mark.parametrize("text", ["", "Network N { }", "Layer A { } Layer B { }", "Layer A { Type: GEMM"])
def test_not_one_good_layer(text):
    with pytest.raises(WeftError):
        parse_layer(text)


# Files


def test_unreadable_files(tmp_path):
    (tmp_path / "binary.m").write_bytes(b"Network\0")
    (tmp_path / "latin.m").write_bytes(b"Network caf\xe9 { }")
    with (tmp_path / "large.m").open("wb") as large:
        large.truncate(2 * 2**20 + 1)
    cases = {
        "missing.m": "No such file",
        ".": "is a directory",
        "binary.m": "NUL bytes",
        "latin.m": "byte 11 is 0xe9",
        "large.m": "larger than 2 MB",
        "a\0b": "cannot be read",
    }
    for name, message in cases.items():
        with pytest.raises(WeftError, match=message) as error:
            read_maestro(tmp_path / name)
        assert [item.code for item in error.value.diagnostics] == ["W008"]


def test_what_is_no_operator_of_maestro_is_told_how_to_be_written():
    text = "Network n {{ Layer L {{ Type: {} Dimensions {{ {} }} Dataflow {{ SpatialMap(1,1) C; }} }} }}"
    for operator, extents, code, words in (
        ("LSTM", "K: 4, C: 4", "W007", "N: 4·hidden, K: inputs + hidden"),
        ("ADD", "C: 4", "W007", "Statement"),
        ("POOL", "K: 4, C: 4, Y: 4, X: 4, R: 2, S: 2", "W002", "channels C of its inputs"),
    ):
        ((layer,),) = (network.layers for network in parse_maestro(text.format(operator, extents)))
        (found,) = layer.diagnostics
        assert (found.code, words in found.hint) == (code, True)

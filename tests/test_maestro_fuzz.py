"""Whatever a file holds, reading it gives networks or an error of Weft's own, in linear time."""

import pytest
from cpu_time import cpu_seconds
from fuzz_texts import spliced
from hypothesis import example, given, settings
from hypothesis import strategies as st

from weft.frontends.maestro import (
    is_hardware_text,
    parse_dataflow,
    parse_hardware,
    parse_layer,
    parse_maestro,
    parse_workload,
    read_maestro,
)
from weft.ir import Network, WeftError

LAYER = """Constant Seq_Len 128;
Network N { // a comment { with braces }
  Layer Conv2d-1 {
    Type: CONV
    Stride { X: 2, Y: 2 }
    Dilation { Y: 2 }
    Dimensions { K: Seq_Len, C: 3, R: 3, S: 3, Y: 224, X: 224 }
    Dataflow {
      SpatialMap(1,1) K;
      TemporalMap(8+Sz(S)-1,8) X;
      TemporalMap(Sz(R),Sz(R)) R;
      Cluster(Sz(R), P);
      TemporalMap(T/2, T) C;
      Hold(L1: input, output);
    }
  }
  Layer Mul {
    Type: AFFINE
    Dimensions { I: 4, J: 4, K: 9 }
    Index { Z = 2*I + K }
    Tensors { a[Z, K]; b[K, J]; c[I, J] }
    Dataflow;
  }
  Edges { 0->1 }
}
Accelerator { PE { NumPEs: 256 } }
"""
PIECES = [
    *"{}()[],:;-+*/='\"\\\n\t0 ",
    "->",
    "//",
    "**",
    "Layer",
    "Network",
    "Edges",
    "Dataflow",
    "Type",
    "Sz(",
    "floor(",
    "99999999999999999999",
    "Ω",
    "\x00",
    "\u2028",
]
READERS = [parse_dataflow, parse_workload, parse_layer, parse_hardware]


def read(text):
    """Networks or WeftError; each layer either has a workload or says why not."""
    try:
        networks = parse_maestro(text)
    except WeftError:
        return
    for network in networks:
        assert isinstance(network, Network)
        assert str([str(item) for item in network.diagnostics])
        for layer in network.layers:
            errors = [item for item in layer.diagnostics if item.is_error]
            assert (layer.workload is None) == bool(errors)
            for item in errors:
                assert item.span.line <= text.count("\n") + text.count("\r") + 1
                assert str(item)
            str(layer)


@settings(max_examples=200)
@given(spliced(LAYER, PIECES, changes=5, longest=30))
@example("Netw\u2028{ork N { Layer A { } }")
def test_mutations_of_a_file(text):
    read(text)


@settings(max_examples=200)
@given(st.lists(st.sampled_from([*PIECES, *LAYER.split()]), max_size=80).map(" ".join))
@example("Constant Layer Network {")
@example("Network N { Layer A { Layer B { Network M { Layer C {")
def test_words_of_the_language(text):
    read(text)
    read("Network N { Layer A { " + text)
    read("Network N { Layer A { Type: CONV Dataflow { " + text + " } } }")


@settings(max_examples=200)
@given(st.text(max_size=200))
def test_any_text(text):
    read(text)
    is_hardware_text(text)
    for reader in READERS:
        try:
            reader(text)
        except WeftError:
            continue


@settings(max_examples=100)
@given(data=st.binary(max_size=300))
def test_any_bytes(tmp_path_factory, data):
    file = tmp_path_factory.getbasetemp() / "fuzz.m"
    file.write_bytes(data)
    try:
        assert read_maestro(file)
    except WeftError:
        return


MEGABYTE = 10**6


@pytest.mark.parametrize(
    "text",
    [
        "{" * MEGABYTE,
        "}" * MEGABYTE,
        "{}" * MEGABYTE,
        "foo " * (MEGABYTE // 4),
        "'" * MEGABYTE + "{",
        "Constant A " + "9" * MEGABYTE,
        "//" * MEGABYTE,
        "Network N { Layer A {" + " " * MEGABYTE + "x",
        "Network N { Layer A { Type: CONV Dimensions { K: " + "(" * MEGABYTE + " } } }",
        "Network N { Layer A { Type: CONV Dataflow { TemporalMap(" + "1+" * (MEGABYTE // 10) + "1, 1) K } } }",
        "Network N { Layer A { Type: CONV Dataflow { TemporalMap(" + "(" * (MEGABYTE // 10) + "1, 1) K } } }",
        "Network N { Layer A { Type: CONV Dataflow {" + "TemporlMap(1,1) K;" * (MEGABYTE // 20) + "} } }",
        "Network N { Layer A {" + "Stride { }" * (MEGABYTE // 10) + "} }",
        "Network N {" + "Layer A {" * (MEGABYTE // 100),
    ],
    ids=lambda text: text[:40],
)
def test_junk_is_refused_quickly(text):
    assert cpu_seconds(read, text) < 60


def test_time_grows_with_the_size():
    layer = "Layer A{0} {{ Type: GEMM Dimensions {{ M: 4, N: 4, K: 4 }} Dataflow {{ SpatialMap(1,1) M; }} }}\n"

    def seconds(layers):
        text = "Network N {\n" + "".join(layer.format(number) for number in range(layers)) + "}"
        assert len(parse_maestro(text)[0].layers) == layers
        return min(cpu_seconds(parse_maestro, text) for _ in range(2))

    seconds(1)
    # Eight times the layers may take a good deal more than eight times as long, but not sixty-four times.
    assert seconds(4000) < 30 * max(seconds(500), 0.01)

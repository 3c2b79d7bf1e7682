"""Workloads in a line give the layers of files with the same sizes, and say what is wrong with them."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

import weft
from weft.frontends.maestro import parse_maestro, write_maestro
from weft.frontends.workloads import is_workload_text, read_workload
from weft.ir import Edge

SAME = {
    "gemm:M=4,N=5,K=6": "Type: GEMM Dimensions { M: 4, N: 5, K: 6 }",
    "gemm:B=1,M=4,N=5,K=6": "Type: GEMM Dimensions { M: 4, N: 5, K: 6 }",
    "gemm:B=3,M=4,N=5,K=6": "Type: AFFINE Dimensions { B: 3, M: 4, N: 5, K: 6 } "
    "Tensors { input[B,M,K]; filter[B,K,N]; output[B,M,N] }",
    " GEMM : M = 4, N = 5, K = 6,\n": "Type: GEMM Dimensions { M: 4, N: 5, K: 6 }",
    "conv:K=4,C=3,R=3,S=2,Y'=5,X'=6": "Type: CONV Dimensions { K: 4, C: 3, R: 3, S: 2, Y: 7, X: 7 }",
    "conv:N=2,K=4,C=3,R=3,S=3,Y=9,X=8,stride=2,dilation=2": "Type: CONV Stride { Y: 2, X: 2 } "
    "Dilation { Y: 2, X: 2 } Dimensions { N: 2, K: 4, C: 3, R: 3, S: 3, Y: 9, X: 8 }",
    "dwconv:C=4,R=3,S=3,Y'=5,X'=5,stride=2": "Type: DSCONV Stride { Y: 2, X: 2 } "
    "Dimensions { C: 4, R: 3, S: 3, Y: 11, X: 11 }",
    "dsconv:K=2,C=4,R=3,S=3,Y=5,X=5": "Type: DSCONV Dimensions { K: 2, C: 4, R: 3, S: 3, Y: 5, X: 5 }",
    "ngconv:G=2,K=4,C=3,R=1,S=1,Y=5,X=5": "Type: NGCONV Dimensions { G: 2, K: 4, C: 3, R: 1, S: 1, Y: 5, X: 5 }",
    "trconv:K=4,C=3,R=2,S=2,Y=5,X=5,stride=3": "Type: TRCONV Stride { Y: 3, X: 3 } "
    "Dimensions { K: 4, C: 3, R: 2, S: 2, Y: 5, X: 5 }",
    "trconv:K=4,C=3,R=2,S=2,Y=5,X=5": "Type: TRCONV Dimensions { K: 4, C: 3, R: 2, S: 2, Y: 5, X: 5 }",
    "fc:K=10,C=7": "Type: FC Dimensions { K: 10, C: 7 }",
    "fc:N=2,K=10,C=7,Y=3,X=3": "Type: FC Dimensions { N: 2, K: 10, C: 7, Y: 3, X: 3 }",
}


@pytest.mark.parametrize("line", SAME)
def test_a_line_is_the_layer_with_the_same_sizes(line):
    assert weft.parse_workload(line) == weft.parse_workload(SAME[line])
    ((network),) = weft.read(line)
    (layer,) = network.layers
    assert layer.workload == weft.parse_workload(line)
    assert (layer.dataflow, layer.diagnostics) == (None, ())
    assert network.name == layer.name == "".join(line.split()).rstrip(",")
    assert parse_maestro(write_maestro(network)) == (network,)


def test_attention_is_two_products_of_which_the_second_takes_the_first():
    network = read_workload("attention:B=2,H=3,L=7,D=5")
    scores, context = network.layers
    assert scores.workload == weft.parse_workload("gemm:B=6,M=7,N=7,K=5")
    assert context.workload == weft.parse_workload("gemm:B=6,M=7,N=5,K=7")
    assert network.edges == (Edge(0, 1, "input"),)
    assert scores.workload.macs == context.workload.macs == 2 * 3 * 7 * 7 * 5
    assert parse_maestro(write_maestro(network)) == (network,)
    single = read_workload("attention:L=7,D=5").layers[0].workload
    assert single == weft.parse_workload("gemm:M=7,N=7,K=5")


def problems(line):
    with pytest.raises(weft.WeftError) as caught:
        read_workload(line)
    found = caught.value.diagnostics
    assert all(item.span.line == 1 and item.span.file == "<workload>" for item in found)
    marked = [item.span.text[item.span.column - 1 :][: item.span.length] for item in found]
    return [(item.code, item.message, mark) for item, mark in zip(found, marked, strict=True)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("gem:M=1", ("W002", "unknown operator 'gem', did you mean 'gemm'?", "gem")),
        ("gemm:m=1,M=1,N=1,K=1", ("W002", "gemm has no 'm', did you mean 'M'?", "m")),
        ("gemm:M=1,N=1,K=1,stride=1", ("W002", "gemm has no 'stride'", "stride")),
        ("gemm:M=0,N=1,K=1", ("W004", "M is 0; it must be at least 1", "0")),
        ("gemm:M=-4,N=1,K=1", ("W004", "M is -4; it must be at least 1", "-4")),
        ("gemm:M=1.5,N=1,K=1", ("W004", "M must be an integer, not '1.5'", "1.5")),
        ("gemm:M=2147483648,N=1,K=1", ("W010", "M is 2147483648; the limit is 2147483647 (2**31-1)", "2147483648")),
        ("gemm:M=1,M=1,N=1,K=1", ("W006", "M is given twice", "M")),
        ("gemm:M=1,,N=1,K=1", ("W001", "expected NAME=SIZE, found ','", ",")),
        ("gemm:M,N=1,K=1", ("W001", "expected NAME=SIZE, found 'M,'", "M,")),
        ("gemm:M=1,N=,K=1", ("W001", "expected NAME=SIZE, found 'N=,'", "N=,")),
        ("gemm:M=1,K=1", ("W003", "GEMM layer 'gemm:M=1,K=1' does not give N", "gemm")),
        ("conv:K=1,C=1,R=3,S=1,Y=2,X=1", ("W102", "Y is 2, but a window spans 3: no output", "Y")),
        ("conv:K=1,C=1,R=1,S=1,Y=2,X=1,Y'=2", ("W006", "both Y (inputs) and Y' (outputs)", "Y'")),
        ("conv:K=1,C=1,R=1,S=1,Y=2,X=1,strid=2", ("W002", "conv has no 'strid', did you mean 'stride'?", "strid")),
        ("conv:K=1,C=1,R=1,S=1,Y=2,X=1,stride=0", ("W004", "stride is 0; it must be at least 1", "0")),
        ("attention:H=2", ("W003", "attention does not give L and D", "attention")),
        ("attention:B=65536,H=65536,L=1,D=1", ("W010", "B times H is 4294967296", "attention")),
    ],
)
def test_what_is_wrong_stands_at_its_place(line, expected):
    ((code, message, mark),) = problems(line)
    assert (code, mark) == (expected[0], expected[2])
    assert message.startswith(expected[1])


def test_everything_that_is_wrong_is_told():
    found = problems("conv:K=0,Q=3,C=x,strid=2")
    assert [code for code, _, _ in found] == ["W004", "W002", "W004", "W002", "W003"]
    assert found[-1][1].endswith("does not give Y (or Y'), X (or X'), R and S")


def test_groups_have_an_operator_of_their_own():
    with pytest.raises(weft.WeftError, match="a grouped convolution is ngconv:G=…, with K and C of one group"):
        read_workload("conv:K=4,C=4,R=1,S=1,Y=2,X=1,groups=2")


def test_several_layers_are_no_single_workload():
    with pytest.raises(weft.WeftError, match="is 2 layers, not one workload"):
        weft.parse_workload("attention:L=7,D=5")


@pytest.mark.parametrize("text", ["gemm:", "gemm:M=1", "gem:M=1", "attention:", "Conv:K=1"])
def test_a_line_is_known_by_its_head(text):
    assert is_workload_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "gemm",
        "file.m",
        "nest.py:gemm",
        "./gemm:M=1",
        "C:/gemm=1.m",
        "nothing:here",
        "Type: GEMM",
        "Type: AFFINE Dimensions { A: 1 } Index { Y = 2*A + B }",
    ],
)
def test_files_and_blocks_are_no_lines(text):
    assert not is_workload_text(text)


@given(st.text(st.sampled_from("gemconv:=,MNKYX'0123 .-+\t\né"), max_size=40))
def test_any_line_is_read_or_refused(text):
    for line in (text, f"gemm:{text}", f"conv:{text}"):
        with suppress(weft.WeftError):
            assert all(layer.workload.macs >= 1 for layer in read_workload(line).layers)


def products(line):
    return [str(layer.workload.dimensions) for layer in read_workload(line).layers]


def same(*lines):
    return [str(weft.parse_workload(line).dimensions) for line in lines]


def test_heads_that_share_keys_are_rows_of_one_product():
    """Four heads of 6 queries read one head of 9 keys: a product of 24 rows, for each of 2 x 2 heads of keys."""
    found = products("attention:B=2,H=8,H_kv=2,L_q=6,L_k=9,D=5")
    assert found == same("gemm:B=4,M=24,N=9,K=5", "gemm:B=4,M=24,N=5,K=9")
    assert products("attention:H=4,H_kv=4,L=7,D=5") == products("attention:H=4,L=7,D=5")


def test_causal_queries_meet_the_keys_up_to_the_last_row_of_their_block():
    """Positions 3 to 7 of 8 as queries, two at a time: they see 5, 7 and, the last one alone, 8 keys."""
    network = read_workload("attention:L_q=5,L_k=8,D=4,causal=2")
    assert [str(layer.workload.dimensions) for layer in network.layers] == same(
        *("gemm:M=2,N=5,K=4", "gemm:M=2,N=4,K=5"),
        *("gemm:M=2,N=7,K=4", "gemm:M=2,N=4,K=7"),
        *("gemm:M=1,N=8,K=4", "gemm:M=1,N=4,K=8"),
    )
    assert network.edges == tuple(Edge(number, number + 1, "input") for number in (0, 2, 4))
    assert parse_maestro(write_maestro(network)) == (network,)


def test_rows_one_at_a_time_are_the_triangle():
    network = read_workload("attention:L=9,D=4,causal=1")
    assert sum(layer.workload.macs for layer in network.layers) == 2 * 4 * sum(range(1, 10))
    assert products("attention:L=9,D=4,causal=9") == products("attention:L=9,D=4")


def test_the_softmax_of_an_attention_has_the_layers_that_it_has_in_models():
    """3 heads of keys with 2 of queries each, 5 queries and 7 keys: 3 x 10 rows of 7 scores."""
    network = read_workload("attention:H=6,H_kv=3,L_q=5,L_k=7,D=4,softmax=1")
    assert [layer.name.partition("/")[2] for layer in network.layers] == [
        *("scores", "scale", "max", "exp", "sum", "div", "context")
    ]
    assert [layer.workload.points for layer in network.layers] == [840, 210, 210, 210, 210, 210, 840]
    rows = [layer.workload.footprint(layer.workload.output) for layer in network.layers[1:6]]
    assert rows == [210, 30, 210, 30, 210]
    assert " ".join(map(str, network.edges)) == "0->1[a] 1->2[a] 1->3[a] 2->3[m] 3->4[a] 3->5[a] 4->5[s] 5->6[input]"
    assert parse_maestro(write_maestro(network)) == (network,)
    assert products("attention:L=7,D=5,softmax=0") == products("attention:L=7,D=5")


def test_the_softmax_of_causal_blocks_is_of_the_keys_that_they_see():
    network = read_workload("attention:L=6,D=4,causal=2,softmax=1")
    exps = [layer.workload.points for layer in network.layers if "exp" in layer.workload.operations]
    assert exps == [2 * 2, 2 * 4, 2 * 6]
    assert len(network.edges) == 3 * 8
    triangle = read_workload("attention:L=6,D=4,causal=1,softmax=1")
    assert sum(layer.workload.points for layer in triangle.layers if "exp" in layer.workload.operations) == 21


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("attention:L=4,D=4,softmax=2", ("W004", "softmax is 2; it is 0 or 1", "softmax")),
        ("attention:L=4,D=4,H=6,H_kv=4", ("W004", "H is 6, which is no multiple of H_kv, 4", "attention")),
        ("attention:L_q=4,D=4", ("W003", "attention does not give L_k", "attention")),
        ("attention:L_q=5,L_k=4,D=4,causal=1", ("W004", "L_q is 5, but only 4 keys are there", "attention")),
        ("attention:L=4096,D=4,causal=1", ("W010", "causal=1 makes 4096 blocks of queries", "attention")),
        ("attention:L=4,D=4,h_kv=1", ("W002", "attention has no 'h_kv', did you mean 'H_kv'?", "h_kv")),
    ],
)
def test_what_is_wrong_with_an_attention_stands_at_its_place(line, expected):
    test_what_is_wrong_stands_at_its_place(line, expected)

"""Einsums in a line: what they compute is what numpy's einsum computes, and what is wrong stands at its place."""

from contextlib import suppress

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

import weft
from weft.frontends.maestro import parse_maestro, write_maestro
from weft.frontends.workloads import is_workload_text, read_workload
from weft.ir import Edge, operations_of

SIZES = {"b": 2, "h": 3, "i": 4, "j": 5, "k": 6, "l": 3, "m": 4, "n": 5, "q": 3, "d": 2}


def line_of(equation):
    letters = dict.fromkeys(letter for letter in equation if letter.isalpha())
    return f"einsum:{equation}:{','.join(f'{letter}={SIZES[letter]}' for letter in letters)}"


def run(layer, tensors):
    """The output of a layer by its own points, one after another."""
    workload, extents = layer.workload, layer.workload.extents
    output = numpy.zeros([extents[axis.dimensions[0]] for axis in workload.output.subscripts])
    for point in numpy.ndindex(*extents.values()):
        at = dict(zip(extents, point, strict=True))
        places = [tuple(at[axis.dimensions[0]] for axis in tensor.subscripts) for tensor in workload.tensors]
        value = numpy.prod([tensor[place] for tensor, place in zip(tensors, places, strict=False)])
        summed = workload.statement is None or workload.statement.reduction == "+"
        output[places[-1]] = value + output[places[-1]] * summed
    return output


@pytest.mark.parametrize(
    "equation",
    [
        *("mk,kn->mn", "bhqd,bhkd->bhqk", "bij,bjk->bik", "i,i->", "i,j->ij", "ij,j", "ij,kj->i"),
        *("ij->ji", "ij->i", "ij->", "ij,jk,kl->il", "ij,ik,il->i", "i,i,i,j->j"),
    ],
)
def test_the_points_of_the_layers_give_what_numpy_gives(equation):
    operands = equation.partition("->")[0].split(",")
    rng = numpy.random.default_rng(1)
    tensors = [rng.integers(-3, 4, [SIZES[letter] for letter in operand]) for operand in operands]
    (network,) = weft.read(line_of(equation))
    found = tensors[0]
    for layer, other in zip(network.layers, [*tensors[1:], None], strict=False):
        found = run(layer, [found] if other is None else [found, other])
    assert (found == numpy.einsum(equation, *tensors)).all()
    assert network.edges == tuple(Edge(number, number + 1, "input") for number in range(len(network.layers) - 1))
    assert parse_maestro(write_maestro(network)) == (network,)


def test_an_equation_of_python_is_the_line():
    workload = weft.einsum("mk,kn->mn", m=64, k=32, n=16)
    assert workload == weft.parse_workload("einsum:mk,kn->mn:m=64,k=32,n=16")
    assert workload.macs == 64 * 32 * 16
    assert weft.einsum("MK,KN->MN", M=4, N=5, K=6) == weft.parse_workload("gemm:M=4,N=5,K=6")
    assert weft.einsum(" m k , k n -> m n ", m=64, k=32, n=16) == workload


def test_one_tensor_is_moved_or_summed():
    assert operations_of(weft.einsum("ij->ji", i=4, j=5).statement) == (("copy", 1),)
    assert operations_of(weft.einsum("ij->j", i=4, j=5).statement) == (("add", 1),)


def test_products_that_are_not_summed_are_no_multiply_accumulates():
    for line, points in (("einsum:i,j->ij:i=4,j=5", 20), ("einsum:ij,ij->ij:i=4,j=5", 20)):
        (layer,) = read_workload(line).layers
        assert (layer.workload.points, layer.workload.macs, layer.workload.operations) == (points, 0, {"mul": 1})


def test_the_intermediate_of_a_pair_keeps_what_is_needed_behind_it():
    first, second = read_workload(line_of("ij,jk,kl->il")).layers
    assert (str(first.workload.output), str(second.workload.inputs[0])) == ("output[i, k]", "input[i, k]")
    with pytest.raises(weft.WeftError, match="is 2 layers, not one workload"):
        weft.einsum("ij,jk,kl->il", i=2, j=2, k=2, l=2)


def problems(line):
    with pytest.raises(weft.WeftError) as caught:
        read_workload(line)
    found = caught.value.diagnostics
    return [(item.code, item.message, item.span.text[item.span.column - 1 :][: item.span.length]) for item in found]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("einsum:mk,kn->mn:m=1,k=1", ("W003", "the einsum does not give n", "einsum")),
        ("einsum:mk,kn->mn:m=1,k=1,n=0", ("W004", "n is 0; it must be at least 1", "0")),
        ("einsum:mk,kn->mn:m=1,k=1,n=1,M=1", ("W002", "einsum has no 'M', did you mean 'm'?", "M")),
        ("einsum:mk,kn->mx:m=1,k=1,n=1", ("W002", "no operand has the output's 'x'", "x")),
        ("einsum:ii->i:i=1", ("W011", "'i' stands twice in 'ii'", "i")),
        ("einsum:ij->jj:i=1,j=1", ("W011", "'j' stands twice in 'jj'", "j")),
        ("einsum:...ij,jk->ik:i=1", ("W001", "an ellipsis has no extents here", "...")),
        ("einsum:i1,k->k:i=1", ("W001", "'1' is no letter of an einsum", "1")),
        ("einsum:,->:i=1", ("W001", "the einsum has no letters", "einsum")),
        ("einsum:mk,kn-", ("W001", "the einsum ends before its output", "-")),
        ("einsum:", ("W001", "the einsum has no letters", "einsum")),
        ("einsm:mk,kn->mn:m=1", ("W002", "unknown operator 'einsm', did you mean 'einsum'?", "einsm")),
    ],
)
def test_what_is_wrong_stands_at_its_place(line, expected):
    assert is_workload_text(line)
    code, message, mark = problems(line)[0]
    assert (code, mark) == (expected[0], expected[2])
    assert message.startswith(expected[1])


@given(st.text(st.sampled_from("ijkK,->:=. 12é"), max_size=30))
def test_any_equation_is_read_or_refused(text):
    for line in (f"einsum:{text}", f"einsum:ij,jk->{text}"):
        with suppress(weft.WeftError):
            assert all(layer.workload.points >= 1 for layer in read_workload(line).layers)

"""An argument that does not fit is refused by name, before anything is done with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import pytest

import weft
from weft.ir.arguments import checked


@checked
def called(
    number: float,
    names: Sequence[str] = (),
    pairs: Mapping[str, int] | None = None,
    kind: Literal["a", "b"] = "a",
    items: Iterable[int] = (),
    **others: object,
) -> str:
    """Returns what it got."""
    return f"{number} {names} {pairs} {kind} {items} {others}"


@pytest.mark.parametrize(
    "arguments",
    [
        {"number": 1},
        {"number": 1.5, "names": ["a", "b"], "pairs": {"a": 1}, "kind": "b", "items": iter([1]), "more": None},
        {"number": 1, "names": "text", "pairs": None},
    ],
)
def test_what_fits_goes_through(arguments):
    assert called(**arguments).startswith(str(arguments["number"]))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"number": "1"}, TypeError, "called: number must be float, not '1'"),
        ({"number": 1, "names": [1]}, TypeError, "called: names must be"),
        ({"number": 1, "names": 5}, TypeError, "called: names must be"),
        ({"number": 1, "pairs": [None]}, TypeError, "called: pairs must be"),
        ({"number": 1, "pairs": {"a": "x"}}, TypeError, "called: pairs must be"),
        ({"number": 1, "kind": "c"}, ValueError, "called: kind must be 'a' or 'b', not 'c'"),
        ({"number": 1, "items": "text"}, TypeError, "called: items must be"),
    ],
)
def test_what_does_not_fit_is_named(arguments, error, message):
    with pytest.raises(error, match=message):
        called(**arguments)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: weft.map("gemm:M=2,N=2,K=2", workers=-3), "workers is -3"),
        (lambda: weft.map("gemm:M=2,N=2,K=2", workers=0), "workers is 0"),
        (lambda: weft.map("gemm:M=2,N=2,K=2", workers="two"), "workers is 'two'"),
        (lambda: weft.map("gemm:M=2,N=2,K=2", objective=3), "objective is 3"),
        (lambda: weft.map("gemm:M=2,N=2,K=2", objective=()), r"objective is \(\)"),
        (lambda: weft.map("gemm:M=2,N=2,K=2", shape="4x4"), "map: shape"),
        (lambda: weft.map(3), "map: workload"),
        (lambda: weft.load(3), "load: path"),
        (lambda: weft.read("x.m", [1]), "read: sizes"),
        (lambda: weft.read_timeloop("a.yaml", 3), "read_timeloop: paths"),
        (lambda: weft.verify("gemm:M=2"), "verify: cost"),
        (lambda: weft.emit("x", "c"), "emit: nest"),
        (lambda: weft.write_maestro("x"), "write_maestro: networks"),
        (lambda: weft.write_maestro({"a": 1}), "write_maestro: networks"),
        (lambda: weft.load_accelerator("eyeriss", 1.5), "load_accelerator: overrides"),
        (lambda: weft.parse_dataflow(None), "parse_dataflow: text"),
    ],
)
def test_public_functions_say_which_argument_is_wrong(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()


def test_loading_warns_of_findings_that_are_no_errors(tmp_path):
    source = tmp_path / "far.c"
    source.write_text("""
    void f(int A[4], int B[4], int C[4]) { for (int i = 0; i < 4; i++) C[i] += A[i + 1] * B[i]; }""")
    with pytest.warns(weft.WeftWarning, match="W415") as told:
        weft.load(source)
    assert [item.filename for item in told] == [__file__]


def test_an_objective_that_is_named_twice_is_an_error():
    with pytest.raises(weft.WeftError, match=r"W002.*named twice"):
        weft.map("gemm:M=2,N=2,K=2", objective="edp,edp")

"""The dialect `weft` says what the IR says, reads back what it prints, and refuses what is no program."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
import sympy
from hypothesis import HealthCheck, given, seed, settings
from strategies import mappings
from xdsl.context import Context
from xdsl.dialects.builtin import Builtin, IntegerAttr, ModuleOp, StringAttr, i64
from xdsl.dialects.func import Func
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.utils.exceptions import ParseError, VerifyException

import weft
from weft.frontends.mlir.convert import dataflow_of, levels_of, program_op, replace_dataflow, workload_of
from weft.frontends.mlir.dialect import ProgramOp, TemporalMapOp, Weft, WorkloadOp
from weft.ir import (
    Cluster,
    Dataflow,
    Index,
    Placement,
    Span,
    SpatialMap,
    Subscript,
    TemporalMap,
    Tensor,
    Term,
    Workload,
    operator_workload,
    size_of,
)

EXAMPLES = Path(__file__).parents[1] / "examples"
QUICK = settings(max_examples=100, deadline=None, database=None, suppress_health_check=list(HealthCheck))

CONV = """weft.program @conv {
  weft.workload "CONV"
    dimensions ["N" = 1, "K" = 8, "C" = 4, "Y'" = 6, "X'" = 6, "R" = 3, "S" = 3]
    indices ["Y" = 2 * "Y'" + "R", "X" = "X'" + "S"]
    inputs ["input"["N", "C", 2 * "Y'" + "R", "X'" + "S"], "filter"["K", "C", "R", "S"]]
    output "output"["N", "K", "Y'", "X'"]
  weft.dataflow {
    weft.level units 16 {
      weft.spatial_map(1, 1) "K"
      weft.temporal_map("Sz(R)", 2) "Y"
    }
    weft.cluster(4, "L2")
    weft.level {
      weft.spatial_map(1, 1) "C"
    }
    weft.hold "L1" ["input", "filter"]
  }
}"""


def parse(text, file="test.mlir"):
    """The verified module of a text."""
    context = Context()
    for dialect in (Builtin, Func, Weft):
        context.load_dialect(dialect)
    module = Parser(context, text, file).parse_module()
    module.verify()
    return module


def program(text):
    """The only program of a text."""
    (op,) = (op for op in parse(text).walk() if isinstance(op, ProgramOp))
    return op


def generic(module):
    """The module in MLIR's generic form."""
    stream = StringIO()
    Printer(stream, print_generic_format=True).print_op(module)
    return stream.getvalue()


def read_back(workload, dataflow, print_module):
    """What is read from the printed program."""
    module = ModuleOp([program_op("p", workload, dataflow)])
    module.verify()
    op = program(print_module(module))
    return workload_of(op), dataflow_of(op)


# --- one to one ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("print_module", [str, generic], ids=["custom", "generic"])
@seed(5)
@QUICK
@given(mappings())
def test_a_program_is_read_back_from_its_text(print_module, mapping):
    assert read_back(mapping.workload, mapping.dataflow, print_module) == (mapping.workload, mapping.dataflow)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.m")), ids=lambda path: path.stem)
def test_every_layer_of_the_examples_is_read_back(path):
    layers = [layer for network in weft.read(path) for layer in network.layers]
    module = ModuleOp([program_op(f"l{n}", layer.workload, layer.dataflow) for n, layer in enumerate(layers)])
    found = list(parse(str(module)).ops)
    assert [(workload_of(op), dataflow_of(op)) for op in found] == [(item.workload, item.dataflow) for item in layers]


def test_the_text_is_what_a_reader_of_maestro_knows():
    assert str(program(CONV)) == CONV


def test_symbolic_sizes_stay_symbolic():
    symbol = sympy.Symbol("T", integer=True, positive=True)
    sizes = [size_of("Y'"), 8 + size_of("K") - 1, symbol, 2 * symbol**2, sympy.floor(size_of("K") / 2)]
    workload = operator_workload("FC", dict.fromkeys(("N", "K", "C", "Y'", "X'", "R", "S"), 2))
    for size in sizes:
        dataflow = Dataflow(((TemporalMap(size, symbol, "K"),), ()), (Cluster(size),))
        assert read_back(workload, dataflow, str) == (workload, dataflow)


def test_a_size_beyond_64_bits_is_refused_as_such():
    workload = operator_workload("GEMM", {"M": 2, "N": 2, "K": 2})
    op = program_op("p", workload, Dataflow(((TemporalMap(2**70, 1, "K"),),)))
    with pytest.raises(VerifyException, match="W010: size '1180591620717411303424': number out of range"):
        op.verify()


def test_names_with_quotes_and_letters_of_any_language_are_read_back():
    tensor = Tensor('a "b"', (Subscript((Term("é\\"),)),))
    workload = Workload("AFFINE", (("é\\", 3),), (tensor,), Tensor("o", tensor.subscripts))
    assert read_back(workload, Dataflow(((),)), str) == (workload, Dataflow(((),)))


def test_attributes_of_others_stay():
    text = CONV.replace("@conv {", '@conv attributes {accelerator = "eyeriss", my.mark = 1 : i64} {').replace(
        '"K"\n', '"K" {my.note}\n'
    )
    op = program(text)
    assert op.accelerator == StringAttr("eyeriss")
    assert op.attributes == {"my.mark": IntegerAttr(1, i64)}
    assert str(op) == text


def test_units_stand_at_their_level():
    workload = operator_workload("GEMM", {"M": 2, "N": 2, "K": 2})
    op = program_op("p", workload, Dataflow(((), ()), (Cluster(4),)), (8, 4))
    assert [level.units.value.data for level in levels_of(op)] == [8, 4]


def test_a_program_gets_other_directives():
    op = program(CONV)
    other = Dataflow(((SpatialMap(1, 1, "C"),),))
    replace_dataflow(op, other)
    op.verify()
    assert dataflow_of(program(str(op))) == other


def test_operations_know_their_place():
    op = program(CONV)
    (spatial, temporal), _ = dataflow_of(op).levels
    assert str(spatial.span) == "test.mlir:9:7"
    assert (temporal.span.line, temporal.span.length) == (10, len("weft.temporal_map"))
    assert str(dataflow_of(op).clusters[0].span) == "test.mlir:12:5"


def test_a_place_from_elsewhere_goes_with_the_operation():
    span = Span("nest.py", 3, 5)
    assert TemporalMapOp(TemporalMap(1, 1, "K", span)).directive.span == Span("nest.py", 3, 5, len("weft.temporal_map"))


# --- refusals ------------------------------------------------------------------------------------------------------


def refused(text, *changes):
    """The message of the verifier about CONV with changes."""
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    with pytest.raises(VerifyException) as caught:
        parse(text)
    return str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"K" = 8', '"K" = 0', "W004: extent of K is 0; it must be at least 1"),
        ('"K" = 8', '"C" = 8', "W006: 'C' is defined twice"),
        ('["Y" = 2', '["K" = 2', "W006: 'K' is defined twice"),
        ('"filter"[', '"input"[', "W006: tensor 'input' is defined twice"),
        ('"filter"["K"', '"filter"["k"', "W002: tensor 'filter' uses an unknown dimension 'k'; there are N, K"),
        ('"filter"["K"', '"filter"["K" + "N" + "S"', "W011: an axis of tensor 'filter' has 3 terms"),
        ('"filter"["K"', '"filter"[-2 * "K"', "W004: coefficient of K in filter is -2"),
        ('"output"["N"', '"output"[2 * "N"', "W011: axis '2*N' of the output 'output' is not a single dimension"),
        ('"Y" = 2 * "Y\'" + "R"', '"Y" = "R" + "R"', "W006: index 'Y' names 'R' twice"),
        ('"X" = "X\'" + "S"', '"X" = "X\'" + "T"', "W002: index 'X' uses an unknown dimension 'T'"),
        ('"X" = "X\'" + "S"', '"X" = 0 * "X\'" + "S"', "W004: stride of X is 0"),
        (
            '"X\'"]\n',
            '"X\'"]\n zero_insertion ["Z" = 2]\n',
            "W002: zeros are inserted along an unknown index 'Z'; the indices are Y, X",
        ),
        ('"X\'"]\n', '"X\'"]\n zero_insertion ["Y" = 0]\n', "W004: zero insertion along Y is 0"),
        ('"X\'"]\n', '"X\'"]\n zero_insertion ["Y" = 2, "Y" = 2]\n', "W006: zeros are inserted twice along 'Y'"),
    ],
)
def test_a_workload_that_is_none_is_refused(old, new, message):
    assert f"test.mlir:2:3: {message}" in refused(CONV, (old, new))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("spatial_map(1, 1)", "spatial_map(0, 1)", "W004: size is 0; it must be at least 1"),
        ("spatial_map(1, 1)", "spatial_map(1, -3)", "W004: offset is -3; it must be at least 1"),
        ('(1, 1) "K"', '(1, 1) "Kc"', "W002: unknown dimension 'Kc'; there are N, K, C, Y', X', R, S, Y, X (did you"),
        ('"Sz(R)"', '"Sz(Q)"', "W002: unknown dimension 'Q' in 'Sz(Q)'"),
        ('"Sz(R)"', '"4 +"', "W001: '4 +' is no size; it may hold numbers, names and Sz(dimension)"),
        ('"Sz(R)"', '"4 / 0"', "W004: size '4 / 0': division by zero"),
        ("cluster(4", "cluster(0", "W004: size is 0; it must be at least 1"),
        ("cluster(4", 'cluster("Sz(Q)"', "W002: unknown dimension 'Q' in 'Sz(Q)'"),
        ("@conv", '@conv attributes {over_capacity = "no"}', "W002: 'no' is no value of 'over_capacity'"),
        ("units 16", "units 0", "W004: number of units is 0; it must be at least 1"),
        (
            '["input", "filter"]',
            '["input", "weight"]',
            "W002: unknown tensor 'weight'; there are input, filter, output",
        ),
        ('["input", "filter"]', '["input", "input"]', "W006: tensor 'input' is defined twice"),
        ("weft.hold", 'weft.hold "L1" []\n weft.hold', "W006: placement of 'L1' is defined twice"),
        (
            "weft.cluster(4",
            "weft.cluster(2)\n weft.cluster(4",
            "W001: two weft.cluster in a row (put a weft.level betw",
        ),
        ('weft.cluster(4, "L2")', "", "W001: two weft.level in a row (put a weft.cluster between them)"),
        ("weft.dataflow {", "weft.dataflow { weft.cluster(2)", "W001: a dataflow begins with a weft.level"),
        ("    weft.hold", "weft.cluster(2)\n weft.hold", "W001: a weft.cluster is followed by a weft.level"),
        ("weft.hold", "func.func private @f() -> ()\n weft.hold", "W001: 'func.func' has no place in a dataflow"),
        (
            "weft.spatial_map",
            "func.func private @f() -> ()\n weft.spatial_map",
            "W001: 'func.func' has no place in a l",
        ),
        (
            "  weft.dataflow",
            "  weft.dataflow { weft.level {} }\n weft.dataflow",
            "W009: a program holds one weft.dataflow, found 2",
        ),
    ],
)
def test_a_dataflow_that_is_none_is_refused(old, new, message):
    assert message in refused(CONV, (old, new))


def test_a_program_without_its_workload_is_refused():
    text = 'weft.program @p { weft.dataflow { weft.level { weft.temporal_map(1, 1) "K" } } }'
    assert "W009: a program holds one weft.workload, found 0" in refused(text)


def test_a_misspelt_dimension_is_told_with_the_nearest_and_its_place():
    message = refused(CONV, ('(1, 1) "C"', '(1, 1) "C\'"'))
    assert message.startswith("test.mlir:14:7: W002: unknown dimension 'C''")
    assert message.endswith("(did you mean 'C'?)")


def test_all_findings_of_an_operation_are_told():
    message = refused(CONV, ("spatial_map(1, 1)", "spatial_map(0, 0)"), ('"K"\n', '"Q"\n'))
    assert [line.split(": ")[1] for line in message.splitlines()] == ["W004", "W004", "W002"]


def test_a_part_outside_of_its_whole_is_refused():
    assert "'weft.spatial_map' expects parent op 'weft.level'" in refused(
        'builtin.module { builtin.module { weft.spatial_map(1, 1) "K" } }'
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('spatial_map(1, 1) "K"', "spatial_map(1, 1) K", "string literal expected as the name of a dimension"),
        ("spatial_map(1,", "spatial_map(K,", 'expected a size, such as 64 or "Sz(K)"'),
        ('"X" = "X\'" + "S"', '"X" = "X\'"', "an index couples two dimensions, found 1 terms"),
        ("dimensions [", "extents [", "Expected 'dimensions'"),
        ("@conv", "conv", "expect symbol name"),
    ],
)
def test_a_syntax_error_is_told_where_it_stands(old, new, message):
    with pytest.raises(ParseError, match=r"test\.mlir:\d+:\d+") as caught:
        parse(CONV.replace(old, new, 1))
    assert message in str(caught.value)


def test_what_the_ir_allows_and_no_program_can_be_is_refused_when_it_is_built():
    workload = Workload(
        "AFFINE", (("A", 2),), (Tensor("a", (Subscript(()),)),), Tensor("o", ()), (Index("Y", "A", "A"),)
    )
    with pytest.raises(VerifyException) as caught:
        WorkloadOp(workload).verify()
    assert "an axis of tensor 'a' has 0 terms" in str(caught.value)
    assert "index 'Y' names 'A' twice" in str(caught.value)


def test_a_placement_of_nothing_is_read_back():
    workload = operator_workload("GEMM", {"M": 2, "N": 2, "K": 2})
    dataflow = Dataflow(((),), (), (Placement("L1", ()),))
    assert read_back(workload, dataflow, str) == (workload, dataflow)

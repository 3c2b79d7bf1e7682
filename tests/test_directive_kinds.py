"""The kinds of maps are a table: what they have in common is written once, and each is read and printed everywhere."""

import ast

import pytest
from test_architecture import MODULES

import weft
from weft.frontends.maestro.parser import _KEYWORDS
from weft.ir import DIRECTIVES, Dataflow, Directive, SpatialMap, TemporalMap, kind_of


def test_the_table_has_every_kind_by_its_keyword():
    assert {"TemporalMap": TemporalMap, "SpatialMap": SpatialMap} == DIRECTIVES
    assert {kind.__name__ for kind in Directive.__subclasses__()} == {*DIRECTIVES}
    assert [kind_of(spatial) for spatial in (False, True)] == [TemporalMap, SpatialMap]
    assert [kind.spatial for kind in DIRECTIVES.values()] == [False, True]


@pytest.mark.parametrize("kind", DIRECTIVES.values(), ids=DIRECTIVES)
def test_kinds_are_values_of_their_own(kind):
    item = kind(2, 1, "K")
    assert item == kind(2, 1, "K")
    assert hash(item) == hash(kind(2, 1, "K"))
    assert all(item != other(2, 1, "K") for other in DIRECTIVES.values() if other is not kind)
    assert isinstance(item, Directive)
    assert not hasattr(item, "__dict__")


@pytest.mark.parametrize(("keyword", "kind"), DIRECTIVES.items(), ids=DIRECTIVES)
def test_every_kind_is_read_as_it_is_printed(keyword, kind):
    program = Dataflow(((kind(2, 1, "K"),),))
    assert str(program) == f"{keyword}(2,1) K;"
    assert weft.parse_dataflow(str(program)) == program
    assert keyword in _KEYWORDS["MAP"]


@pytest.mark.parametrize("kind", DIRECTIVES.values(), ids=DIRECTIVES)
def test_every_kind_is_an_operation_of_the_dialect(kind):
    pytest.importorskip("xdsl")
    from weft.frontends.mlir.convert import dataflow_of, program_op
    from weft.frontends.mlir.dialect import Weft
    from weft.frontends.mlir.directives import MAP_OPS

    program = Dataflow(((kind(2, 1, "K"),),))
    op = program_op("p", weft.parse_workload("gemm:M=4,N=4,K=4"), program)
    assert dataflow_of(op) == program
    assert MAP_OPS[kind] in {*Weft.operations}


def test_modules_do_not_tell_kinds_apart_by_their_class():
    """Only those name a kind that write programs of their own or are its operation in MLIR."""
    naming, asking = set(), []
    for module, file in MODULES.items():
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Name) and node.id in DIRECTIVES:
                naming.add(module)
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("isinstance", "type"):
                asking += [module for name in DIRECTIVES if any(name in ast.unparse(item) for item in node.args)]
    assert not asking
    assert naming == {
        "ir.dataflow",
        "frontends.mlir.directives",
        "passes.index_maps",
        "passes.styles",
        "search.spaces.space",
        "validation.sparse_cases",
    }

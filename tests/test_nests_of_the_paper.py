"""The loop nests of the paper's figures and of its Table 3 raise to the published directives."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import weft
from weft.ir import Dataflow, Findings, Workload
from weft.passes import canonicalize, index_maps, raise_nest

NESTS = Path(__file__).parents[1] / "examples" / "nests"
EXAMPLES = NESTS.parent


def published() -> list[tuple[str, str, str]]:
    """(file, function, directives of its docstring) of every nest that stands for a published program."""
    found = []
    for path in sorted(NESTS.glob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            text = ast.get_docstring(node) if isinstance(node, ast.FunctionDef) else None
            if text and "Directives:" in text:
                found.append((path.name, node.name, text.partition("Directives:")[2]))
    return found


def bound(text: str, workload: Workload) -> Dataflow:
    """The directives with all sizes as numbers."""
    spans = {
        index.name: index.span(workload.extents[index.output], workload.extents[index.window])
        for index in workload.indices
    }
    return weft.parse_dataflow(text).bind({**workload.extents, **spans})


def moving(dataflow: Dataflow, workload: Workload) -> list[list[str]]:
    """The directives as text, without those that hold what is left of a dimension whole: they take one step."""
    held, levels = dict(workload.extents), []
    for level in dataflow.levels:
        kept = [d for d in level if d.dimension not in held or int(d.size) < held[d.dimension]]
        held |= {d.dimension: int(d.size) for d in kept}
        levels.append([str(d) for d in kept])
    return levels


def raised(file: str, function: str):
    (nest,) = weft.read_nests(f"{NESTS / file}:{function}")
    (result,) = raise_nest(nest)
    assert not [item for item in result.diagnostics if item.is_error]
    return result


CASES = published()


def test_all_of_the_figures_and_of_table_3_are_there():
    names = {(file, function) for file, function, _ in CASES}
    assert {("figure1.py", "convolution"), ("figure4.py", "output_stationary")} <= names
    assert {("figure5.py", letter) for letter in "ABCDEF"} <= names
    assert ("figure6.py", "row_stationary") in names
    assert {("table3.py", name) for name in ("c_p", "x_p", "yx_p", "yr_p", "kc_p")} <= names


@pytest.mark.parametrize(("file", "function", "text"), CASES, ids=[f"{file[:-3]}-{name}" for file, name, _ in CASES])
def test_a_nest_raises_to_its_published_program(file, function, text):
    result = raised(file, function)
    findings = Findings()
    directives = bound(text, result.workload)
    assert canonicalize(result.workload, directives, findings) == result.dataflow
    assert findings.items == []
    assert [int(cluster.size) for cluster in directives.clusters] == list(result.units[1:])


@pytest.mark.parametrize(("file", "function", "text"), CASES, ids=[f"{file[:-3]}-{name}" for file, name, _ in CASES])
def test_the_published_directives_come_out_word_for_word(file, function, text):
    # Where a map that takes one step stands among the others says nothing; the others and their order do.
    result = raised(file, function)
    directives = bound(text, result.workload)
    ours = index_maps(result.workload, result.dataflow)
    if any(d.dimension in {"Y'", "X'"} for level in directives.levels for d in level):
        ours = result.dataflow
    assert moving(ours, result.workload) == moving(directives, result.workload)


def test_figure_6_comes_out_with_its_diagonal():
    result = raised("figure6.py", "row_stationary")
    layer = weft.read(EXAMPLES / "figure6.m")[0].layers[0]
    assert str(index_maps(result.workload, result.dataflow)) == str(layer.dataflow.bind(layer.workload.extents))


def test_the_schedules_of_figure_5_are_those_of_the_mapping_file():
    layers = {layer.name: layer for layer in weft.read(EXAMPLES / "figure5.m")[0].layers}
    for letter in "ABCDEF":
        result = raised("figure5.py", letter)
        assert moving(result.dataflow, result.workload) == moving(layers[letter].dataflow, layers[letter].workload)
        assert result.workload.macs == layers[letter].workload.macs == 72


def test_attention_is_two_batched_products():
    scores, values = raised("attention.py", "scores"), raised("attention.py", "values")
    assert scores.kind == values.kind == "batched GEMM"
    assert scores.workload.extents == {"B": 2, "H": 3, "M": 7, "N": 9, "K": 4}
    assert values.workload.extents == {"B": 2, "H": 3, "M": 7, "N": 4, "K": 9}
    assert scores.workload.inputs[0].name == "input"

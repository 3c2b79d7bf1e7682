"""Statements of other operations than multiply-accumulates: counted, timed and paid like those, by both oracles."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from strategies import mappings

import weft
from weft.backends.cost import evaluate_schedule
from weft.frontends.accelerator import load_accelerator
from weft.frontends.statements import parse_statement
from weft.ir import Access, Affine, Compute, Literal, Mapping, Statement, WeftError, mapped, operations_of
from weft.passes import schedule
from weft.verification import verify

UNARY = ["exp", "sqrt", "tanh", "abs", "-"]
BINARY = ["+", "-", "*", "/", "max", "min"]


@st.composite
def statements(draw, workload):
    """A statement that uses every input, with numbers and a scalar in between."""
    leaves = [Access(tensor.name) for tensor in workload.inputs]
    leaves += draw(st.lists(st.sampled_from([Literal(2), Literal(0.5), Access("scale")]), max_size=2))
    while len(leaves) > 1:
        one, other = leaves.pop(), leaves.pop()
        leaves.append(Compute(draw(st.sampled_from(BINARY)), (one, other)))
        if draw(st.booleans()):
            leaves[-1] = Compute(draw(st.sampled_from(UNARY)), (leaves[-1],))
    reductions = ["+", "max", "min", "+"] + ([] if workload.reduction_dimensions else ["", ""])
    return Statement(Access(workload.output.name), leaves[0], draw(st.sampled_from(reductions)))


@st.composite
def programs(draw, max_points=500):
    """A legal program whose statement and intervals are drawn too."""
    mapping = draw(mappings(max_points=max_points))
    workload = replace(mapping.workload, zero_insertion=(), padding=(), operator="AFFINE")
    workload = replace(workload, statement=draw(statements(workload)))
    slow = draw(st.dictionaries(st.sampled_from(list(workload.operations)), st.integers(1, 5)))
    machine = replace(mapping.accelerator, intervals=tuple(slow.items()))
    return replace(mapping, workload=workload, accelerator=machine)


def every_program(number, draw_seed):
    @seed(draw_seed)
    @settings(max_examples=number, suppress_health_check=list(HealthCheck))
    @given(programs())
    def check(mapping):
        cost = evaluate_schedule(schedule(mapping))
        assert verify(cost, limit=10**9) == ()
        assert cost.operations == {
            name: times * mapping.workload.points for name, times in mapping.workload.operations.items()
        }
        text = str(mapping)
        assert replace(weft.parse_mapping(text), name="") == mapping

    check()


@pytest.mark.parametrize("draw_seed", range(2))
def test_cost_equals_both_oracles_on_generated_statements(draw_seed):
    every_program(40, draw_seed)


@pytest.mark.campaign
@pytest.mark.parametrize("draw_seed", range(10, 18))
def test_cost_equals_both_oracles_on_the_campaign_of_2000_statements(draw_seed):
    every_program(250, draw_seed)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("output += input * filter", {"mac": 1}),
        ("output -= input * filter", {"mac": 1}),
        ("output += (input - a) * (filter - b)", {"mac": 1}),
        ("output -= (input + 128) * filter * scale", {"mac": 1, "mul": 1}),
        ("output += (input - filter) * (input - filter)", {"mac": 1, "sub": 2}),
        ("output += (a * input - b) * filter", {"mac": 1, "mul": 1, "sub": 1}),
        ("y = exp(input - a) * scale", {"exp": 1, "mul": 1, "sub": 1}),
        ("y = max(y, x)", {"max": 1}),
        ("y += x", {"add": 1}),
        ("y = exp(x - m)", {"exp": 1, "sub": 1}),
        ("y = x", {"copy": 1}),
        ("y = where(less(x, 0), 0, x)", {"less": 1, "select": 1}),
        ("y = -x", {"neg": 1}),
        ("y += a * b * c", {"mac": 1, "mul": 1}),
    ],
)
def test_a_statement_executes_these_operations_at_each_point(text, found):
    statement = parse_statement(text)
    elements = {name: Access(name, (Affine.of("i"),)) for name in ("input", "filter", "output", "x", "y")}
    moving = replace(statement, value=mapped(statement.value, lambda item: elements.get(item.array, item)))
    assert dict(operations_of(moving)) == found
    assert parse_statement(str(statement)) == statement


@pytest.mark.parametrize(
    "text", ["y", "y = ", "1 = x", "y[0] = x", "y = x if c else d", "y = f(", "y = a ** b", "y = 'x'", "x = 1; y = x"]
)
def test_what_is_no_statement_is_refused(text):
    with pytest.raises(WeftError) as caught:
        parse_statement(text)
    assert caught.value.diagnostics[0].code == "W001"


def test_scalars_of_a_statement_are_parameters_of_its_loops():
    text = "Type: AFFINE\nDimensions { I: 6 }\nTensors { x[I]; y[I] }\nStatement { y = exp(x - m) * scale }"
    mapping = Mapping(
        weft.parse_workload(text), weft.parse_dataflow("TemporalMap(2,2) I;"), load_accelerator("eyeriss")
    )
    nest = weft.lower(mapping)
    assert [(array.name, array.shape) for array in nest.arrays] == [("x", (6,)), ("y", (6,)), ("m", ()), ("scale", ())]
    for language in ("python", "c", "nest"):
        assert "scale" in weft.emit(nest, language)
    space, x, y = {}, np.arange(6.0), np.zeros(6)
    exec(weft.emit(nest, "python"), space)
    space[nest.name](x, y, 2.0, 3.0)
    np.testing.assert_allclose(y, np.exp(x - 2.0) * 3.0)

"""Sums among other statements: each is split off and raised as the perfect nest that it is part of."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import strategies as st
from nest_cases import around, cases, split_cases
from nest_checks import check_schedule, generated, loops_of, statement_of
from nest_semantics import contracted, random_arrays, run

from weft.ir import Access, Array, Compute, Literal, Statement
from weft.passes import raise_nest


def check_parts(nest, *parts):
    """Each sum of a function runs as its case's perfect nest; the output is a tensor of that name, or of any."""
    results = raise_nest(nest, recognize=False)
    errors = [str(error) for item in results for error in item.diagnostics if error.is_error]
    assert not errors, "\n".join(["refused:", *errors, str(nest)])
    assert len(results) == len(parts)
    for raised, (case, output) in zip(results, parts, strict=True):
        arrays = case.arrays | {"output": output or raised.workload.output.name}
        check_schedule(replace(case, arrays=arrays), raised, by_name=output is not None)


def check_overwritten(case, body, **more):
    """Running the nest leaves the sums alone in the elements that it touches."""
    target = statement_of(case.nest).target.array
    data = random_arrays(case.nest) | more
    expected = contracted(case, data | {target: np.zeros_like(data[target])})
    touched = {target: np.zeros_like(data[target])}
    run(around(loops_of(case.nest), Statement(statement_of(case.nest).target, Literal(1))), touched)
    run(body, data)
    assert np.array_equal(data[target] * touched[target], expected)


def check_initialisation(drawn):
    case, depth = drawn
    loops, statement = loops_of(case.nest), statement_of(case.nest)
    body = around(loops[:depth], Statement(statement.target, Literal(0)), *around(loops[depth:], statement))
    check_overwritten(case, body)
    check_parts(replace(case.nest, body=body), (case, statement.target.array))


def check_accumulator(drawn):
    case, depth = drawn
    loops, statement, own = loops_of(case.nest), statement_of(case.nest), Access("acc")
    inner = around(loops[depth:], replace(statement, target=own))
    body = around(loops[:depth], Statement(own, Literal(0)), *inner, Statement(statement.target, own))
    check_overwritten(case, body, acc=np.zeros((), int))
    arrays = (*case.nest.arrays, Array("acc", (), local=True))
    check_parts(replace(case.nest, arrays=arrays, body=body), (case, None))


def check_two_sums(drawn):
    """The second sum is over products with the finished first one."""
    case, depth = drawn
    loops, statement = loops_of(case.nest), statement_of(case.nest)
    target, tensors = statement.target, dict(case.problem.tensors)
    second = Statement(replace(target, array="twice"), Compute("*", (statement.value, target)), "+")
    body = around(loops[:depth], *around(loops[depth:], statement), *around(loops[depth:], second))
    output = tensors.pop("output")
    problem = replace(case.problem, tensors=tensors | {"first": output, "output": output})
    other = replace(case, problem=problem, arrays=case.arrays | {"first": target.array})
    arrays = (*case.nest.arrays, replace(case.nest.array(target.array), name="twice"))
    check_parts(replace(case.nest, arrays=arrays, body=body), (case, target.array), (other, "twice"))


def check_two_nests(drawn):
    first, second = drawn
    names = {array.name: f"{array.name}2" for array in second.nest.arrays}
    body = first.nest.body + around(loops_of(second.nest), renamed(statement_of(second.nest), names))
    arrays = first.nest.arrays + tuple(replace(array, name=names[array.name]) for array in second.nest.arrays)
    other = replace(second, arrays={role: names[name] for role, name in second.arrays.items()})
    nest = replace(first.nest, arrays=arrays, body=body)
    check_parts(nest, (first, first.arrays["output"]), (other, other.arrays["output"]))


def renamed(item, names):
    """A statement or value over other arrays."""
    if isinstance(item, Access):
        return replace(item, array=names[item.array])
    if isinstance(item, Compute):
        return replace(item, operands=tuple(renamed(operand, names) for operand in item.operands))
    return replace(item, target=renamed(item.target, names), value=renamed(item.value, names))


FORMS = {
    "with its initialisation before it": (check_initialisation, split_cases()),
    "in a local scalar": (check_accumulator, split_cases()),
    "before another one in the same loops": (check_two_sums, split_cases()),
    "before another nest": (check_two_nests, st.tuples(cases(120), cases(120))),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_sum_is_raised_as_if_it_stood_alone(form):
    generated(*FORMS[form], 0, 15)


@pytest.mark.campaign
@pytest.mark.parametrize("number", range(100, 105))
@pytest.mark.parametrize("form", FORMS)
def test_many_sums_are_raised_as_if_they_stood_alone(form, number):
    generated(*FORMS[form], number, 100)

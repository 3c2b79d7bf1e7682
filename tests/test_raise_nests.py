"""Generated loop nests: the raised program runs the same points in the same order on the same units as the nest."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, seed, settings
from nest_semantics import contracted, correspondences, nest_execution, raised_execution, random_arrays, run, same
from nests import cases

import weft
from weft.backends.simulate import simulate
from weft.ir import Mapping
from weft.passes import raise_nest, schedule


def generated(check, strategy, number, examples):
    """Run a check on examples that are drawn with a fixed seed."""
    quiet = settings(max_examples=examples, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    seed(number)(quiet(given(strategy)(check)))()


def loops_of(nest):
    ((loops, _),) = nest.statements()
    return loops


def planned(raised):
    """The raised program on a machine with as many elements as the nest has units."""
    return schedule(
        Mapping(raised.workload, raised.dataflow, weft.load_accelerator("generic_256", [f"pes={raised.pes}"]))
    )


def raise_one(nest, recognize=True):
    """The only result of a nest, which is no refusal."""
    (raised,) = raise_nest(nest, recognize=recognize)
    assert raised.workload is not None, f"refused:\n{'; '.join(map(str, raised.diagnostics))}\n{nest}"
    return raised


def check_schedule(case, raised, in_order=False):
    """The raised program is legal and runs as the nest does, under one of the ways to read its dimensions."""
    plan = planned(raised)
    found = list(correspondences(case, raised, in_order))
    assert found, f"other tensors:\n{raised.workload}\n{case!r}"
    nest = nest_execution(loops_of(case.nest), case.values, list(found[0]))
    assert any(same(nest, raised_execution(plan, [names[name] for name in found[0]])) for names in found), (
        f"{raised.dataflow}\n{raised.workload}\n{case!r}"
    )
    return plan


def check(case):
    data = random_arrays(case.nest)
    expected = contracted(case, data)
    run(case.nest.body, data)
    assert np.array_equal(data[case.arrays["output"]], expected)
    check_schedule(case, raise_one(case.nest, recognize=False), in_order=True)
    raised = raise_one(case.nest)
    plan = check_schedule(case, raised)


@pytest.mark.parametrize("number", range(10))
def test_nests_run_as_raised(number):
    generated(check, cases(), number, 50)

"""What the tests of raising share: fixed seeds, and the comparison of a raised program with its nest."""

from math import prod

import numpy as np
from hypothesis import HealthCheck, given, seed, settings
from nest_semantics import correspondences, nest_execution, raised_execution, random_arrays, run, same

import weft
from weft.ir import Affine, Mapping
from weft.passes import raise_nest, schedule


def generated(check, strategy, number, examples):
    """Run a check on examples that are drawn with a fixed seed."""
    quiet = settings(max_examples=examples, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    seed(number)(quiet(given(strategy)(check)))()


def loops_of(nest):
    ((loops, _),) = nest.statements()
    return loops


def statement_of(nest):
    ((_, statement),) = nest.statements()
    return statement


def long_extents(raised):
    """The extents that are not 1, by dimension."""
    return {name: extent for name, extent in raised.workload.dimensions if extent > 1}


def machine(units):
    """As many elements as a nest has units."""
    return weft.load_accelerator("generic_256", [f"pes={prod(units)}"])


def planned(workload, dataflow, units):
    """The legal schedule on the nest's own machine."""
    return schedule(Mapping(workload, dataflow, machine(units)))


def raise_one(nest, recognize=True):
    """The only result of a nest, which is no refusal."""
    (raised,) = raise_nest(nest, recognize=recognize)
    assert raised.workload is not None, f"refused:\n{'; '.join(map(str, raised.diagnostics))}\n{nest}"
    return raised


def executions(case, workload, plan, by_name):
    """The nest's execution, and the program's under each way to read its dimensions."""
    found = list(correspondences(case, workload, by_name))
    assert found, f"other tensors:\n{workload}\n{case!r}"
    order = list(found[0])
    nest = nest_execution(loops_of(case.nest), case.values, order)
    return nest, [raised_execution(plan, [{names[name]: 1} for name in order]) for names in found]


def check_schedule(case, raised, by_name=False):
    """The raised program is legal and runs as the nest does."""
    plan = planned(raised.workload, raised.dataflow, raised.units)
    nest, programs = executions(case, raised.workload, plan, by_name)
    assert any(same(nest, program) for program in programs), (
        f"runs otherwise:\n{raised.dataflow}\n{raised.workload}\n{raised.units}\n{case!r}"
    )
    return plan


def check_elements(case, raised):
    """The raised program, whatever its dimensions, uses the same elements as the nest: same steps, same units."""
    tensors = [(raised.workload.tensor(case.arrays[role]), places) for role, places in case.problem.tensors.items()]
    if any(len(tensor.subscripts) != len(places) for tensor, places in tensors):
        check_taken_apart(case, raised)
        return
    axes = [
        (place, subscript)
        for role, places in case.problem.tensors.items()
        for place, subscript in zip(places, raised.workload.tensor(case.arrays[role]).subscripts, strict=True)
    ]
    ours, theirs = {}, []
    for number, (place, subscript) in enumerate(axes):
        ours[number] = sum((case.values[name] * abs(factor) for name, factor in place.terms), Affine.of(0))
        theirs.append({term.dimension: term.coefficient for term in subscript.terms})
    program = raised_execution(planned(raised.workload, raised.dataflow, raised.units), theirs)
    assert same(nest_execution(loops_of(case.nest), ours, list(ours)), program), (
        f"runs otherwise:\n{raised.dataflow}\n{raised.workload}\n{raised.units}\n{case!r}"
    )


def check_taken_apart(case, raised):
    """Where axes were taken apart, elements have other places: the loops of the program still compute the same."""
    planned(raised.workload, raised.dataflow, raised.units)
    assert raised.workload.points == prod(case.problem.extents.values())
    mapping = Mapping(raised.workload, raised.dataflow, machine(raised.units))
    ours, theirs = random_arrays(case.nest), random_arrays(case.nest)
    run(case.nest.body, ours)
    run(weft.reschedule(case.nest, [mapping]).body, theirs)
    assert all(np.array_equal(ours[name], theirs[name]) for name in ours), f"{raised.dataflow}\n{case!r}"


def separable(problem):
    """Whether some axis is two in one: `3*b + a` with a below 3 is as well `[b, a]`, and no window shares its taps."""
    for places in problem.tensors.values():
        for place in places:
            terms = sorted(((abs(factor), name) for name, factor in place.terms), reverse=True)
            below = [sum(f * (problem.extents[n] - 1) for f, n in terms[cut:]) for cut in range(1, len(terms))]
            if any(rest < step for rest, (step, _) in zip(below, terms, strict=False)):
                return True
    return False


def check_both(case):
    """Under the nest's own names, and under the operator's; no plan where only axes that were taken apart tell it."""
    check_schedule(case, raise_one(case.nest, recognize=False), by_name=True)
    raised = raise_one(case.nest)
    if separable(case.problem) and not list(correspondences(case, raised.workload, False)):
        check_taken_apart(case, raised)
        return raised, None
    return raised, check_schedule(case, raised)

"""More of a resource never costs cycles: of the best program, proved on both machines, and of any program."""

from random import Random

import pytest
from generated import sample
from machine_pairs import with_more
from map_searches import BOUNDED, machine_by_chance, workload_by_chance

import weft
from weft.ir import Mapping
from weft.search.results import MappedLayer


def best(workload, machine):
    """The proved optimum in cycles, or None where no program fits."""
    [found] = weft.map(workload, machine, "cycles").layers
    if not isinstance(found, MappedLayer):
        assert {item.code for item in found.diagnostics} == {"W704"}
        return None
    assert found.certificate.status == "optimal"
    return found.value


def pair(seed, points=400):
    """A workload and two machines, the second with at least as much of everything."""
    random = Random(seed)
    workload = workload_by_chance(random, points)
    machine, kind = machine_by_chance(random)
    while kind in BOUNDED:
        machine, kind = machine_by_chance(random)
    return workload, machine, with_more(random, machine)


def rises(seeds):
    """Pairs whose proved optimum rises with more, and how many have one and fall."""
    worse, counts = [], [0, 0]
    for seed in seeds:
        workload, small, large = pair(seed)
        before, after = best(workload, small), best(workload, large)
        if before is None:
            continue
        counts[0] += 1
        if after is None or after > before:
            worse.append((seed, before, after))
        else:
            counts[1] += after < before
    return worse, counts


def test_the_proved_optimum_never_rises_with_more_of_everything():
    worse, (proved, fell) = rises(range(40))
    assert worse == []
    # Pairs that differ in nothing that matters would show nothing.
    assert proved >= 30
    assert fell >= 8


@pytest.mark.campaign
@pytest.mark.parametrize("first", range(1000, 4000, 250))
def test_the_proved_optimum_never_rises_on_the_campaign_of_3000(first):
    assert rises(range(first, first + 250))[0] == []


def test_no_program_needs_more_cycles_with_more_of_everything():
    worse, fell = [], 0
    for number, mapping in enumerate(sample("any", 800, 60, 11, 12)):
        large = with_more(Random(number), mapping.accelerator)
        costs = [
            weft.evaluate(Mapping(mapping.workload, mapping.dataflow, machine, mapping.name), "warning")
            for machine in (mapping.accelerator, large)
        ]
        for time in ("cycles_throughput", "cycles_stepwise"):
            before, after = (getattr(cost, time) for cost in costs)
            fell += after < before
            if after > before:
                worse.append((number, time, before, after))
    assert worse == []
    assert fell >= 20

"""A search for many machines at once finds for each what a search, or trying everything, finds for it alone."""

from __future__ import annotations

import os
from dataclasses import replace
from math import inf
from random import Random

import numpy as np
import pytest
from map_searches import space_by_chance
from test_map_exhaustive import CLOSE, Everything

from weft import load_accelerator
from weft.ir import operator_workload
from weft.search.ground import Ground
from weft.search.layer import LayerSearch
from weft.search.objective import Metrics, read_objective
from weft.search.question import measure
from weft.search.request import Settings
from weft.search.several import SeveralSearch
from weft.search.spaces.default import machine_space
from weft.search.workers.executors import this_process
from weft.search.workers.waves import drive

ROUNDS = int(os.environ.get("WEFT_SEVERAL_ROUNDS", "5"))
PORTS = ("shared_bandwidth", "read_bandwidth", "write_bandwidth")
OBJECTIVES = ("cycles", "energy", "edp", "ed2p")


def varied(random, machine):
    """Another machine of the same structure: other bandwidths, capacities and energies."""

    def scaled(number):
        return number if number is None else max(1, random.choice((number // 2, number, 2 * number, 3 * number)))

    def network(net):
        channels = tuple((name, scaled(width)) for name, width in net.channels)
        return replace(net, bandwidth=scaled(net.bandwidth), channels=channels)

    memories = tuple(
        replace(
            memory,
            capacity_bytes=max(scaled(memory.capacity_bytes), sum(size for _, size in memory.capacities), memory.banks)
            if memory.capacity_bytes
            else None,
            networks=tuple(map(network, memory.networks)),
            **{
                f"{name}_bandwidth": scaled(getattr(memory, f"{name}_bandwidth"))
                for name in ("shared", "read", "write")
            },
        )
        for memory in machine.memories
    )
    return replace(machine, memories=memories, energy_table=random.choice(("eyeriss", "bench_256", "maestro_28nm")))


def exact_space(random, most):
    """A space whose machine's costs are linear forms."""
    while True:
        space, kind = space_by_chance(random, most)
        if Ground(space, space.structures()[0], "throughput").plan.exact:
            return space, kind


def alone(space, machine, objective):
    """What a search for one machine finds."""
    search = LayerSearch("one", replace(space, accelerator=machine), Settings(objective))
    drive([search], this_process())
    return search


def value(objective, metrics):
    return objective.value(metrics)


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_every_machine_gets_the_best_of_all_its_programs(seed):
    random = Random(900 + seed)
    space, kind = exact_space(random, 1500)
    machines = [space.accelerator, *(varied(random, space.accelerator) for _ in range(5))]
    objective = read_objective(random.choice(OBJECTIVES))
    search = SeveralSearch(space, machines, objective)
    search.run()
    assert search.finished
    for optimum, machine in zip(search.optima(), machines, strict=True):
        found = Everything(replace(space, accelerator=machine), "throughput").metrics
        best = min((value(objective, metrics) for metrics in found), default=None)
        assert (optimum.metrics is None) == (best is None), kind
        if best is None:
            assert optimum.lower_bound == inf
            continue
        assert value(objective, optimum.metrics) == pytest.approx(best, rel=CLOSE), (kind, machine)
        assert optimum.lower_bound <= value(objective, optimum.metrics) * (1 + CLOSE)


@pytest.mark.parametrize("seed", range(4))
def test_winners_cost_what_single_evaluation_says(seed):
    random = Random(50 + seed)
    space, _ = exact_space(random, 10**6)
    machines = [varied(random, space.accelerator) for _ in range(8)]
    objective = read_objective("edp")
    search = SeveralSearch(space, machines, objective)
    search.run()
    for optimum, machine in zip(search.optima(), machines, strict=True):
        other = alone(space, machine, objective)
        assert (optimum.metrics is None) == (not other.entries)
        if optimum.metrics is not None:
            measured = measure(replace(space, accelerator=machine), optimum.point, "throughput")
            assert optimum.metrics == Metrics(pytest.approx(measured.energy_pj, rel=CLOSE), measured.cycles)
            assert value(objective, optimum.metrics) == pytest.approx(
                value(objective, other.entries[0].metrics), rel=CLOSE
            )


@pytest.mark.parametrize("limit", [{"power_mw": 0.6}, {"cycles": 0.9}, {"energy_pj": 0.9}, {"power_mw": 0.9}])
def test_limits_hold_on_every_machine(limit):
    """Each limit is a part of what the programs within no limit have on average."""
    (name, part), random, tried = *limit.items(), Random(7), 0
    while tried < 3:
        space, kind = exact_space(random, 800)
        machines = [space.accelerator, *(varied(random, space.accelerator) for _ in range(3))]
        everything = [Everything(replace(space, accelerator=machine), "throughput").metrics for machine in machines]
        metrics = [item for found in everything for item in found]
        if not metrics:
            continue
        tried += 1
        amount = {
            "power_mw": np.mean([item.energy_pj / item.cycles for item in metrics]) * space.accelerator.clock_mhz / 1e3,
            "cycles": np.mean([item.cycles for item in metrics]),
            "energy_pj": np.mean([item.energy_pj for item in metrics]),
        }[name]
        objective = read_objective("cycles" if name != "cycles" else "energy", {name: float(part * amount)})
        ceiling = objective.ceiling(space.accelerator)
        search = SeveralSearch(space, machines, objective)
        search.run()
        for optimum, found in zip(search.optima(), everything, strict=True):
            best = min((value(objective, item) for item in found if ceiling.keeps(item)), default=None)
            got = None if optimum.metrics is None else value(objective, optimum.metrics)
            assert got == (None if best is None else pytest.approx(best, rel=CLOSE)), (kind, limit)


@pytest.mark.parametrize("setting", ["L2.leakage_mw=50", "pe_leakage_mw=1", "pe_idle_pj=2"])
def test_machines_that_leak_or_idle_are_not_searched_together(setting):
    machine = load_accelerator("bench_256")
    leaky = load_accelerator("bench_256", [setting])
    space = machine_space(operator_workload("GEMM", {"M": 4, "N": 4, "K": 4}), machine)
    with pytest.raises(ValueError, match="no linear forms"):
        SeveralSearch(space, [machine, leaky], read_objective("energy"))


def test_the_best_programs_of_leaking_machines_are_those_of_map():
    from weft import map as best
    from weft import sweep
    from weft.explorations import machine_space as varied_machines

    small = load_accelerator("bench_256", ["pes=4", "shape=2x2"])
    space = varied_machines(small, {"L2.leakage_mw": "0|50", "DRAM.shared_bandwidth": "1|4"})
    workload = operator_workload("GEMM", {"M": 1, "N": 2, "K": 2})
    table = sweep(workload, space, objective="energy").columns()
    for number, (_, machine) in enumerate(space.machines()):
        (found,) = best(workload, machine, "energy").layers
        # Energies of programs count leakage over the time of the table.
        assert table["cycles"][number] == found.cost.cycles_throughput


def test_machines_with_several_clocks_have_no_common_limit_of_time():
    machines = [load_accelerator("bench_256", [f"clock_mhz={clock}"]) for clock in (500, 1000)]
    space = machine_space(operator_workload("GEMM", {"M": 4, "N": 4, "K": 4}), machines[0])
    with pytest.raises(ValueError, match="several clocks"):
        SeveralSearch(space, machines, read_objective("edp", {"seconds": 1.0}))

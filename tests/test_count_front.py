"""The front of a layer's counts gives every machine of the structure the best of all its programs."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from test_map_exhaustive import CLOSE, Everything
from test_several_machines import OBJECTIVES, exact_space, varied

from weft import load_accelerator
from weft.ir import operator_workload
from weft.search.count_front import count_front
from weft.search.objective import read_objective
from weft.search.spaces.default import machine_space


@pytest.mark.parametrize("any_room", [True, False])
@pytest.mark.parametrize("seed", range(2))
def test_every_machine_has_its_best_program_on_the_front(seed, any_room):
    random = Random(300 + seed)
    space, kind = exact_space(random, 1200)
    front = count_front(space, any_room)
    assert front.complete
    machines = [space.accelerator, *(varied(random, space.accelerator) for _ in range(2))]
    if not any_room:
        rooms = [memory.capacity_bytes for memory in space.accelerator.memories]
        machines = [
            replace(
                machine,
                memories=tuple(replace(m, capacity_bytes=r) for m, r in zip(machine.memories, rooms, strict=True)),
            )
            for machine in machines
        ]
    everything = [Everything(replace(space, accelerator=machine), "throughput").metrics for machine in machines]
    if not front.points:
        assert not any(everything)
        return
    for name in OBJECTIVES:
        objective = read_objective(name)
        found = front.best(front.rows(machines), name)
        for row, metrics in zip(found, everything, strict=True):
            best = min((objective.value(item) for item in metrics), default=None)
            assert (row["program"] < 0) == (best is None), kind
            if best is not None:
                assert objective.bound(row["energy_pj"], row["cycles"]) == pytest.approx(best, rel=CLOSE), kind


def test_no_program_of_a_front_beats_another():
    space = machine_space(operator_workload("GEMM", {"M": 12, "N": 8, "K": 6}), load_accelerator("bench_256"))
    front = count_front(space)
    counts = front.counts
    for k, one in enumerate(counts):
        beaten = (np.delete(counts, k, axis=0) <= one).all(axis=1)
        assert not beaten.any()
    assert len(front.programs) == len(counts) == len(set(front.programs))


def test_the_winner_on_a_machine_is_a_program_that_costs_so_much():
    from weft import evaluate
    from weft.ir import Mapping

    machine = load_accelerator("bench_256")
    workload = operator_workload("GEMM", {"M": 12, "N": 8, "K": 6})
    front = count_front(machine_space(workload, machine))
    other = replace(machine, energy_table="maestro_28nm")
    for row, on in zip(front.best(front.rows([machine, other])), (machine, other), strict=True):
        cost = evaluate(Mapping(workload, front.programs[row["program"]], on))
        assert cost.cycles_throughput == row["cycles"]
        assert cost.energy_pj == pytest.approx(row["energy_pj"], rel=CLOSE)


def test_rows_of_another_front_are_refused():
    machine = load_accelerator("bench_256")
    one = count_front(machine_space(operator_workload("GEMM", {"M": 4, "N": 4, "K": 4}), machine))
    other = count_front(machine_space(operator_workload("GEMM", {"M": 4, "N": 4, "K": 4}), machine), any_room=True)
    with pytest.raises(ValueError, match="none of this front"):
        one.best(other.rows([machine]))


def test_machines_that_leak_have_no_row():
    front = count_front(
        machine_space(operator_workload("GEMM", {"M": 4, "N": 4, "K": 4}), load_accelerator("bench_256"))
    )
    with pytest.raises(ValueError, match="leaks or idles"):
        front.rows([load_accelerator("bench_256", ["L2.leakage_mw=50"])])


def test_the_energy_of_the_arithmetic_is_that_of_a_point():
    machine = load_accelerator("bench_256")
    for extent in (4, 8):
        front = count_front(machine_space(operator_workload("GEMM", {"M": extent, "N": 4, "K": 4}), machine))
        rows = front.rows([machine, machine])
        assert rows["pj: MAC"][0] == pytest.approx(1.0)
        rows["pj: MAC"][1] += 0.5
        one, dearer = front.best(rows, "cycles")
        assert dearer["energy_pj"] - one["energy_pj"] == pytest.approx(0.5 * extent * 16)

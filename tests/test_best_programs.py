"""Programs of many machines of a sweep: machines are gone by once, and the budget is spent once."""

from __future__ import annotations

import pytest

import weft
from weft.exploration import best_programs
from weft.exploration.best_programs import BestPrograms
from weft.frontends.accelerator import machine_space
from weft.ir import Mapping, WeftError, with_values
from weft.search.objective import read_objective
from weft.search.request import Settings

PRICES = {"DRAM.bandwidth": "1..16", "L2.bandwidth": "1..16"}


def sweep(budget=None):
    """What finds programs, the machines of a sweep, and a mapping of the layer on one."""
    space = machine_space(weft.load_accelerator("bench_256"), PRICES)
    finder = BestPrograms(Settings(read_objective("edp"), budget=budget), prices=space.variables)
    machines = [machine for _, machine in space.machines()]
    workload = weft.parse_workload("gemm:M=4,N=4,K=4")
    (layer,) = weft.map(workload, machines[0]).layers
    return finder, machines, Mapping(workload, layer.dataflow, machines[0], "layer")


def test_every_machine_of_a_sweep_is_made_once(monkeypatch):
    finder, machines, mapping = sweep()
    monkeypatch.setattr(best_programs, "AT_ONCE", 16)
    made = []
    monkeypatch.setattr(best_programs, "with_values", lambda *given: made.append(given) or with_values(*given))
    groups = 0
    for machine in machines:
        if (mapping.workload, machine) not in finder._known:
            alike = finder._alike(mapping, machine)
            finder._known |= {best_programs._key(mapping, item): mapping.dataflow for item in alike}
            groups += 1
    assert len(made) <= len(machines) + groups


def test_a_machine_without_a_program_in_time_is_not_searched_again(monkeypatch):
    finder, machines, mapping = sweep(budget=0.0)
    monkeypatch.setattr(best_programs, "map_layers", lambda *_, **__: pytest.fail("searched again"))
    with pytest.raises(WeftError, match="no program of 'layer' was found in time"):
        finder(mapping, machines[3])

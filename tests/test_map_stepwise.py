"""A search by stepwise time goes on beside one by throughput time, whose bound is one of both."""

from dataclasses import replace
from itertools import count, permutations
from types import SimpleNamespace

import pytest
from small_maps import MACHINE, gemm, mapped
from test_map_exhaustive import searched

from weft.ir import Accelerator, Memory
from weft.ir.operators import operator_workload
from weft.search import explore, promising, question, structure_search
from weft.search.request import Settings
from weft.search.spaces.point import LevelSpace
from weft.search.spaces.request import SpaceRequest
from weft.search.spaces.space import MapSpace
from weft.search.stepwise import search_of


def test_the_best_by_steps_is_proved_above_the_bound_of_the_throughput_time():
    [throughput] = mapped([gemm(32, 32, 32)]).layers
    [found] = mapped([gemm(32, 32, 32)], time="stepwise").layers
    assert (found.certificate.status, found.certificate.lower_bound) == ("optimal", found.value)
    assert throughput.value < found.value <= throughput.cost.energy_pj * throughput.cost.cycles_stepwise


def test_a_gap_is_met_by_either_bound():
    [throughput] = mapped([gemm(32, 32, 32)]).layers
    [found] = mapped([gemm(32, 32, 32)], time="stepwise", gap=1.0).layers
    assert found.certificate.status == "within"
    assert found.certificate.lower_bound >= throughput.value * (1 - 1e-9)
    assert found.certificate.gap == pytest.approx(found.value / found.certificate.lower_bound - 1)


def test_where_nothing_is_exposed_the_program_of_the_throughput_time_is_proved():
    # All elements work in the one step; unlimited networks and ports take no time.
    ports = dict.fromkeys(("read_bandwidth", "write_bandwidth", "shared_bandwidth"))
    machine = replace(MACHINE, memories=tuple(replace(memory, **ports) for memory in MACHINE.memories))
    [found] = mapped([gemm(4, 4, 4)], machine=machine, objective="cycles", time="stepwise").layers
    assert (found.certificate.status, found.certificate.gap) == ("optimal", 0.0)
    assert found.cost.cycles_stepwise == found.cost.cycles_throughput == 4


def test_listed_orders_that_mean_the_same_take_no_room():
    workload = operator_workload("GEMM", {"M": 4, "N": 4, "K": 4})
    memories = (Memory("DRAM", shared_bandwidth=1), Memory("L1", None, 24))
    machine = Accelerator("machine", 1, memories, lanes=2)
    levels = (LevelSpace(tuple("MNK"), orders=tuple(permutations("MNK"))),)
    space = MapSpace(workload, machine, levels, ((1,),), (("L1", (("input", "filter", "output"),)),))
    for time in ("throughput", "stepwise"):
        search = searched(space, "edp", time)
        assert search.proved
        assert search.gap == 0


@pytest.mark.parametrize("time", ["throughput", "stepwise"])
def test_programs_that_a_turn_leaves_unmeasured_are_measured_in_another(time, monkeypatch):
    # A machine whose programs are measured one by one.
    machine = replace(MACHINE, lanes=2)
    space = SpaceRequest().space(gemm(6, 5, 4), machine)
    whole, ticks, waited = searched(space, "edp", time), count(), []
    for module in (explore, promising, question, structure_search):
        monkeypatch.setattr(module, "clock", SimpleNamespace(time=lambda: float(next(ticks))))
    search = search_of("layer", space, Settings(time=time))
    while not search.finished:
        for task in search.next_wave():
            *arguments, _ = task.arguments  # the last is the deadline
            result = task.function(*arguments, next(ticks) + 6.0)
            waited += result.frontier.listed if getattr(result, "frontier", None) else ()
            search.done(task, result)
    assert waited
    assert search.proved
    assert min(map(search.value, (item.metrics for item in search.entries))) == whole.value(whole.entries[0].metrics)

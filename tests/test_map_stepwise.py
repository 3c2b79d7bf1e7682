"""A search by stepwise time goes on beside one by throughput time, whose bound is one of both."""

from dataclasses import replace

import pytest
from small_maps import MACHINE, gemm, mapped


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

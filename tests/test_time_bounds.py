"""The throughput time is a lower bound of the stepwise time, on generated programs."""

from __future__ import annotations

import os

import pytest
from array_strategies import arrays
from hypothesis import HealthCheck, given, settings
from strategies import mappings

from weft.backends.cost import evaluate_schedule
from weft.passes import schedule


def bounded(mapping):
    cost = evaluate_schedule(schedule(mapping))
    assert cost.cycles_throughput <= cost.cycles_stepwise


def programs(number, **others):
    return settings(max_examples=number, deadline=None, suppress_health_check=list(HealthCheck), **others)


@pytest.mark.parametrize("kind", [mappings, arrays])
def test_throughput_is_never_above_stepwise(kind):
    programs(75)(given(kind(max_points=200))(bounded))()


@pytest.mark.campaign
@pytest.mark.parametrize("kind", [mappings, arrays])
def test_throughput_is_never_above_stepwise_in_many_programs(kind):
    number = int(os.environ.get("WEFT_TIME_PROGRAMS", "2500"))
    programs(number, derandomize=False)(given(kind(max_points=200))(bounded))()

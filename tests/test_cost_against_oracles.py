"""The closed forms equal both oracles, to the last unit, on generated programs (docs/model.md)."""

from __future__ import annotations

import pytest
from array_strategies import arrays
from hypothesis import HealthCheck, given, seed, settings
from strategies import mappings

from weft.api import verify
from weft.backends.cost import evaluate_schedule
from weft.passes import schedule


def every_program(number, draw_seed, kind=mappings):
    """Checks `number` generated programs, none excluded: counts, stepwise cycles, and the result against numpy."""

    @seed(draw_seed)
    @settings(max_examples=number, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(kind())
    def check(mapping):
        assert verify(evaluate_schedule(schedule(mapping)), limit=10**9) == ()

    check()


@pytest.mark.parametrize("draw_seed", range(8))
def test_cost_equals_simulate_and_exact_on_240_generated_programs(draw_seed):
    every_program(30, draw_seed)


@pytest.mark.campaign
@pytest.mark.parametrize("draw_seed", range(100, 140))
def test_cost_equals_simulate_and_exact_on_the_campaign_of_10000(draw_seed):
    every_program(250, draw_seed)


@pytest.mark.campaign
@pytest.mark.parametrize("draw_seed", range(140, 144))
def test_cost_equals_simulate_and_exact_on_1000_systolic_arrays(draw_seed):
    every_program(250, draw_seed, arrays)

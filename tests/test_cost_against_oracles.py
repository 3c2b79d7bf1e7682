"""The closed forms equal both oracles, to the last unit, on generated programs (docs/model.md)."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, seed, settings
from strategies import mappings

from weft.api import verify
from weft.backends.cost import evaluate_schedule
from weft.passes import schedule

EXAMPLES = int(os.environ.get("WEFT_EXAMPLES", "300"))
"""Programs per test in a normal run; the campaign runs 2 500."""


def differences(mapping):
    """Every difference between the cost of a program and what its two oracles say."""
    return verify(evaluate_schedule(schedule(mapping)), limit=10**9)


def every_program(number, draw_seed):
    """Checks `number` generated programs, none excluded."""

    @seed(draw_seed)
    @settings(max_examples=number, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(mappings())
    def check(mapping):
        assert differences(mapping) == ()

    check()


def test_cost_equals_simulate_and_exact_on_generated_programs():
    every_program(EXAMPLES, 1)


@pytest.mark.campaign
def test_cost_equals_simulate_and_exact_on_the_campaign():
    every_program(2500, 2)

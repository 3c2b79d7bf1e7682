"""The throughput time is a lower bound of the stepwise time, on generated programs."""

from hypothesis import HealthCheck, given, settings
from strategies import mappings

from weft.backends.cost import evaluate_schedule
from weft.passes import schedule


@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(mappings(max_points=200))
def test_throughput_is_never_above_stepwise(mapping):
    cost = evaluate_schedule(schedule(mapping))
    assert cost.cycles_throughput <= cost.cycles_stepwise

"""What elements hold step by step adds up to the counts of the whole program."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, seed, settings
from strategies import mappings

import weft
from weft.backends.simulate.held import held_in
from weft.backends.simulate.program import RunProgram
from weft.passes import schedule

ROOT = Path(__file__).parents[1]


def sums(cost):
    """The sums over all steps and elements, by tensor."""
    found = {}
    for item in held_in(cost.schedule, 0, cost.counts.steps + 1, 1 << 20):
        row = found.setdefault(item.tensor, {"new": 0, "forwarded": 0, "steps": set(), "held": 0})
        row["new"] += item.new
        row["forwarded"] += item.forwarded
        row["held"] += item.held
        row["steps"].add(item.step)
        assert item.forwarded + item.multicast <= item.new <= item.held
        assert item.reduced <= item.held
    return found


def check(mapping):
    cost = weft.evaluate(mapping, "warning")
    found, last = sums(cost), len(cost.schedule.levels)
    for tensor in mapping.workload.tensors:
        row, holders = found[tensor.name], cost.schedule.holders(tensor.name)
        assert row["steps"] == set(range(cost.counts.steps))
        if holders[-1].boundary < last:
            assert row["new"] == row["held"]
        elif len(holders) > 1 and holders[-2].boundary < last:
            traffic = cost.counts.traffic(holders[-2].memory.name, holders[-1].memory.name, tensor.name)
            assert row["new"] == traffic.fills
            assert row["forwarded"] == getattr(traffic, "forwards", 0)


@pytest.mark.parametrize("layer", range(6))
@pytest.mark.parametrize("forwarding", ["true", "false"])
def test_figure_5(layer, forwarding):
    check(weft.load(ROOT / "examples/figure5.m", overrides=["pes=6", f"L2.forwarding={forwarding}"])[layer])


def test_figure_6():
    check(weft.load(ROOT / "examples/figure6.m", overrides=["pes=6"])[0])


@seed(0)
@settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(mappings())
def test_any_program(mapping):
    check(mapping)


@seed(0)
@settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(mappings())
def test_walking_gives_the_steps_in_their_order(mapping):
    program = RunProgram.of(schedule(mapping, "warning"))
    last = len(program.levels)
    assert list(program.walk(last)) == program.steps(last)

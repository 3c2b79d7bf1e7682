"""The clock's closed form has the cycles of the event simulation, which shares no code with it (docs/model.md, A20)."""

from __future__ import annotations

import pytest
from campaigns import first
from generated import KINDS, sample

import weft
from weft.backends.simulate import simulate


def same_cycles(programs):
    for mapping in programs:
        cost = weft.evaluate(mapping)
        assert simulate(cost.schedule).cycles_stepwise == cost.cycles_stepwise, mapping


@pytest.mark.parametrize("draw_seed", first(5, range(300, 308)))
@pytest.mark.parametrize("kind", KINDS)
def test_the_clock_has_the_cycles_of_the_event_simulation(kind, draw_seed):
    same_cycles(sample(kind, 120, 25, draw_seed))


@pytest.mark.campaign
@pytest.mark.parametrize("draw_seed", range(400, 520))
@pytest.mark.parametrize("kind", KINDS)
def test_the_clock_has_the_cycles_of_the_event_simulation_in_the_campaign_of_10000(kind, draw_seed):
    same_cycles(sample(kind, 500, 28, draw_seed))

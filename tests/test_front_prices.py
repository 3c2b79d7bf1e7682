"""Pricing a front for many machines at once gives what looking at every program for every machine gives."""

import numpy as np
import pytest

from weft.search.front_prices import FAN, TILE, price_front
from weft.search.objective import EXPONENTS


def priced_one_by_one(counts, actions, mac, picojoules, width, room, a, b):
    found = []
    for n in range(len(mac)):
        best, chosen, metrics = np.inf, -1, (np.inf, np.inf)
        for k, row in enumerate(counts):
            energy = mac[n]
            for q in range(actions):
                energy += picojoules[n, q] * row[q]
            quotients = np.ceil(row[actions : actions + width.shape[1]] / width[n])
            cycles = max([row[actions + width.shape[1]], *quotients])
            value = energy**a * cycles**b
            if (row[len(row) - room.shape[1] :] <= room[n]).all() and value < best:
                best, chosen, metrics = value, k, (energy, cycles)
        found.append((chosen, *metrics))
    return found


@pytest.mark.parametrize("name", EXPONENTS)
@pytest.mark.parametrize("rooms", [0, 2])
@pytest.mark.parametrize("programs", [25, 3 * FAN * FAN])
def test_tiles_of_machines_have_the_programs_that_each_has_by_itself(name, rooms, programs):
    random = np.random.default_rng(rooms)
    machines, actions, widths = 2 * TILE + 7, 4, 3
    counts = np.round(np.exp(random.normal(4, 2, (programs, actions + widths + 1 + rooms))))
    counts[:, 1] *= random.integers(0, 2, programs)
    counts[-5:] = counts[:5]  # equals: the first one wins
    mac, picojoules = random.random(machines), random.random((machines, actions))
    width = random.choice([1.0, 3.0, 7.0, np.inf], (machines, widths))
    room = np.round(np.exp(random.normal(4, 2, (machines, rooms))))
    room[5], mac[7] = 0, np.inf
    winner, found = np.empty(machines, np.int64), np.full((machines, 2), np.inf)
    price_front(counts, actions, mac, picojoules, width, room, *EXPONENTS[name], winner, found)
    expected = priced_one_by_one(counts, actions, mac, picojoules, width, room, *EXPONENTS[name])
    assert [(chosen, *metrics) for chosen, metrics in zip(winner.tolist(), found.tolist(), strict=True)] == expected
    assert rooms == 0 or -1 in winner


def test_a_front_of_none_has_no_winner():
    winner, found = np.empty(3, np.int64), np.full((3, 2), np.inf)
    price_front(
        np.empty((0, 3)), 1, np.ones(3), np.ones((3, 1)), np.ones((3, 1)), np.empty((3, 0)), 1, 1, winner, found
    )
    assert winner.tolist() == [-1, -1, -1]

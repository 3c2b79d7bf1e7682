"""The front of designs that come in blocks is what no other design beats."""

import numpy as np
import pytest

from weft.exploration.front import Front, skyline

VALUES = 9
"""Few values, so that many designs are equal in some metrics or all."""


def by_the_book(points, places):
    """Designs that no other is never above, the first of equal ones."""
    below = (points[:, None, :] <= points[None, :, :]).all(axis=2)
    equal = below & below.T
    beats = below & (~equal | (places[:, None] < places[None, :]))
    np.fill_diagonal(beats, False)
    return np.flatnonzero(~beats.any(axis=0))


def points_by_chance(random, number, objectives):
    points = random.integers(0, VALUES, (number, objectives)).astype(float)
    # Some are nearly opposed, so that fronts are large.
    points[:, -1] += VALUES * (points.shape[1] - points[:, :-1].sum(axis=1)) * random.integers(0, 2, number)
    return points, random.permutation(number)


@pytest.mark.parametrize("objectives", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("number", [1, 7, 8, 9, 100, 1000])
def test_the_front_of_blocks_is_that_of_all_designs(objectives, number):
    random = np.random.default_rng(number * 10 + objectives)
    points, places = points_by_chance(random, number, objectives)
    front = Front(objectives)
    for some in np.array_split(random.permutation(number), 1 + number // 90):
        front.add(points[some], places[some], np.tile(places[some][:, None].astype(float), 5))
    expected = by_the_book(points, places)
    assert sorted(front.places) == sorted(places[expected])
    assert (front.metrics[:, 0] == front.places).all()
    assert [tuple(point) for point in front.points] == sorted(tuple(points[place]) for place in expected)


def test_a_skyline_of_more_points_than_are_compared_at_once_is_that_of_all(monkeypatch):
    monkeypatch.setattr("weft.exploration.front.TOGETHER", 64)
    points, places = points_by_chance(np.random.default_rng(0), 900, 3)
    assert sorted(skyline(points, places)) == by_the_book(points, places).tolist()


def test_what_is_infinite_beats_nothing_that_is_finite():
    points = np.array([[np.inf, 1.0], [2.0, np.inf], [np.inf, np.inf], [np.inf, np.inf]])
    assert sorted(skyline(points, np.arange(4))) == [0, 1]

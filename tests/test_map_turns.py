"""How the searches of several layers share a budget."""

from math import inf

from small_maps import gemm, mapped

from weft.search.workers import run
from weft.search.workers.turns import lacking, rounds_time, turns


def test_a_turn_is_as_long_as_what_is_not_proved():
    assert turns([1.0, 6.0, 3.0], 100.0, 20.0) == [(1, 112.0), (2, 118.0), (0, 120.0)]


def test_who_has_no_program_comes_first_and_has_the_mean_of_the_others():
    assert turns([2.0, inf, 6.0], 0.0, 12.0) == [(1, 4.0), (2, 10.0), (0, 12.0)]
    assert turns([inf, inf], 0.0, 12.0) == [(0, 6.0), (1, 12.0)]


def test_where_all_bounds_are_met_turns_are_equal():
    assert turns([0.0, 0.0], 0.0, 2.0) == [(0, 1.0), (1, 2.0)]


def test_equal_layers_count_as_often_as_they_are():
    assert lacking(10.0, 8.0, 3) == 6.0
    assert lacking(inf, 8.0, 3) == inf


def test_rounds_are_half_of_the_rest_and_no_shorter_than_a_second():
    assert [rounds_time(left) for left in (60.0, 1.5, 0.3)] == [30.0, 1.0, 0.3]


def test_a_budget_goes_first_to_small_spaces_and_then_to_what_lacks_most(monkeypatch):
    begun, given = [], []
    search, shares = run.search_of, run.turns
    monkeypatch.setattr(run, "search_of", lambda name, *others: begun.append(name) or search(name, *others))
    monkeypatch.setattr(run, "turns", lambda unproved, *others: given.append(unproved) or shares(unproved, *others))
    monkeypatch.setattr(run, "FIRST", 0.0)
    result = mapped([gemm(32), gemm(8), gemm(32), gemm(16)], budget=600.0)
    assert begun == ["layer 1", "layer 3", "layer 0"]
    ((small, larger, twice),) = given
    assert 0 < small < larger < twice < inf
    assert result.proved


def test_the_total_is_proved_as_far_as_its_layers_are():
    result = mapped([gemm(), gemm(k=8), gemm()])
    assert result.total.value == sum(layer.value for layer in result.layers)
    assert result.total.gap == 0.0
    stopped = mapped([gemm(64, 64, 64), gemm()], budget=0.0).total
    assert stopped.lower_bound == 0.0 or stopped.gap > 0.0

"""The best option for every layer, against trying all choices, and what is said of it."""

from decimal import Decimal
from fractions import Fraction
from time import monotonic

import numpy
import pytest
from campaigns import first
from knapsacks import OBJECTIVES, choices, keeps, random_table, value

from weft.exploration.knapsack import Product, Sum, Unmet, Worst, minimise
from weft.exploration.knapsack.limits import Problem
from weft.exploration.knapsack.solve import solve
from weft.exploration.knapsack.units import exact, limit_units


def found_by_trying(table, objective, limits):
    values = [value(table, objective, chosen) for chosen in choices(table) if keeps(table, limits, chosen)]
    return min(values, default=None)


def found(table, objective, limits):
    """The optimum, after checking that the choice has it, keeps the limits, and is said to be proved."""
    try:
        solution = minimise(table, objective, limits)
    except Unmet:
        return None
    assert solution.certificate.status == "optimal"
    assert solution.certificate.lower_bound == solution.value
    assert solution.certificate.rounded == ()
    assert keeps(table, limits, solution.chosen)
    assert value(table, objective, solution.chosen) == Fraction(solution.value)
    return Fraction(solution.value)


@pytest.mark.parametrize("seed", first(20, range(60)))
def test_the_optimum_is_that_of_trying_every_choice(seed):
    table, limits = random_table(numpy.random.default_rng(seed))
    for objective in OBJECTIVES:
        assert found(table, objective, limits) == found_by_trying(table, objective, limits)


def correlated(layers, options, limits, seed):
    """Options whose cost falls nearly as their weights rise, which leaves little to choose by."""
    rng = numpy.random.default_rng(seed)
    weights = [rng.integers(1, 40, (limits, options)) for _ in range(layers)]
    costs = [100 - weight.sum(axis=0) // limits + rng.integers(0, 3, options) for weight in weights]
    half = sum((weight.min(axis=1) + weight.max(axis=1)) // 2 for weight in weights)
    return Problem(tuple(costs), tuple(weights), tuple(int(limit) for limit in half))


def by_table_of_sums(problem):
    """The optimum from the least cost of every sum of weights."""
    least = {(0,) * len(problem.limits): 0}
    for costs, weights in zip(problem.costs, problem.weights, strict=True):
        following = {}
        for used, cost in least.items():
            for option, more in enumerate(costs):
                sums = tuple(int(u + w) for u, w in zip(used, weights[:, option], strict=True))
                if all(s <= limit for s, limit in zip(sums, problem.limits, strict=True)):
                    following[sums] = min(following.get(sums, 10**9), cost + int(more))
        least = following
    return min(least.values())


@pytest.mark.parametrize(("layers", "options", "limits"), [(52, 12, 1), (30, 30, 1), (8, 6, 2)])
@pytest.mark.parametrize("seed", first(1, range(3)))
def test_the_optimum_of_many_layers_is_that_of_a_table_of_all_sums(layers, options, limits, seed):
    problem = correlated(layers, options, limits, seed)
    answer = solve(problem)
    assert answer.lower_bound >= answer.cost
    assert answer.cost == by_table_of_sums(problem) == problem.cost(answer.chosen)
    pairs = list(zip(problem.weights, answer.chosen, strict=True))
    for row, most in enumerate(problem.limits):
        assert sum(int(weight[row, option]) for weight, option in pairs) <= most


def test_decimals_that_sum_to_the_limit_are_within_it():
    """As doubles, 0.1 + 0.2 is more than 0.3."""
    table = {"cycles": [[5, 1], [5, 1]], "area": [[0.0, 0.1], [0.0, 0.2]]}
    assert minimise(table, Sum("cycles"), {"area": 0.3}).value == 2
    assert minimise(table, Sum("cycles"), {"area": Decimal("0.29999999999999999999")}).value == 6


def test_numbers_too_fine_for_whole_numbers_are_rounded_and_named():
    column = exact([[1e18, 1.0], [Decimal("0.5")]], 60, up=True)
    assert column.rounded
    assert column.exponent == 1
    assert [list(layer) for layer in column.layers] == [[10**17, 1], [1]]
    assert limit_units(19, column.exponent) == 1
    solution = minimise({"energy": [[1e18, 1e-9]]}, Sum("energy"), {})
    assert solution.certificate.rounded == (("energy", Decimal(10)),)


def test_large_and_small_weights_in_one_problem_are_told_apart():
    table = {"cycles": [[9, 3], [9, 2], [9, 1]], "area": [[10**17, 10**17 + 1], [0, 1], [0, 1]]}
    assert minimise(table, Sum("cycles"), {"area": 10**17 + 1}).value == 9 + 9 + 1
    assert minimise(table, Sum("cycles"), {"area": 10**17 + 2}).value == 12


def test_limits_that_nothing_keeps_say_what_is_the_least():
    table = {"cycles": [[1, 2]], "area": [[3, 4]], "power": [[9, 1]]}
    with pytest.raises(Unmet) as error:
        minimise(table, Sum("cycles"), {"power": 5, "area": 2})
    assert (error.value.rows, error.value.least) == ((1,), (1, 3))
    for objective in (Sum("cycles"), Worst("cycles"), Product(("cycles", "area"))):
        with pytest.raises(Unmet) as error:
            minimise(table, objective, {"power": 2, "area": 3})
        assert error.value.rows == (0, 1)


def test_a_search_that_is_stopped_says_how_far_its_answer_may_be_from_the_best():
    rng = numpy.random.default_rng(0)
    table = {name: rng.integers(1, 10**6, (60, 50)).tolist() for name in ("cycles", "area", "power")}
    solution = minimise(table, Sum("cycles"), {"area": 10**7, "power": 10**7}, deadline=monotonic())
    certificate = solution.certificate
    assert certificate.status == "budget"
    assert certificate.lower_bound < solution.value
    assert certificate.gap == pytest.approx(float(solution.value / certificate.lower_bound) - 1)
    better = minimise(table, Sum("cycles"), {"area": 10**7, "power": 10**7}, deadline=monotonic() + 60)
    assert certificate.lower_bound <= better.value <= solution.value


@pytest.mark.parametrize("objective", [Sum("energy"), Worst("energy")])
def test_costs_beyond_doubles_end_with_a_proof(objective):
    """As a double, 2^53 + 1 is 2^53, which is less: a proof by doubles is never at its end."""
    table = {"energy": [[2**53 + 1, 2**53 + 3], [2**52]], "area": [[2, 1], [1]]}
    solution = minimise(table, objective, {"area": 3})
    assert solution.certificate.status == "optimal"
    assert solution.value == 2**53 + 1 + (2**52 if objective == Sum("energy") else 0)

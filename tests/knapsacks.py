"""Small tables of options by chance, and their best choices by trying every one."""

from decimal import Decimal
from fractions import Fraction
from itertools import product

from weft.exploration.knapsack import Product, Sum, Worst

OBJECTIVES = (Sum("energy"), Product(("energy", "cycles")), Product(("energy", "cycles"), (1, 2)), Worst("cycles"))


def random_table(rng):
    """A table of up to 5 layers with up to 6 options each, and limits on some of its columns."""
    weights = [f"weight {number}" for number in range(rng.integers(0, 4))]
    options = [int(count) for count in rng.integers(1, 7, rng.integers(1, 6))]
    columns = {name: (int(rng.choice([3, 10, 1000, 10**6])), rng.integers(0, 4)) for name in ("energy", *weights)}
    columns["cycles"] = (int(rng.choice([5, 10**4])), 0)
    table = {
        name: [[_number(rng.integers(0, top), kind) for _ in range(count)] for count in options]
        for name, (top, kind) in columns.items()
    }
    limits = {}
    for name in weights:
        top, kind = columns[name]
        limits[name] = _number(int(top * len(options) * rng.uniform(0.3, 0.8)), kind)
    return table, limits


def _number(value, kind):
    """A whole number, one with eighths, one with thousandths as text has them, or the double nearest to tenths."""
    return (int(value), float(value) / 8, Decimal(int(value)).scaleb(-3), round(int(value) / 10, 1))[kind]


def exact(value):
    """What a number prints as."""
    return Fraction(str(value))


def keeps(table, limits, chosen):
    return all(total(table, name, chosen) <= exact(limit) for name, limit in limits.items())


def total(table, name, chosen):
    return sum(exact(layer[option]) for layer, option in zip(table[name], chosen, strict=True))


def value(table, objective, chosen):
    """An objective of a choice, as its definition says."""
    if isinstance(objective, Sum):
        return total(table, objective.column, chosen)
    if isinstance(objective, Worst):
        layers = zip(table[objective.column], chosen, strict=True)
        return max(exact(layer[option]) for layer, option in layers)
    (one, other), (a, b) = objective.columns, objective.powers
    return total(table, one, chosen) ** a * total(table, other, chosen) ** b


def choices(table):
    return product(*(range(len(layer)) for layer in table["cycles"]))

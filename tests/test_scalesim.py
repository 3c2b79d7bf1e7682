"""Systolic arrays: SCALE-Sim's figures, and sizes that were not published, by its formulas and by both oracles."""

import random

import pytest

from weft.api import evaluate, verify
from weft.validation import compare
from weft.validation.scalesim import AXES, folds, formula_cycles, program, published, run

EDGES = [
    (1, 1, 1, 1, 1),
    (1, 1, 1, 8, 8),
    (1, 37, 9, 4, 8),
    (9, 1, 37, 8, 4),
    (37, 9, 1, 16, 2),
    (5, 3, 64, 1, 16),
    (64, 3, 5, 16, 1),
    (16, 16, 16, 16, 16),
    (17, 33, 15, 16, 16),
    (3, 2, 2, 128, 128),
]


def sizes(number, largest, side):
    draw = random.Random(2020)
    return [
        tuple(draw.randint(1, largest) for _ in range(3)) + tuple(draw.randint(1, side) for _ in range(2))
        for _ in range(number)
    ]


def expected(dataflow, m, n, k, rows, columns):
    """Reads of inputs and filters, writes of outputs: each operand once per fold that needs it."""
    row, column, _ = AXES[dataflow]
    vertical, horizontal = (-(-{"M": m, "N": n, "K": k}[d] // side) for d, side in ((row, rows), (column, columns)))
    again = {row: vertical, column: horizontal}
    return (m * k * again.get("N", 1), k * n * again.get("M", 1)), m * n * again.get("K", 1)


def test_published_rows_hold():
    found = compare("scalesim")
    assert [check.text for check in found.checks if not check.holds] == []
    assert len(published()) == len(found.tables[0].rows) == 48
    assert {item.dataflow for item in published()} == set(AXES)


@pytest.mark.parametrize("dataflow", AXES)
def test_other_sizes_follow_the_formulas(dataflow):
    for size in [*EDGES, *sizes(60, 200, 40)]:
        found = run(dataflow, *size)
        assert found.cycles == formula_cycles(dataflow, *size), size
        assert (found.reads, found.writes) == expected(dataflow, *size), size
        assert found.folds == folds(dataflow, *size)


@pytest.mark.parametrize("dataflow", AXES)
def test_small_sizes_agree_with_the_oracles(dataflow):
    for size in [*EDGES[:5], *sizes(12, 9, 5)]:
        assert verify(evaluate(program(dataflow, *size))) == (), size

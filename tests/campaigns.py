"""Cases of which each run of the tests has some, and `python -m pytest -m campaign` the others."""

import pytest


def first(number, cases):
    """So many of the cases; the others are left to the campaign."""
    return [case if n < number else pytest.param(case, marks=pytest.mark.campaign) for n, case in enumerate(cases)]

"""Temporaries: their values are put where they are used, or they stay and a finding says so."""

import numpy as np
import pytest
from nest_checks import generated
from nests import nests
from temporaries import computed, tangles, with_temporaries

from weft.passes import raise_nest
from weft.passes.raising.forward import forward_temporaries


def check_same_program(drawn):
    """A nest through temporaries is raised to the program of the nest without them, and computes the same."""
    case, nest = drawn
    assert all(np.array_equal(a, b) for a, b in zip(computed(case.nest).values(), computed(nest).values(), strict=True))
    for recognize in (True, False):
        (expected,), (found,) = raise_nest(case.nest, recognize), raise_nest(nest, recognize)
        assert (found.workload, found.dataflow, found.units, found.kind) == (
            expected.workload,
            expected.dataflow,
            expected.units,
            expected.kind,
        ), f"{nest}\n{forward_temporaries(nest)}"
        assert [item.code for item in found.diagnostics] == [item.code for item in expected.diagnostics]


def check_same_results(nest):
    """Forwarding changes nothing that a caller sees, whatever the nest does with its temporaries."""
    ours, theirs = computed(nest), computed(forward_temporaries(nest))
    assert all(np.array_equal(ours[name], theirs[name]) for name in ours), f"{nest}\n{forward_temporaries(nest)}"


def test_a_nest_through_temporaries_is_raised_as_without_them():
    generated(check_same_program, with_temporaries(), 0, 60)


@pytest.mark.parametrize("strategy", [tangles(), nests(threads=False)], ids=["tangles", "nests"])
def test_forwarding_leaves_results_as_they_are(strategy):
    generated(check_same_results, strategy, 0, 150)


@pytest.mark.campaign
@pytest.mark.parametrize("number", range(100, 105))
def test_many_nests_with_temporaries(number):
    generated(check_same_program, with_temporaries(), number, 200)
    generated(check_same_results, nests(threads=False), number, 300)
    generated(check_same_results, tangles(), number, 1500)

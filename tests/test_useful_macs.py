"""Useful MACs of transposed convolutions are the points that meet a stored element, counted one by one."""

from itertools import product

import pytest

from weft.ir import Index, Subscript, Tensor, Term, Workload


def transposed(outputs, taps, stride, dilation, factor):
    x = Subscript((Term("X'", stride), Term("S", dilation)))
    return Workload(
        "TRCONV",
        (("X'", outputs), ("S", taps)),
        (Tensor("input", (x,)), Tensor("filter", (Subscript((Term("S"),)),))),
        Tensor("output", (Subscript((Term("X'"),)),)),
        (Index("X", "X'", "S", stride, dilation),),
        (("X", factor),),
    )


def counted(outputs, taps, stride, dilation, factor):
    """Spread an input of ones, with full padding on both sides, and count what the windows find."""
    padding, span = dilation * (taps - 1), stride * (outputs - 1) + dilation * (taps - 1) + 1
    spread = [padding <= at < span - padding and (at - padding) % factor == 0 for at in range(span)]
    return sum(spread[stride * y + dilation * r] for y, r in product(range(outputs), range(taps)))


@pytest.mark.parametrize("factor", [1, 2, 3, 4])
def test_useful_macs_are_those_that_meet_a_stored_element(factor):
    for case in product(range(1, 12), range(1, 6), range(1, 5), range(1, 4)):
        assert transposed(*case, factor).useful_macs == counted(*case, factor), case

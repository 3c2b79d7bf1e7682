"""Listed orders and pairs of one level: an answer keeps to both, also where its maps take one step."""

from dataclasses import replace
from itertools import permutations

import pytest
from small_maps import MACHINE, gemm
from test_map_exhaustive import searched

from weft.search.spaces.default import machine_space


@pytest.mark.parametrize("pair", list(permutations("MNK", 2)))
def test_an_answer_stands_in_an_order_that_is_listed_and_allowed(pair):
    space = machine_space(gemm(3, 2, 5), MACHINE, split="perfect")
    first = replace(space.levels[0], outside=(pair,), orders=tuple(permutations("MNK")))
    space = replace(space, levels=(first, *space.levels[1:]))
    (entry,) = searched(space, "edp", "throughput").entries
    assert entry.point in space
    names = [name for name, _ in entry.point.levels[0]]
    assert names.index(pair[0]) < names.index(pair[1])

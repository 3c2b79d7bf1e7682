"""Chains that are listed level by level, as a search asks for them: what stands for many is never more than one of
them, and the search finds what it finds with all of them listed."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from campaigns import first
from map_searches import space_by_chance
from test_map_bounds import space_by_chance as deep_space_by_chance
from test_map_exhaustive import OBJECTIVES, compare

from weft.ir import WeftError
from weft.search import listing, question
from weft.search.ground import Ground


@pytest.fixture
def one_by_one(monkeypatch, request):
    """Every size of every level is listed by itself, behind a part of one or some sizes."""
    monkeypatch.setattr(listing, "AT_ONCE", 0)
    monkeypatch.setattr(listing, "PER_BLOCK", 0)
    monkeypatch.setattr(listing, "PER_PART", getattr(request, "param", listing.PER_PART))
    question.ground_of.cache_clear()
    yield
    question.ground_of.cache_clear()


def leaves(listing, begun, depths):
    """All blocks below a beginning of chains: its boxes, and what it stands for, whole chains with their columns."""
    boxes = listing.below(begun, depths) if depths else None
    found = []
    for node in np.flatnonzero(boxes.candidate >= 0):
        chain = boxes.chains[boxes.candidate[node]]
        if boxes.depths:
            below = leaves(listing, chain, boxes.depths)
            for columns, _ in below:
                worse = np.flatnonzero(boxes.columns[node] > columns + 1e-9)
                assert not len(worse), f"columns {worse} of {chain} from {boxes.depths} on are above those of a chain"
            found += below
        else:
            found.append((boxes.columns[node], chain))
    return found


IN_PARTS = pytest.mark.parametrize("one_by_one", [1 << 22, 1000, 0], indirect=True)


@IN_PARTS
@pytest.mark.parametrize("seed", first(1, range(4)))
def test_no_beginning_of_chains_is_above_one_of_them(seed, one_by_one):
    random, seen = Random(seed), 0
    while seen < 25:
        try:
            space = deep_space_by_chance(random)
            structure = random.choice(space.structures())
            ground = Ground(space, structure, "throughput")
        except WeftError:
            continue
        for item in ground._listings(structure, lambda: None):
            if np.prod([chains.count for chains in item.chains]) > 400:
                continue
            levels = len(space.levels)
            below = leaves(item, np.zeros((2, levels), np.int64), (0,) * len(item.names))
            found = {chain.tobytes() for _, chain in below}
            rows = [chains.all() for chains in item.chains]
            pairs = [np.stack([one, other]) for one in rows[0] for other in [*rows[1:], np.zeros_like(rows[0][:1])][0]]
            assert found == {pair.tobytes() for pair in pairs}
            assert len(below) == len(found)
            seen += 1


@IN_PARTS
@pytest.mark.parametrize("seed", first(1, range(2)))
def test_a_search_that_lists_one_by_one_finds_what_trying_every_program_finds(seed, one_by_one):
    random = Random(300 + seed)
    for _ in range(20):
        space, kind = space_by_chance(random, 200)
        objective = random.choice(OBJECTIVES)
        try:
            compare(space, objective, random.choice(("throughput", "throughput", "stepwise")))
        except AssertionError as error:
            raise AssertionError(f"{kind}, {objective}: {space}") from error

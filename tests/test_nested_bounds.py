"""Bounds of two memories together are below every program, and close to the best one."""

from __future__ import annotations

import os
from dataclasses import replace
from math import inf
from random import Random

import numpy as np
import pytest

import weft
from weft.ir import Accelerator, Memory
from weft.search.descent.tally import BOXES
from weft.search.guided import GuidedSearch
from weft.search.layer import LayerSearch
from weft.search.objective import read_objective
from weft.search.quick.unbeaten import unbeaten
from weft.search.quick.values import QuickCache
from weft.search.request import Settings
from weft.search.spaces.request import OneASide
from weft.search.spaces.structures import all_structures
from weft.search.workers.executors import this_process
from weft.search.workers.waves import drive

ROUNDS = 12 * int(os.environ.get("WEFT_EXPLORE_ROUNDS", "1"))
CLOSE = 1e-9
ENERGY = Settings(objective=read_objective("energy"))


def machine(pes, outer, inner):
    """Two memories of some bytes, the inner one at every element, of words of a byte."""
    memories = (Memory("DRAM"), Memory("L2", capacity_bytes=outer), Memory("L1", None, capacity_bytes=inner))
    return Accelerator("two", pes=pes, memories=memories, default_word_bits=8, energy_table="maestro_28nm")


def searched(search):
    drive(iter([search]), this_process())
    return min((search.value(entry.metrics) for entry in search.entries), default=inf)


def workload_by_chance(random):
    def some(most):
        return random.randint(1 if random.random() < 0.2 else 2, most)

    product = f"Type: GEMM Dimensions {{ M: {some(12)}, N: {some(12)}, K: {some(12)} }}"
    tensors = "Tensors { input[B, M, K]; filter[B, K, N]; output[B, M, N] }"
    several = f"Type: AFFINE Dimensions {{ B: {some(3)}, M: {some(6)}, N: {some(6)}, K: {some(6)} }} {tensors}"
    taps = random.choice(("R: 1, S: 1", "R: 3, S: 1", "R: 2, S: 1"))
    sizes = f"Y: {random.randint(3, 5)}, X: {some(3)}"
    conv = f"Type: CONV Dimensions {{ N: 1, K: {some(5)}, C: {some(5)}, {taps}, {sizes} }}"
    return weft.parse_workload(random.choice((product, several, conv)))


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_no_program_is_below_the_bound_of_two_memories(seed):
    random = Random(seed)
    workload = workload_by_chance(random)
    small = machine(random.choice((1, 2, 3, 4, 6, 8)), random.randint(4, 160), random.randint(2, 24))
    space = OneASide(split=random.choice(("even", "even", "perfect"))).space(workload, small)
    found = all_structures(space)
    search = LayerSearch("layer", space, ENERGY)
    best = searched(search)
    assert search.finished
    energies, _ = QuickCache(read_objective("energy")).least(space, found, inf, small)
    assert energies.min() <= best * (1 + CLOSE)
    # What only knows the least value is no less than it elsewhere, and the same there.
    least = QuickCache(ENERGY.objective).values(space, found, inf, small, True)
    assert least.min() == pytest.approx(energies.min(), rel=CLOSE)
    assert (least <= energies * (1 + CLOSE)).all()


def test_the_bound_of_a_large_product_is_near_its_best_program():
    """A search that knows it is over as soon as it finds one; each memory alone would leave a quarter open."""
    small = machine(96, 201_079, 523)
    space = OneASide().space(weft.parse_workload("gemm:M=512,N=768,K=768"), small)
    near = replace(ENERGY, gap=0.001)
    search = GuidedSearch("layer", space, near, inf, QuickCache(near.objective))
    best = searched(search)
    assert search.finished
    assert best <= search.lower_bound * 1.0011
    assert search.counts[BOXES] < 400_000


@pytest.mark.parametrize("columns", [1, 2, 3, 4])
def test_unbeaten_rows_are_those_that_no_other_one_beats(columns):
    numbers = np.random.default_rng(columns)
    for count in (0, 1, 2, 7, 40, 90):
        rows = numbers.integers(1, 9, (count, columns)).astype(np.float64)
        truth = {tuple(a) for a in rows if not any((b >= a).all() and (b > a).any() for b in rows)}
        found = [tuple(row) for row in unbeaten(rows)]
        assert sorted(found) == sorted(truth)

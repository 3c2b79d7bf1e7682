"""The compiled numbers of dimensions and windowed axes are those of the Python cost model."""

import random
from dataclasses import dataclass
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest

from weft.analysis import sums
from weft.analysis.chains import Chain, Link
from weft.analysis.events import Event, events
from weft.analysis.nest import Grouping, _windowed
from weft.backends.cost import arithmetic
from weft.search.axes import volumes


@dataclass(frozen=True)
class Case:
    """One dimension: its chain, and the arrays of the compiled functions."""

    chain: Chain
    sizes: tuple[int, ...]
    units: tuple[int, ...]

    @property
    def arrays(self):
        return self.chain.extent, np.array(self.sizes, np.int64), np.array(self.units, np.int64)

    def event(self, boundary, outside, advances):
        chain = self.chain.above(boundary)
        return Event(chain, sum(link.level < outside for link in chain.links), advances)

    def places(self, boundary):
        """All (outside, advances) of a boundary."""
        found = [(outside, False) for outside in range(boundary + 1)]
        return found + [(level, True) for level in range(boundary) if self.sizes[level]]


def case(extent, sizes, units):
    links, longest = [], extent
    for level, (size, over) in enumerate(zip(sizes, units, strict=True)):
        if size:
            links.append(Link(level, size, min(over, -(-longest // size)) if over else 0))
            longest = min(longest, size)
    return Case(Chain(extent, tuple(links)), tuple(sizes), tuple(units))


def random_case(rng, levels, longest, most=4):
    extent = size = rng.randint(1, longest)
    sizes, units = [], []
    for _ in range(levels):
        mapped = rng.random() < 0.8
        size = rng.randint(1, size) if mapped and rng.random() < 0.85 else size
        sizes.append(size if mapped else 0)
        units.append(rng.randint(1, most) if mapped and rng.random() < 0.45 else 0)
    return case(extent, sizes, units)


def cases(seed, number, longest=30, levels=4, most=4):
    rng = random.Random(seed)
    return [random_case(rng, rng.randint(1, levels), longest, most) for _ in range(number)]


def masks(levels):
    for chosen in product((False, True), repeat=levels):
        shared = frozenset(level for level, one in enumerate(chosen) if one)
        yield sum(1 << level for level in shared), shared


def nest_of(*found):
    """What the functions of `arithmetic` use of a nest."""
    return SimpleNamespace(chains={str(number): one.chain for number, one in enumerate(found)})


SMALL = cases(1, 250)
LARGE = [
    case(*one)
    for one in (
        (1024, (512, 256, 8, 1), (0, 2, 16, 0)),
        (1000, (300, 64, 7, 2), (3, 0, 5, 2)),
        (112, (56, 3, 1, 1), (0, 16, 0, 3)),
        (56, (13, 3, 2, 1), (2, 0, 3, 0)),
        (5, (4, 2, 1, 1), (0, 2, 0, 2)),
        (65536, (65536, 1, 1, 1), (0, 65536, 0, 1)),
    )
]


@pytest.mark.parametrize("found", [SMALL, LARGE], ids=["small", "large"])
def test_volumes_of_a_dimension_by_itself(found):
    for one in found:
        for boundary in range(len(one.sizes) + 1):
            for outside, advances in one.places(boundary):
                expected = one.event(boundary, outside, advances).alone
                counted = volumes.single_volumes(*one.arrays, boundary, outside, advances)
                assert counted == (expected.need, expected.keep), (one, boundary, outside, advances)
                assert volumes.single_keep(*one.arrays, boundary, outside, advances) == expected.keep


@pytest.mark.parametrize("found", [SMALL, LARGE], ids=["small", "large"])
def test_volumes_of_a_dimension_that_does_not_move_the_tensor(found):
    for one in found:
        for boundary in range(len(one.sizes) + 1):
            for (outside, advances), (mask, shared) in product(one.places(boundary), masks(boundary)):
                expected = one.event(boundary, outside, advances).unused(shared)
                counted = volumes.unused_volumes(*one.arrays, boundary, outside, advances, mask)
                assert counted == (expected.need, expected.keep), (one, boundary, outside, advances, shared)


@pytest.mark.parametrize("found", [SMALL, LARGE], ids=["small", "large"])
def test_work_of_a_dimension(found):
    for one in found:
        levels = len(one.sizes)
        nest = nest_of(one)
        assert volumes.activity(*one.arrays, levels) == arithmetic.activity(nest)
        for boundary in range(levels + 1):
            chain = one.chain.above(boundary)
            assert volumes.active(*one.arrays, boundary) == events(chain).first.unused(frozenset()).need
        for width in (1, 3, 8):
            machine = SimpleNamespace(mapping=SimpleNamespace(accelerator=SimpleNamespace(vector_width=width)))
            expected = arithmetic.busiest_pe_vectors(SimpleNamespace(chains=nest.chains, schedule=machine))
            assert volumes.busiest(*one.arrays, levels, width) == expected
        for mask, shared in masks(levels):
            expected = sum(count * length for length, count in sums.leaves(one.chain, shared).items())
            assert volumes.unused_operands(*one.arrays, levels, mask) == expected


def pair_events(rng, y, r, boundary):
    """Some events of two dimensions at a boundary, at most one of which advances."""
    found = [(one, two) for one, two in product(y.places(boundary), r.places(boundary)) if not (one[1] and two[1])]
    return rng.sample(found, min(len(found), 12))


def check_pair(rng, y, r, stride, dilation):
    boundary = rng.randint(0, len(y.sizes))
    mask, shared = rng.choice(list(masks(boundary)))
    for (y_outside, y_advances), (r_outside, r_advances) in pair_events(rng, y, r, boundary):
        expected = _windowed(
            y.event(boundary, y_outside, y_advances),
            stride,
            r.event(boundary, r_outside, r_advances),
            dilation,
            Grouping(shared),
        )
        counted = volumes.window_pair_volumes(
            *y.arrays, y_outside, y_advances, stride, *r.arrays, r_outside, r_advances, dilation, boundary, mask
        )
        assert counted == (expected.need, expected.keep), (y, r, stride, dilation, boundary, shared)


def random_pair(rng, y_longest, r_longest, most=4):
    levels = rng.randint(1, 4)
    return random_case(rng, levels, y_longest, most), random_case(rng, levels, r_longest, most)


def test_volumes_of_windowed_axes():
    rng = random.Random(2)
    for _ in range(400):
        check_pair(rng, *random_pair(rng, 14, 6, 3), rng.randint(1, 3), rng.randint(1, 3))


@pytest.mark.parametrize("extent", [56, 112, 1024])
def test_volumes_of_large_windowed_axes(extent):
    rng = random.Random(extent)
    taps = case(3, (3, 1, 1, 1), (0, 3, 0, 0))
    for y in (
        case(extent, (extent // 2, 8, 2, 1), (0, 0, 4, 0)),
        case(extent, (extent, 1, 1, 1), (0, 16, 0, 0)),
        case(extent, (extent // 3, 5, 1, 1), (2, 16, 0, 0)),
    ):
        for stride, dilation in product((1, 2, 3), (1, 2)):
            check_pair(rng, y, taps, stride, dilation)


def test_operands_of_windowed_axes():
    rng = random.Random(3)
    for _ in range(300):
        y, r = random_pair(rng, 14, 6, 3)
        stride, dilation = rng.randint(1, 3), rng.randint(1, 3)
        for mask, shared in masks(len(y.sizes)):
            parts = [arithmetic._units_per_step(one.chain, shared) for one in (y, r)]
            expected = sum(
                y_count * r_count * arithmetic.window_operands(outputs, stride, taps, dilation)
                for y_count, outputs in parts[0]
                for r_count, taps in parts[1]
            )
            counted = volumes.window_operands(*y.arrays, stride, *r.arrays, dilation, len(y.sizes), mask)
            assert counted == expected, (y, r, stride, dilation, shared)

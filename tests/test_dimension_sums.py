"""What one dimension needs and keeps, by closed forms, is what walking through its steps unit by unit finds."""

import random
from collections import Counter
from itertools import product

import pytest

from weft.analysis import sums
from weft.analysis.chains import Chain, Link
from weft.analysis.events import ALONE, Grouping, events
from weft.analysis.nest import _windowed


def chain_by_chance(rng, longest=14, levels=4):
    extent = length = rng.randint(1, longest)
    links = []
    for level in range(rng.randint(1, levels)):
        if rng.random() < 0.85:
            size = rng.randint(1, length)
            links.append(Link(level, size, min(rng.randint(1, 4), -(-length // size)) if rng.random() < 0.5 else 0))
            length = size
    return Chain(extent, tuple(links))


def walk(chain, place=()):
    """The steps of all loops in order: (round of each loop, unit to chunk as a set of coordinates)."""

    def piece(unit, rounds):
        low, high = 0, chain.extent
        digits = iter(unit)
        for link, number in zip(chain.links, rounds, strict=True):
            low += link.size * (number * max(link.units, 1) + (next(digits) if link.units else 0))
            high = min(high, low + link.size)
        return set(range(low, high))

    units = list(product(*(range(link.units) for link in chain.links if link.units)))
    for rounds in product(*(range(-(-chain.extent // link.size)) for link in chain.links)):
        held = {unit: chunk for unit in units if (chunk := piece(unit, rounds))}
        if held:
            yield rounds, held


def moves_by_walking(chain):
    """(move, chunks before, chunks now) of every step; an idle unit goes on holding what it has."""
    before, last = {}, None
    for rounds, now in walk(chain):
        if last is None:
            yield (-1, False), {}, now
        else:
            depth = next(place for place, (one, other) in enumerate(zip(last, rounds, strict=True)) if one != other)
            yield (depth, True), dict(before), now
        before |= now
        last = rounds


def restarts_by_walking(chain, depth):
    """(chunks in the last step, chunks in the first step) of the loops inside, for every step of those outside."""
    outside = {}
    for rounds, now in walk(chain):
        outside.setdefault(rounds[:depth], []).append(now)
    for found in outside.values():
        before = {}
        for now in found:
            before |= now
        yield before, found[0]


def cases(event):
    if event.depth >= 0 and not event.advances:
        return list(restarts_by_walking(event.chain, event.depth))
    wanted = (event.depth, event.advances)
    return [(before, now) for move, before, now in moves_by_walking(event.chain) if move == wanted]


def all_events(chain):
    found = events(chain)
    return [found.first, *found.restarts, *found.advances]


def groupings(chain):
    spread = chain.spatial_levels
    for chosen in product((False, True), repeat=len(spread)):
        shared = frozenset(level for level, one in zip(spread, chosen, strict=True) if one)
        yield from (Grouping(shared, level) for level in (-1, *spread))


def group_of(chain, unit, shared):
    return tuple(digit for level, digit in zip(chain.spatial_levels, unit, strict=True) if level not in shared)


CHAINS = [chain_by_chance(random.Random(number)) for number in range(120)]


@pytest.mark.parametrize("chain", CHAINS)
def test_sums_are_those_of_the_steps(chain):
    steps = [held for _, held in walk(chain)]
    assert sum(sums.leaves(chain, chain.levels).values()) == len(steps)
    assert events(chain).first.unused(frozenset()).need == max(map(len, steps)) == len(set().union(*steps))
    lengths = [len(chunk) for held in steps for chunk in held.values()]
    assert sums.leaves(chain) == Counter(lengths)
    for grouping in groupings(chain):
        longest = Counter()
        for held in steps:
            units = {}
            for unit, chunk in held.items():
                units.setdefault(group_of(chain, unit, grouping.shared), []).append(len(chunk))
            longest.update(map(max, units.values()))
        assert sums.leaves(chain, grouping.shared) == longest


@pytest.mark.parametrize("chain", CHAINS)
def test_volumes_are_those_of_the_moves(chain):
    for event in all_events(chain):
        found = cases(event)
        need = sum(len(chunk) for _, now in found for chunk in now.values())
        keep = sum(len(chunk & before.get(unit, set())) for before, now in found for unit, chunk in now.items())
        assert event.alone[:2] == (need, keep), (chain, event.depth, event.advances)
        for grouping in groupings(chain):
            groups = [{group_of(chain, unit, grouping.shared) for unit in now} for _, now in found]
            lacking = [
                {group_of(chain, unit, grouping.shared) for unit in now if unit not in before} for before, now in found
            ]
            kept = sum(map(len, groups)) - sum(map(len, lacking))
            assert event.unused(grouping.shared)[:2] == (sum(map(len, groups)), kept), (
                chain,
                event.depth,
                event.advances,
                grouping,
            )


def windows(one, other, stride, dilation):
    return {stride * y + dilation * r for y in one for r in other}


def windowed_by_walking(outputs, stride, taps, dilation, grouping):
    """Need, keep and forwards of an axis of two dimensions, pair of units by pair of units."""
    need = keep = forwards = 0
    for (y_before, y_now), (r_before, r_now) in product(cases(outputs), cases(taps)):
        needed, new = {}, {}
        for (y, ys), (r, rs) in product(y_now.items(), r_now.items()):
            current = windows(ys, rs, stride, dilation)
            lacking = current - windows(y_before.get(y, ()), r_before.get(r, ()), stride, dilation)
            for near_y in neighbours(outputs.chain, y, y_now, grouping.forward_level):
                rest = lacking - windows(y_before.get(near_y, ()), r_before.get(r, ()), stride, dilation)
                forwards += len(lacking) - len(rest)
                lacking = rest
            for near_r in neighbours(taps.chain, r, r_now, grouping.forward_level):
                rest = lacking - windows(y_before.get(y, ()), r_before.get(near_r, ()), stride, dilation)
                forwards += len(lacking) - len(rest)
                lacking = rest
            group = group_of(outputs.chain, y, grouping.shared), group_of(taps.chain, r, grouping.shared)
            needed[group] = needed.get(group, set()) | current
            new[group] = new.get(group, set()) | lacking
        need += sum(map(len, needed.values()))
        keep += sum(map(len, needed.values())) - sum(map(len, new.values()))
    return need, keep, forwards


def neighbours(chain, unit, at_work, level):
    if level not in chain.spatial_levels:
        return []
    axis = chain.spatial_levels.index(level)
    found = [(*unit[:axis], unit[axis] + step, *unit[axis + 1 :]) for step in (-1, 1)]
    return [other for other in found if other in at_work]


@pytest.mark.parametrize("seed", range(60))
def test_windows_are_those_of_the_moves(seed):
    rng = random.Random(1000 + seed)
    y, r = chain_by_chance(rng, 12, 3), chain_by_chance(rng, 4, 2)
    r = Chain(
        r.extent, tuple(link if link.level not in y.spatial_levels else link._replace(units=0) for link in r.links)
    )
    stride, dilation = rng.randint(1, 3), rng.randint(1, 3)
    pairs = [
        (one, two)
        for one, two in product(all_events(y), all_events(r))
        if (one.depth < 0) == (two.depth < 0) and not (one.advances and two.advances)
    ]
    for outputs, taps in rng.sample(pairs, min(len(pairs), 8)):
        for grouping in [*groupings(y), *groupings(r)]:
            expected = windowed_by_walking(outputs, stride, taps, dilation, grouping)
            assert _windowed(outputs, stride, taps, dilation, grouping) == expected, grouping


@pytest.mark.parametrize("chain", CHAINS)
def test_like_groups_are_told_once(chain):
    for event in all_events(chain):
        found = [side for side, _ in event.sides(ALONE)]
        assert len(found) == len(set(found))
        assert sum(count for _, count in event.sides(ALONE)) == sum(len(now) for _, now in cases(event))

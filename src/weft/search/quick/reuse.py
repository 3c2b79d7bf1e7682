"""How often units use what a memory holds, at most, before it is replaced: as often as their chunks have points.

The chunks of a step have a length per dimension and share a room. A step uses an element of a tensor once for every
point of the other dimensions, so no more than the product of their lengths; and the lengths are such that all chunks
fit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from math import ceil, gcd, log2, prod

import numpy as np

from ...ir import Tensor
from ..spaces.even import even_sizes
from ..spaces.space import MapSpace
from ..structure.plan import Axis, Floats, Plan
from .unbeaten import unbeaten

Shared = tuple[tuple[int, ...], float]
"""Tensors by their numbers, and the bits that a copy of the chunks of all of them may take."""

ROWS = 1 << 17
"""Choices of lengths that are gone through one by one; of more, neighbours count as one."""

EXACT_BITS, PER_OCTAVE = 1024, 16
"""Larger rooms count as the next of so many sizes an octave: what holds for them holds for less."""


@dataclass(frozen=True, eq=False)
class Lengths:
    """What chunks of a dimension can be long, ascending: each stands for those from `least` to `most`."""

    least: Floats
    most: Floats

    def merged(self) -> Lengths:
        """Two neighbours as one."""
        last = np.minimum(np.arange(1, len(self.most) + 1, 2), len(self.most) - 1)
        return Lengths(self.least[::2], self.most[last])


@dataclass(frozen=True, slots=True)
class Inside:
    """Units inside a memory that get a tensor from it: different parts of it, of which they hold some bits together.

    In a step a unit gets one chunk after another of its part, which must be a single one to stay. Others have at most
    two of each of the `levels` then that share it out, but for the units that are the `last` ones of a level, whose
    part is shorter: they hold so many bits.
    """

    tensor: int
    bits: float
    levels: int
    last: float

    def part(self, chunk: Floats) -> Floats:
        """[n] what part of a chunk of so many bits stays, at most."""
        held = np.where(chunk <= 2**self.levels * self.bits, self.bits, self.last)
        return np.minimum(held / chunk, 1)


class Reuse:
    """The most that chunks can be of use, for the tensors of a plan with the chunk lengths of a space."""

    def __init__(self, space: MapSpace, plan: Plan) -> None:
        self._plan, self.even = plan, is_even(space)
        self.dimensions = tuple(name for name, extent in space.workload.dimensions if extent > 1)
        self._lengths = {name: _lengths(space.workload.extents[name], self.even) for name in self.dimensions}
        self._known: dict[tuple[tuple[Shared, ...], tuple[int, ...], Inside | None], Floats] = {}

    @cached_property
    def plain(self) -> tuple[bool, ...]:
        """Which tensors have one dimension an axis: chunks of theirs are the same or have nothing in common."""
        return tuple(_is_plain(tensor, self.dimensions) for tensor in self._plan.tensors)

    def others(self, tensor: int) -> tuple[str, ...]:
        """The dimensions that a tensor does not have."""
        return tuple(name for name in self.dimensions if name not in self._plan.tensors[tensor].dimensions)

    def most(self, rooms: Sequence[Shared], tensors: tuple[int, ...]) -> Floats:
        """[n, T] points per element and step of some tensors, of all that fit which none other has more of.

        No row if nothing fits.
        """
        return self._of(rooms, tensors, None)

    def most_around(self, rooms: Sequence[Shared], tensors: tuple[int, ...], inside: Inside) -> Floats:
        """[n, T] as `most`, but of one tensor how many points an element serves, at most, until it enters again the
        units inside, where what they hold stays while its chunk does."""
        return self._of(rooms, tensors, inside)

    def _of(self, rooms: Sequence[Shared], tensors: tuple[int, ...], inside: Inside | None) -> Floats:
        wanted = tuple((held, _rounded(bits)) for held, bits in rooms)
        kept = None if inside is None else replace(inside, bits=_rounded(inside.bits), last=_rounded(inside.last))
        key = wanted, tensors, kept
        if key not in self._known:
            self._known[key] = self._found(wanted, tensors, kept)
        return self._known[key]

    def _found(self, rooms: Sequence[Shared], tensors: tuple[int, ...], inside: Inside | None) -> Floats:
        held = {number for numbers, _ in (*rooms, *([((inside.tensor,), 0.0)] if inside else ())) for number in numbers}
        takes_room = {name for number in held for name in self._plan.tensors[number].dimensions}
        of_use = {name for number in tensors for name in self.others(number)}
        least: dict[str, Floats] = {}
        most: dict[str, Floats] = {}
        # Where a length takes no room it is as large as can be; where it is of no use, as small.
        for name, lengths in self._lengths.items():
            if not (name in of_use and name in takes_room):
                most[name] = lengths.most[-1:]
                least[name] = most[name] if name in of_use else np.ones(1)
        both = {name: self._lengths[name] for name in self.dimensions if name not in most}
        kept = self._plan.tensors[inside.tensor].dimensions if inside else ()
        able = (name for name in both if name not in kept and self._by_itself(name))
        last = max(able, key=lambda n: len(both[n].least), default=None)
        for name, (low, high) in _choices({name: item for name, item in both.items() if name != last}).items():
            least[name], most[name] = low, high
        fits: Floats = np.ones(1)
        if last is not None:
            most[last] = self._largest(rooms, least, last, both[last])
        else:
            for numbers, bits in rooms:
                fits = fits * (self.takes(numbers, least) <= bits)
        points = [prod((most[name] for name in self.others(n)), start=np.ones(1)) for n in tensors]
        if inside is not None:
            stays = np.minimum(self._stays(inside, least, most), 1)
            with np.errstate(divide="ignore", invalid="ignore"):  # all may stay, and what does not fit serves nothing
                points[tensors.index(inside.tensor)] = points[tensors.index(inside.tensor)] / (1 - stays)
        columns = np.broadcast_arrays(*points, fits)
        rows = np.array(columns[:-1]).T
        return unbeaten(rows[(rows > 0).all(axis=1) & (columns[-1] > 0)])

    def _stays(self, inside: Inside, least: dict[str, Floats], most: dict[str, Floats]) -> Floats:
        """[n] what part of a tensor enters no unit anew, at most, while its chunks of such lengths stay.

        The last chunk along a dimension may be shorter, so each combination of whole and last ones counts by itself.
        """
        extents = self._plan.schedule.mapping.workload.extents
        own = [name for name in self.dimensions if name in self._plan.tensors[inside.tensor].dimensions]
        found, exact = np.zeros(1), np.ones(1, np.bool_)
        ends = {name: extents[name] - (np.ceil(extents[name] / least[name]) - 1) * least[name] for name in own}
        for name in own:
            exact = exact & (least[name] == most[name])
        for chosen in product((False, True), repeat=len(own)):
            lengths = {name: ends[name] if last else least[name] for name, last in zip(own, chosen, strict=True)}
            shares = (
                ends[name] / extents[name] if last else 1 - ends[name] / extents[name]
                for name, last in zip(own, chosen, strict=True)
            )
            found = found + prod(shares, start=np.ones(1)) * inside.part(self.takes([inside.tensor], lengths))
        chunks = prod((np.ceil(extents[name] / least[name]) for name in own), start=np.ones(1))
        whole = self.takes([inside.tensor], {name: np.full(1, float(extents[name])) for name in own})
        return np.where(exact, found, inside.bits * chunks / whole)

    def takes(self, numbers: Sequence[int], lengths: dict[str, Floats]) -> Floats:
        """[n] bits of chunks of some tensors."""
        return sum((self._bits(number, lengths) for number in numbers), start=np.zeros(1))

    def _by_itself(self, name: str) -> bool:
        """Whether a dimension is no part of a windowed axis: then bits are a linear form of its length."""
        return all(
            name not in (axis.outputs, axis.taps)
            for tensor in self._plan.tensors
            for axis in self._plan.tensor_axes(tensor)
        )

    def _largest(self, rooms: Sequence[Shared], least: dict[str, Floats], name: str, lengths: Lengths) -> Floats:
        """[n] the largest length of a dimension that fits beside the least of the others; 0 where none does."""
        most = np.full(1, np.inf)
        for numbers, bits in rooms:
            own = [n for n in numbers if name in self._plan.tensors[n].dimensions]
            each = self.takes(own, least | {name: np.ones(1)})
            rest = self.takes([n for n in numbers if n not in own], least)
            within = (bits - rest) / each if own else np.where(rest <= bits, np.inf, 0.0)
            most = np.minimum(most, within)
        place = np.searchsorted(lengths.least, most, side="right") - 1
        return np.where(place >= 0, lengths.most[place], 0.0)

    def _bits(self, number: int, lengths: dict[str, Floats]) -> Floats:
        """[n] bits of a chunk of a tensor."""
        tensor = self._plan.tensors[number]
        bits = self._plan.schedule.mapping.accelerator.bits(tensor.name)
        paired, found = set(), np.full(1, float(bits))
        for axis in self._plan.tensor_axes(tensor):
            paired |= {axis.outputs, axis.taps}
            found = found * _window(axis, lengths[axis.outputs], lengths[axis.taps])
        for name in tensor.dimensions:
            if name in lengths and name not in paired:
                found = found * lengths[name]
        return found


def _choices(lengths: dict[str, Lengths]) -> dict[str, tuple[Floats, Floats]]:
    """Every choice of a length for each of some dimensions, [n] the least and the most of each."""
    chosen = dict(lengths)
    while prod(len(item.least) for item in chosen.values()) > ROWS:
        name = max(chosen, key=lambda name: len(chosen[name].least))
        chosen[name] = chosen[name].merged()
    grids = np.meshgrid(*(np.arange(len(item.least)) for item in chosen.values()), indexing="ij") if chosen else ()
    places = [place.reshape(-1) for place in grids]
    pairs = zip(chosen.items(), places, strict=True)
    return {name: (item.least[place], item.most[place]) for (name, item), place in pairs}


def _window(axis: Axis, outputs: Floats, taps: Floats) -> Floats:
    """[n] elements of an axis over chunks of its dimensions (as `axes.columns.window_elements`)."""
    common = gcd(axis.stride, axis.dilation)
    twice = np.maximum(0, outputs - axis.dilation // common) * np.maximum(0, taps - axis.stride // common)
    return np.asarray(outputs * taps - twice)


def _is_plain(tensor: Tensor, dimensions: Sequence[str]) -> bool:
    return all(sum(name in dimensions for name in item.dimensions) <= 1 for item in tensor.subscripts)


def is_even(space: MapSpace) -> bool:
    """Whether all chunks come from even splits of the whole."""
    given = space.tiles or space.bound or space.chunks or any(level.sizes for level in space.levels)
    return space.split in ("even", "perfect") and not given


def _lengths(extent: int, even: bool) -> Lengths:
    if even:
        sizes = even_sizes(extent).astype(np.float64)
        return Lengths(sizes, sizes)
    starts = np.unique(np.array(list(_starts(extent)), np.int64))
    return Lengths(starts.astype(np.float64), np.append(starts[1:] - 1, extent).astype(np.float64))


def _starts(extent: int) -> Iterator[int]:
    """Lengths from which on others count as the same: every one of the first, then some an octave."""
    start = 1
    while start <= extent:
        yield start
        start = max(start + 1, ceil(start * 2 ** (1 / 8)))


def _rounded(bits: float) -> float:
    """Bits of a room that count as the same as some less."""
    return bits if bits <= EXACT_BITS or bits == np.inf else 2.0 ** (ceil(log2(bits) * PER_OCTAVE - 1e-9) / PER_OCTAVE)

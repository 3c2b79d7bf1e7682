"""Sizes that share symbols: which values the symbols may have together, and what each size is then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from ...ir import Size

Assignment = tuple[tuple[str, int], ...]
Place = tuple[int, str]
"""A level's number, and a dimension (or an empty text for the units of the level)."""


@dataclass(frozen=True, slots=True)
class BoundSize:
    """A size that is an expression of symbols: of `dimension` at `level`, or of the level's units (no dimension)."""

    level: int
    dimension: str
    size: Size


def assignments(
    symbols: Sequence[tuple[str, Sequence[int]]], sizes: Sequence[BoundSize], extents: Mapping[str, int]
) -> dict[Assignment, dict[Place, int]]:
    """Values of the symbols with which every size is a whole positive number, and the sizes.

    A size beyond the chunk above it counts as that chunk, as far as this is known; of values with the same sizes the
    first stands for all.
    """
    names = [name for name, _ in symbols]
    memo: dict[tuple[int, tuple[int, ...]], int | None] = {}
    found: dict[Assignment, dict[Place, int]] = {}
    seen = set()
    for values in product(*(values for _, values in symbols)):
        chosen = dict(zip(names, values, strict=True))
        places = _sizes(sizes, chosen, extents, memo)
        if places is not None and (key := tuple(places.values())) not in seen:
            seen.add(key)
            found[tuple(chosen.items())] = places
    return found


def _sizes(
    sizes: Sequence[BoundSize],
    values: Mapping[str, int],
    extents: Mapping[str, int],
    memo: dict[tuple[int, tuple[int, ...]], int | None],
) -> dict[Place, int] | None:
    chunks = dict(extents)
    found = {}
    for number, item in enumerate(sizes):
        size = _value(number, item.size, values, memo)
        if size is None:
            return None
        if item.dimension:
            size = chunks[item.dimension] = min(size, chunks[item.dimension])
        found[item.level, item.dimension] = size
    return found


def _value(
    number: int, size: Size, values: Mapping[str, int], memo: dict[tuple[int, tuple[int, ...]], int | None]
) -> int | None:
    """A size with these values of its symbols; None if it is no whole positive number."""
    if isinstance(size, int):
        return size
    own = sorted(size.free_symbols, key=str)
    key = number, tuple(values[str(symbol)] for symbol in own)
    if key not in memo:
        result = size.subs(dict(zip(own, key[1], strict=True)))
        memo[key] = int(result) if result.is_Integer and result > 0 else None
    return memo[key]

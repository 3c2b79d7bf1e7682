"""Operands of the multiply-accumulates: from a memory at the PE (A14), or over the network (A15); activity (A16)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise, product
from math import lcm, prod

from ...analysis import sums
from ...analysis.chains import Chain
from ...analysis.events import ALONE, Grouping, events, grouped
from ...analysis.groups import members
from ...analysis.nest import Nest
from ...ir import Mapping, Tensor


def activity(nest: Nest) -> tuple[int, int, int]:
    """Global steps, PEs at work in the busiest one, and their sum over all steps (A16)."""
    number = peak = total = 1
    for chain in nest.chains.values():
        number *= sum(sums.leaves(chain, chain.levels).values())
        peak *= events(chain).first.unused(ALONE.shared).need
        total *= sum(sums.leaves(chain).values())
    return number, peak, total


def arithmetic_cycles(mapping: Mapping, lengths: Sequence[int], added: int) -> int:
    """Cycles of a PE for a chunk: vectors along the last dimension and `added` sums, `lanes` at a time (A20)."""
    machine = mapping.accelerator
    vectors = prod(lengths[:-1]) * -(-lengths[-1] // machine.vector_width)
    return -(-(vectors * mapping.interval + added) // machine.lanes)


def busiest_pe_vectors(nest: Nest) -> int:
    """Vectors that the PE executes that executes most."""
    width = nest.schedule.mapping.accelerator.vector_width
    total, last = 1, list(nest.chains)[-1]
    for name, chain in nest.chains.items():
        wide = width if name == last else 1
        total *= sum(count * -(-length // wide) for length, count in sums.leaves(chain, chain.levels).items())
    return total


def operand_runs(points: int, shared: int, lanes: int) -> int:
    """Runs of equal operands in groups of `lanes` when `shared` neighbouring points use the same element (A14)."""
    return points // shared + -(-points // lanes) - -(-points // lcm(shared, lanes))


def operands_at_pe(nest: Nest, tensor: Tensor) -> int:
    """Operand accesses of a tensor to the memory at the PEs."""
    lanes = nest.schedule.mapping.accelerator.lanes
    if lanes == 1:
        return nest.workload.points
    kinds = chunk_kinds(nest, tensor)
    return sum(count * operand_runs(points, shared, lanes) for (points, shared), count in kinds.items())


def chunk_kinds(nest: Nest, tensor: Tensor) -> Counter[tuple[int, int]]:
    """How many chunks the PEs run, by (points, neighbouring points that share an element of the tensor)."""
    names = list(nest.chains)
    moves = [name in tensor.dimensions for name in names]
    lengths = [sums.leaves(nest.chains[name]) for name in names]
    kinds: Counter[tuple[int, int]] = Counter()
    for chunk in product(*(found.items() for found in lengths)):
        kinds[chunk_kind([length for length, _ in chunk], moves)] += prod(count for _, count in chunk)
    return kinds


def chunk_kind(extents: Sequence[int], moves: Sequence[bool]) -> tuple[int, int]:
    """Points of a chunk, and how many neighbouring ones share an element of a tensor that some dimensions move."""
    last = max((i for i, length in enumerate(extents) if moves[i] and length > 1), default=-1)
    return prod(extents), prod(extents[last + 1 :])


def operands(nest: Nest, tensor: Tensor, shared: frozenset[int]) -> int:
    """Operand accesses over the network: distinct elements per group of units, for every relative point of a step."""
    return prod(count for _, count in operand_factors(nest, tensor, shared))


def operand_factors(nest: Nest, tensor: Tensor, shared: frozenset[int]) -> list[tuple[tuple[str, ...], int]]:
    """The factors of `operands`, each with its dimensions: one per axis of the tensor, one per other dimension."""
    found: list[tuple[tuple[str, ...], int]] = []
    seen: set[str] = set()
    for subscript in tensor.subscripts:
        names = subscript.dimensions
        seen |= set(names)
        if len(names) == 1:
            found.append((names, nest.workload.extents[names[0]]))
            continue
        parts = [_units_per_step(nest.chains[name], shared) for name in names]
        coefficients = [term.coefficient for term in subscript.terms]
        count = sum(
            y_count * r_count * window_operands(y, coefficients[0], r, coefficients[1])
            for y_count, y in parts[0]
            for r_count, r in parts[1]
        )
        found.append((names, count))
    # A group of units that all use one element needs it as often as the longest chunk of them has points.
    for name, chain in nest.chains.items():
        if name not in seen:
            found.append(((name,), sum(count * length for length, count in sums.leaves(chain, shared).items())))
    return found


Units = tuple[tuple[int, int, int], ...]
"""Per unit: group, start and length of its chunk."""


def _units_per_step(chain: Chain, shared: frozenset[int]) -> list[tuple[int, Units]]:
    """The groups of units in all steps, like ones once, with their number."""
    return [
        (count, tuple((0, start, length) for _, start, length in group))
        for group, count in members(chain.extent, grouped(chain, Grouping(shared)))
    ]


def longest_per_group(units: Units) -> int:
    """Relative points at which a group of units that all use one element needs it."""
    longest: dict[int, int] = {}
    for group, _, length in units:
        longest[group] = max(longest.get(group, 0), length)
    return sum(longest.values())


def window_operands(outputs: Units, stride: int, taps: Units, dilation: int) -> int:
    """Distinct elements of stride·y + dilation·r per group, summed over the relative points (i, j) of the chunks."""
    total = 0
    for y_low, y_high in _stretches(outputs):
        for r_low, r_high in _stretches(taps):
            elements = {
                (y_group, r_group, stride * y + dilation * r)
                for y_group, y, y_length in outputs
                if y_length > y_low
                for r_group, r, r_length in taps
                if r_length > r_low
            }
            total += (y_high - y_low) * (r_high - r_low) * len(elements)
    return total


def _stretches(units: Units) -> list[tuple[int, int]]:
    """Ranges of relative positions over which the same units are at work."""
    marks = sorted({0, *(length for _, _, length in units)})
    return list(pairwise(marks))

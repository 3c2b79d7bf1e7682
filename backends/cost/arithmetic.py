"""Operands of the multiply-accumulates: from a memory at the PE (A14), or over the network (A15); activity (A16)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise, product
from math import lcm, prod

import numpy as np

from ...analysis.chains import Chunks, steps
from ...analysis.nest import Nest, group_numbers
from ...ir import Accelerator, Tensor


def leaf_steps(nest: Nest, name: str) -> list[tuple[int, Chunks]]:
    """The steps of all loops of a dimension, like ones once."""
    chain = nest.chains[name]
    return steps(chain, len(chain.links))


def activity(nest: Nest) -> tuple[int, int, int]:
    """Global steps, PEs at work in the busiest one, and their sum over all steps (A16)."""
    number = peak = total = 1
    for name in nest.chains:
        found = [(count, int((chunks.length > 0).sum())) for count, chunks in leaf_steps(nest, name)]
        number *= sum(count for count, _ in found)
        peak *= max(active for _, active in found)
        total *= sum(count * active for count, active in found)
    return number, peak, total


def arithmetic_cycles(machine: Accelerator, lengths: Sequence[int], added: int) -> int:
    """Cycles of a PE for a chunk: vectors along the last dimension and `added` sums, `lanes` at a time (A20)."""
    vectors = prod(lengths[:-1]) * -(-lengths[-1] // machine.vector_width)
    return -(-(vectors + added) // machine.lanes)


def busiest_pe_vectors(nest: Nest) -> int:
    """Vectors that the PE executes that executes most."""
    width = nest.schedule.mapping.accelerator.vector_width
    total, last = 1, list(nest.chains)[-1]
    for name in nest.chains:
        wide = width if name == last else 1
        total *= int(np.max(sum(count * -(-chunks.length // wide) for count, chunks in leaf_steps(nest, name))))
    return total


def operand_runs(points: int, shared: int, lanes: int) -> int:
    """Runs of equal operands in groups of `lanes` when `shared` neighbouring points use the same element (A14)."""
    return points // shared + -(-points // lanes) - -(-points // lcm(shared, lanes))


def operands_at_pe(nest: Nest, tensor: Tensor) -> int:
    """Operand accesses of a tensor to the memory at the PEs."""
    lanes = nest.schedule.mapping.accelerator.lanes
    if lanes == 1:
        return nest.workload.macs
    kinds = chunk_kinds(nest, tensor)
    return sum(count * operand_runs(points, shared, lanes) for (points, shared), count in kinds.items())


def chunk_kinds(nest: Nest, tensor: Tensor) -> Counter[tuple[int, int]]:
    """How many chunks the PEs run, by (points, neighbouring points that share an element of the tensor)."""
    names = list(nest.chains)
    moves = [name in tensor.dimensions for name in names]
    lengths = [_leaf_lengths(nest, name) for name in names]
    kinds: Counter[tuple[int, int]] = Counter()
    for chunk in product(*(found.items() for found in lengths)):
        kinds[chunk_kind([length for length, _ in chunk], moves)] += prod(count for _, count in chunk)
    return kinds


def chunk_kind(extents: Sequence[int], moves: Sequence[bool]) -> tuple[int, int]:
    """Points of a chunk, and how many neighbouring ones share an element of a tensor that some dimensions move."""
    last = max((i for i, length in enumerate(extents) if moves[i] and length > 1), default=-1)
    return prod(extents), prod(extents[last + 1 :])


def _leaf_lengths(nest: Nest, name: str) -> Counter[int]:
    found: Counter[int] = Counter()
    for count, chunks in leaf_steps(nest, name):
        values, times = np.unique(chunks.length[chunks.length > 0], return_counts=True)
        for value, time in zip(values.tolist(), times.tolist(), strict=True):
            found[value] += count * time
    return found


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
        parts = [_lengths_per_step(nest, name, shared) for name in names]
        coefficients = [term.coefficient for term in subscript.terms]
        count = sum(
            y_count * r_count * window_operands(y, coefficients[0], r, coefficients[1])
            for y_count, y in parts[0]
            for r_count, r in parts[1]
        )
        found.append((names, count))
    for name in nest.chains:
        if name not in seen:
            count = sum(count * longest_per_group(units) for count, units in _lengths_per_step(nest, name, shared))
            found.append(((name,), count))
    return found


Units = tuple[tuple[int, int, int], ...]
"""Per unit: group, start and length of its chunk."""


def _lengths_per_step(nest: Nest, name: str, shared: frozenset[int]) -> list[tuple[int, Units]]:
    groups = group_numbers(*nest.chains[name].unit_axes, shared)
    return [
        (count, tuple(zip(groups, chunks.start.tolist(), chunks.length.tolist(), strict=True)))
        for count, chunks in leaf_steps(nest, name)
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

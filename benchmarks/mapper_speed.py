"""How many mappings a second the mapper evaluates, on one core of this machine; CPU time, ratios in the same run.

    python benchmarks/mapper_speed.py

Full cost: energy, the cycles of all resources rounded up, every capacity, and the energy-delay product. The grid takes
all tilings of one structure on bench_256 and is compared with the same sums in plain numpy over part of it; single
evaluation takes programs by chance and is compared with `weft.evaluate`. Compilation is not timed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import TypeVar

import numpy as np

import weft
from weft.backends.cost.grid.grid import build_grid
from weft.backends.cost.grid.terms import Sums
from weft.ir import Mapping, Workload, operator_workload
from weft.passes.mapper.default import machine_space
from weft.passes.mapper.evaluate_point import SpaceCosts
from weft.passes.mapper.space import MapSpace

T = TypeVar("T")
LAYERS = {
    "GEMM 1024 x 1024 x 1024": (
        operator_workload("GEMM", {"M": 1024, "N": 1024, "K": 1024}),
        ("M", "N"),
        {"M": 400, "N": 400},
    ),
    "ResNet conv, 64 x 64, 3 x 3, 56 x 56": (
        operator_workload("CONV", {"N": 1, "K": 64, "C": 64, "R": 3, "S": 3, "Y'": 56, "X'": 56}),
        ("K", "C"),
        {"K": 30, "C": 30},
    ),
}
NUMPY_MAPPINGS = 2_000_000


def cpu_seconds(action: Callable[[], T]) -> tuple[float, T]:
    """CPU time of an action, and what it gives."""
    start = time.process_time()
    result = action()
    return time.process_time() - start, result


def layer_sums(workload: Workload, spread: tuple[str, str], most: dict[str, int]) -> Sums:
    """The sums of a structure of bench_256 that spreads two dimensions, with at most so many chains of some."""
    space = replace(machine_space(workload, weft.load_accelerator("bench_256")), split="even")
    structure = next(item for item in space.structures() if item.spatial[1:] == spread)
    order = [next(space.orders(structure, level).all()) for level in range(len(space.levels))]
    chains = {}
    for name, count in most.items():
        rows = space.chains(structure, name).all()
        chains[name] = rows[np.unique(np.linspace(0, len(rows) - 1, count).astype(int))]
    return SpaceCosts(space).sums(structure, order, space.placements()[0], chains)


def slab(sums: Sums, mappings: int) -> Sums:
    """A part of the sums with about so many tilings: the first candidates of every group but the largest."""
    sizes = [columns.shape[1] for columns in sums.columns]
    largest = sizes.index(max(sizes))
    share = max(1, round((mappings / sizes[largest]) ** (1 / max(1, len(sizes) - 1))))
    columns = tuple(item if g == largest else item[:, :share] for g, item in enumerate(sums.columns))
    return replace(sums, columns=columns)


def by_numpy(sums: Sums) -> tuple[int, float]:
    """How many tilings fit and the lowest energy-delay product, by arrays over the last two groups at a time."""
    shape = [columns.shape[1] for columns in sums.columns]
    fitting, best = 0, np.inf
    for choice in np.ndindex(*shape[:-2]):
        totals = np.repeat(sums.constants[:, None, None], shape[-2], 1).repeat(shape[-1], 2)
        for term, weights in zip(sums.terms, sums.weights, strict=True):
            product = _over_last_two(sums, term, choice)
            for metric in np.flatnonzero(weights):
                totals[metric] += weights[metric] * product
        resources = len(sums.width)
        cycles = np.zeros(shape[-2:])
        for k, width in enumerate(sums.width):
            cycles = np.maximum(
                cycles, np.ceil(totals[1 + k] / (width * _over_last_two(sums, sums.working[k], choice)))
            )
        fits = np.ones(shape[-2:], bool)
        for room, limit in enumerate(sums.limits):
            fits &= totals[1 + resources + room] <= limit
        fitting += int(fits.sum())
        best = min(best, float(np.where(fits, totals[0] * cycles, np.inf).min()))
    return fitting, best


def _over_last_two(sums: Sums, numbers: np.ndarray, choice: tuple[int, ...]) -> np.ndarray:
    scale = 1.0
    for columns, number, candidate in zip(sums.columns, numbers, choice, strict=False):
        scale *= columns[number, candidate]
    return np.outer(scale * sums.columns[-2][numbers[-2]], sums.columns[-1][numbers[-1]])


def grid_row(name: str, sums: Sums) -> str:
    """Mappings a second of the grid, and how many times those of numpy."""
    part = slab(sums, NUMPY_MAPPINGS)
    small = build_grid(part)
    small.reduce([(1, 1)])
    slow, (fitting, best) = cpu_seconds(lambda: by_numpy(part))
    checked = small.reduce([(1, 1)])
    found = checked.best[0]
    assert checked.fitting == fitting
    assert (np.inf if found is None else found.value) == best or abs(found.value / best - 1) < 1e-12
    grid = build_grid(sums)
    fast = min(cpu_seconds(lambda: grid.reduce([(1, 1)]))[0] for _ in range(3))
    grid_rate, numpy_rate = grid.tilings / fast, small.tilings / slow
    rates = f"{grid_rate / 1e6:9.1f} {numpy_rate / 1e6:9.2f} {grid_rate / numpy_rate:8.1f}"
    return f"{name:40} {grid.tilings / 1e6:10.1f} {rates}"


def single_row(name: str, workload: Workload, count: int = 2000, slow_count: int = 40) -> str:
    """Programs a second by single evaluation from points, and how many times those of `weft.evaluate`."""
    space: MapSpace = machine_space(workload, weft.load_accelerator("bench_256"))
    points, costs = list(space.sample(Random(1), count)), SpaceCosts(space)
    for point in points:
        costs.evaluate(point)
    fast = cpu_seconds(lambda: [costs.evaluate(point) for point in points])[0]
    mappings = [Mapping(workload, space.program(point), space.accelerator) for point in points[:slow_count]]
    slow = cpu_seconds(lambda: [weft.evaluate(mapping, "warning") for mapping in mappings])[0]
    one, other = count / fast, slow_count / slow
    return f"{name:40} {one:10.0f} {other:10.1f} {one / other:8.0f}"


def main() -> None:
    """Print both tables."""
    print(f"{'all tilings of one structure':40} {'10^6':>10} {'10^6/s':>9} {'numpy':>9} {'ratio':>8}")
    for name, (workload, spread, most) in LAYERS.items():
        print(grid_row(name, layer_sums(workload, spread, most)))
    print(f"\n{'programs by chance':40} {'per s':>10} {'evaluate':>10} {'ratio':>8}")
    for name, (workload, _, _) in LAYERS.items():
        print(single_row(name, workload))


if __name__ == "__main__":
    main()

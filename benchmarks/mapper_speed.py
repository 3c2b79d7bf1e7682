"""How many mappings a second the mapper evaluates, and how long a search takes to its proof; CPU time on one core.

    python benchmarks/mapper_speed.py

Full cost: energy, the cycles of all resources rounded up, every capacity. Programs by chance, by `PointCosts` and
by `weft.evaluate` with its time by throughput. A search is told in seconds, in boxes, and in programs that
`weft.evaluate` would have evaluated in its time, as measured in the same run. Compilation is not timed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random
from typing import TypeVar

import weft
from weft.ir import Mapping, Workload, operator_workload
from weft.search.point_costs import PointCosts
from weft.search.spaces.default import machine_space
from weft.search.spaces.space import MapSpace

T = TypeVar("T")
LAYERS = {
    "GEMM 1024 x 1024 x 1024": operator_workload("GEMM", {"M": 1024, "N": 1024, "K": 1024}),
    "ResNet conv, 64 x 64, 3 x 3, 56 x 56": operator_workload(
        "CONV", {"N": 1, "K": 64, "C": 64, "R": 3, "S": 3, "Y'": 56, "X'": 56}
    ),
}
SEARCHED = {
    "GEMM 512 x 512 x 512": operator_workload("GEMM", {"M": 512, "N": 512, "K": 512}),
    "ResNet conv, 64 x 64, 3 x 3, 56 x 56": LAYERS["ResNet conv, 64 x 64, 3 x 3, 56 x 56"],
}
SMALL = "conv:K=4,C=4,R=3,S=3,Y'=4,X'=4"


def cpu_seconds(action: Callable[[], T]) -> tuple[float, T]:
    """CPU time of an action, and what it gives."""
    start = time.process_time()
    result = action()
    return time.process_time() - start, result


def single_row(name: str, workload: Workload, count: int = 2000, slow_count: int = 400) -> str:
    """Programs a second by single evaluation from points, and how many times those of `weft.evaluate`."""
    space: MapSpace = machine_space(workload, weft.load_accelerator("bench_256"))
    points, costs = list(space.sample(Random(1), count)), PointCosts(space)
    for point in points:
        costs.evaluate(point)
    fast = cpu_seconds(lambda: [costs.evaluate(point) for point in points])[0]
    mappings = [Mapping(workload, space.program(point), space.accelerator) for point in points[:slow_count]]
    slow = cpu_seconds(lambda: [weft.evaluate(mapping, "warning") for mapping in mappings])[0]
    one, other = count / fast, slow_count / slow
    return f"{name:40} {one:10.0f} {other:10.1f} {one / other:8.0f}"


def search_row(name: str, workload: Workload, count: int = 20) -> str:
    """Seconds and boxes of a search to its proof, and how many times one `weft.evaluate` of its answer it takes."""
    machine = weft.load_accelerator("bench_256")
    seconds, result = cpu_seconds(lambda: weft.map(workload, machine))
    (best,) = result.mapped
    assert best.certificate.status == "optimal"
    slow = cpu_seconds(lambda: [weft.evaluate(best.mapping, "warning") for _ in range(count)])[0] / count
    return f"{name:40} {seconds:10.2f} {best.certificate.boxes:10,} {seconds / slow:8.0f}"


def main() -> None:
    """Print the tables."""
    print(f"{'programs by chance':40} {'per s':>10} {'evaluate':>10} {'ratio':>8}")
    for name, workload in LAYERS.items():
        print(single_row(name, workload))
    weft.map(SMALL, "bench_256")  # compiles or loads the search
    print(f"\n{'searches to the proof':40} {'seconds':>10} {'boxes':>10} {'ratio':>8}")
    for name, workload in SEARCHED.items():
        print(search_row(name, workload))


if __name__ == "__main__":
    main()

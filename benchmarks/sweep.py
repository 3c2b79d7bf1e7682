"""How fast machines are swept: prices alone, rows of a grid, the whole table, and files; ratios to single evaluation.

    python benchmarks/sweep.py

Processor time of one core, medians. A baseline machine is evaluated by `weft.evaluate`, one at a time.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import weft
from weft.exploration.price_grid import PriceGrid
from weft.exploration.priced import PricedProgram, Reasons
from weft.exploration.sweep import Sweep, SweptLayer
from weft.ir import Mapping
from weft.passes import schedule

PROGRAM = "TemporalMap(16,16) M; TemporalMap(8,8) K; Cluster(4, L2); SpatialMap(4,4) N; Cluster(4); SpatialMap(2,2) K;"
VARY = ["L2.bandwidth=1..240", "DRAM.bandwidth=1..50", "L1.capacity_bytes=64..1K:16", "clock_mhz=100..400:100"]


def seconds(action: Callable[[], object], repeats: int = 3) -> float:
    """Median processor time of an action."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        action()
        times.append(time.process_time() - start)
    return statistics.median(times)


def main() -> None:
    """Print the table."""
    machine = weft.load_accelerator("bench_256", ["pes=16", "shape=[4,4]"])
    mapping = Mapping(weft.parse_workload("gemm:M=64,N=48,K=40"), weft.parse_dataflow(PROGRAM), machine, "layer")
    single = 1 / seconds(lambda: [weft.evaluate(mapping, "warning").energy_pj for _ in range(200)]) * 200
    space = weft.machine_space(machine, VARY)
    table = Sweep(space, (SweptLayer("", mapping),))
    priced = PricedProgram(schedule(mapping, "warning"), machine, PriceGrid(space.variables), Reasons())
    rows = np.repeat(priced.counts.prices(), 1 << 20)
    priced.results(next(priced.grid.patches()))  # the numbers of the grid are found once
    done = [
        ("prices of rows that are there", len(rows), lambda: weft.price(priced.counts, rows)),
        ("rows of a grid, priced", space.size, lambda: [len(priced.results(patch)) for patch in priced.grid.patches()]),
        ("the table in blocks", space.size, lambda: [None for _ in table.blocks()]),
    ]
    with tempfile.TemporaryDirectory() as folder:
        few = Sweep(weft.machine_space(machine, VARY[:3]), table.layers)
        done.append(("the table as CSV", few.size, lambda: few.to_csv(Path(folder) / "x.csv")))
        done.append(("the table as Parquet", few.size, lambda: few.to_parquet(Path(folder) / "x.parquet")))
        print(f"{'single evaluation':32} {single:14,.0f} machines/s")
        for name, number, action in done:
            rate = number / seconds(action)
            print(f"{name:32} {rate:14,.0f} machines/s {rate / single:9,.0f} x")


if __name__ == "__main__":
    main()

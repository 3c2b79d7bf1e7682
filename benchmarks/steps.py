"""How many programs a second are timed step by step on 30 machines each; CPU time on one core.

    python benchmarks/steps.py

Two dataflows on two layers, chunk sizes and units by chance; the machines differ in the bandwidth of the network.
Beside it, how many times the programs a second of the clock of a single evaluation, on one machine each, as measured in
the same run; all cycles of these are compared. Compilation is not timed.
"""

from __future__ import annotations

import time

import numpy as np

import weft
from weft.analysis.nest import Nest
from weft.backends.cost.clock import Clock
from weft.ir import Accelerator, Interconnect, Mapping, Memory, Schedule
from weft.passes import schedule
from weft.search.steps import StepwiseBatch

LAYERS = {
    "64 x 64, 224 x 224": "conv:K=64,C=64,Y'=224,X'=224,R=3,S=3",
    "512 x 512, 14 x 14": "conv:K=512,C=512,Y'=14,X'=14,R=3,S=3",
}
KC = """SpatialMap(k,k) K; TemporalMap(c,c) C; TemporalMap(Sz(R),Sz(R)) R; TemporalMap(Sz(S),Sz(S)) S;
    TemporalMap(Sz(R),1) Y; TemporalMap(Sz(S),1) X;"""
YR = """TemporalMap(c,c) C; TemporalMap(k,k) K; SpatialMap(Sz(R),1) Y; TemporalMap(Sz(S),1) X;
    TemporalMap(Sz(R),Sz(R)) R; TemporalMap(Sz(S),Sz(S)) S; Cluster(Sz(R)); SpatialMap(1,1) Y; SpatialMap(1,1) R;"""
FLOWS = {
    "KC": (KC, [["K", "C", "Y'", "X'"]], ["K"]),
    "YR": (YR, [["C", "K", "Y'", "X'"], ["R"]], ["Y'", "R"]),
}
WIDTHS = tuple(range(8, 241, 8))


def machine(pes: int, width: int) -> Accelerator:
    """A buffer for all elements, and one at each."""
    network = Interconnect(bandwidth=width, latency=1)
    return Accelerator("two buffers", pes, (Memory("L2", networks=(network,)), Memory("L1", None)))


def program(flow: str, layer: str, sizes: tuple[int, int], pes: int, width: int) -> Schedule:
    """A program by its two chunk sizes."""
    workload = weft.parse_workload(layer)
    dataflow = weft.parse_dataflow(flow).bind(workload.extents, dict(zip("kc", sizes, strict=True)))
    return schedule(Mapping(workload, dataflow, machine(pes, width)), "warning")


def row(name: str, layer: str, count: int = 2000, alone: int = 40) -> str:
    """Programs a second, and how many times those of the clock alone."""
    flow, orders, spread = FLOWS[name]
    extents = weft.parse_workload(LAYERS[layer]).extents
    batch = StepwiseBatch(
        program(flow, LAYERS[layer], (2, 2), 96, 8), [machine(96, width) for width in WIDTHS], orders, spread
    )
    random = np.random.default_rng(0)
    k, c = random.integers(1, extents["K"], count), random.integers(1, extents["C"], count)
    pes = 8 * random.integers(1, 31, count)
    first = program(flow, LAYERS[layer], (1, 1), 96, 8)
    sizes = np.repeat(batch.rows_of(first)[0][None], count, axis=0)
    sizes[:, batch.dimensions.index("K"), 0], sizes[:, batch.dimensions.index("C"), 0] = k, c
    units = np.stack([pes // 3, np.full(count, 3)] if name == "YR" else [pes], axis=1)
    batch.cycles(sizes[:1], units[:1])
    start = time.process_time()
    found = batch.cycles(sizes, units)
    fast = (time.process_time() - start) / count
    programs = [program(flow, LAYERS[layer], (int(k[n]), int(c[n])), int(pes[n]), WIDTHS[n % 30]) for n in range(alone)]
    start = time.process_time()
    cycles = [sum(part for _, part in Clock(Nest(item)).terms()) for item in programs]
    slow = (time.process_time() - start) / alone
    if cycles != [int(found[n, n % 30]) for n in range(alone)]:
        raise SystemExit(f"{name} on {layer}: the cycles differ")
    return f"{name:3} {layer:20} {1 / fast:10.0f} {1 / slow:10.1f} {slow / fast:8.0f}"


def main() -> None:
    """Print all rows."""
    print(f"{'':24} {'programs/s':>10} {'clock/s':>10} {'times':>8}")
    for name in FLOWS:
        for layer in LAYERS:
            print(row(name, layer))


if __name__ == "__main__":
    main()

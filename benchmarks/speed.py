"""How long Weft takes: import, whole files as one process, legality; medians, and ratios to a baseline in this run.

    python benchmarks/speed.py

The baseline of a process is a bare Python start, that of the closed forms is the simulator on the same program.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import weft
from weft.analysis import spacetime
from weft.backends.cost import count
from weft.backends.simulate import simulate
from weft.frontends.accelerator import load_accelerator
from weft.frontends.maestro import read_maestro
from weft.ir import Mapping, Schedule
from weft.passes import schedule

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT.parent / "shared" / "reference" / "maestro"


def median_seconds(action: Callable[[], object], repeats: int = 5) -> float:
    """Median wall time of an action."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def process(*arguments: str) -> Callable[[], object]:
    """Runs Python with arguments, output thrown away."""
    command = [sys.executable, *arguments]
    return lambda: subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def schedules(path: Path) -> list[Schedule]:
    """The legal schedules of a file on the default machine."""
    machine = load_accelerator("generic_256")
    found = []
    for network in read_maestro(path):
        for layer in network.layers:
            assert layer.workload is not None
            assert layer.dataflow is not None
            dataflow = layer.dataflow.bind(layer.workload.extents)
            found.append(schedule(Mapping(layer.workload, dataflow, machine, layer.name)))
    return found


def legality_seconds(items: list[Schedule]) -> float:
    """Median time to decide legality of a program, nothing remembered."""
    times = []
    for item in items:
        spacetime._decide.cache_clear()
        units = tuple(level.units for level in item.levels)
        start = time.perf_counter()
        spacetime.legality(item.mapping.workload, item.canonical, units)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    """Print the table."""
    bare = median_seconds(process("-c", "pass"))
    rows = [("python -c pass", bare)]
    rows.append(("import weft", median_seconds(process("-c", "import weft"))))
    vgg = ROOT / "examples" / "vgg16_kcp.m"
    rows.append(("weft evaluate vgg16_kcp.m", median_seconds(process("-m", "weft", "evaluate", str(vgg)))))
    if REFERENCE.exists():
        files = sorted(str(path) for folder in ("mapping", "validation") for path in (REFERENCE / folder).glob("*.m"))
        transformer = str(REFERENCE / "mapping" / "Transformer_Complete.m")
        rows.append(
            (
                "Transformer_Complete.m, 288 layers",
                median_seconds(process("-m", "weft", "evaluate", transformer)),
            )
        )
        rows.append(("all 43 files, 1 835 layers", median_seconds(process("-m", "weft", "evaluate", *files), 1)))
    for name, seconds in rows:
        print(f"{name:40} {seconds:8.3f} s   {seconds / bare:7.1f} x a bare Python start")
    two_level = schedules(vgg)
    decide = legality_seconds(two_level) * 1e3
    print(f"{'legality, 7 dimensions, two levels':40} {decide:8.3f} ms  (median of {len(two_level)})")
    small = schedules(ROOT / "examples" / "figure6.m")[0]
    fast, slow = median_seconds(lambda: count(small)), median_seconds(lambda: simulate(small))
    print(f"{'closed forms, caches warm':40} {fast * 1e3:8.3f} ms  {slow / fast:7.1f} x faster than the simulator")
    print_prices(two_level[1].mapping)


def print_prices(mapping: Mapping, machines: int = 1 << 20) -> None:
    """One program on many machines, as rows of an array and one by one; CPU time."""
    counts = weft.count(mapping, "warning")
    rows = np.repeat(counts.prices(), machines)
    rows["clock_mhz"] = np.arange(1, machines + 1)
    start = time.process_time()
    weft.price(counts, rows)
    priced = machines / (time.process_time() - start)
    start = time.process_time()
    for _ in range(200):
        weft.evaluate(mapping, "warning")
    evaluated = 200 / (time.process_time() - start)
    name, ratio = "one program on machines as rows", priced / evaluated
    print(f"{name:40} {priced / 1e6:8.1f} M/s {ratio:7.0f} x evaluation ({evaluated:.0f}/s)")


if __name__ == "__main__":
    main()

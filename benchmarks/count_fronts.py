"""Fronts of counts of a network's layers: how large they are, how long they take, and how fast they give optima.

    python benchmarks/count_fronts.py [--network resnet50] [--accelerator bench_256] [--budget 120]

For each layer that differs: the programs of the space, those on the front, processor seconds, and proved optima a
second of one core: machines of random energies and bandwidths, each with its best program by energy times cycles.
"""

from __future__ import annotations

import argparse
import time
from math import log10
from pathlib import Path

import numpy as np

import weft
from weft.api import layers_of
from weft.exploration.together import shares
from weft.search.spaces.chain_sets import SPLITS

EXAMPLES = Path(__file__).parents[1] / "examples"
MACHINES = 1 << 20


def optima_per_second(front: weft.CountFront, machine: weft.Accelerator) -> float:
    """How many machines a second have their proved optimum, of those with energies and bandwidths by chance."""
    random = np.random.default_rng(1)
    rows = np.repeat(front.rows([machine]), MACHINES)
    for name in rows.dtype.names or ():
        rows[name] *= 2 ** random.uniform(-4, 4, len(rows))
    front.best(rows[:16])  # compiled
    begin = time.process_time()
    front.best(rows)
    return len(rows) / (time.process_time() - begin)


def main() -> None:
    """Print a row for every layer."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network", default="resnet50")
    parser.add_argument("--accelerator", default="bench_256")
    parser.add_argument("--budget", type=float, default=120.0, help="seconds on the clock for each layer")
    parser.add_argument("--layers", nargs="+")
    parser.add_argument("--split", choices=SPLITS, default="even", help="which chunk sizes there are")
    asked = parser.parse_args()
    layers = layers_of(EXAMPLES / "networks" / f"{asked.network}.m")
    machine = weft.load_accelerator(asked.accelerator)
    print("| layer | times | programs | front | complete | boxes | CPU s | optima/s |")
    print("|---|--:|--:|--:|---|--:|--:|--:|")
    for share in shares((network, layer.name, layer.workload) for network, layer in layers):
        if asked.layers and share.name not in asked.layers:
            continue
        begin = time.process_time()
        try:
            front = weft.count_front(share.workload, machine, split=asked.split, budget=asked.budget)
        except ValueError as error:
            print(f"| {share.name} | {share.count} | {error} |", flush=True)
            continue
        seconds = time.process_time() - begin
        size = log10(front.space.size)
        rate = optima_per_second(front, machine)
        done = "yes" if front.complete else "no"
        cells = (share.name, share.count, f"10^{size:.1f}", f"{len(front.counts):,}", done, f"{front.boxes:,}")
        print(f"| {' | '.join(map(str, (*cells, f'{seconds:.1f}', f'{rate:.3g}')))} |", flush=True)


if __name__ == "__main__":
    main()

"""One machine for a whole network: state spaces, CPU seconds and gaps of the shipped jobs, network by network.

python benchmarks/shared_machine.py [--jobs edge_0.2mm2 cloud_7mm2] [--networks resnet50 ...] [--budget 600]
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import weft

EXAMPLES = Path(__file__).parents[1] / "examples"
NETWORKS = ("resnet50", "vgg16", "mobilenetv2", "bert_base", "llama_7b")
JOBS = ("edge_0.2mm2", "cloud_7mm2")


def row(job: str, network: str, objective: str, budget: float) -> str:
    """What one job found for a network, as a row of a table."""
    begin = time.process_time()
    file, layers = EXAMPLES / "explore" / f"{job}.yaml", EXAMPLES / "networks" / f"{network}.m"
    found = weft.explore(file, networks=[str(layers)], objective=objective, budget=budget)
    (answer,) = found.answers
    data, design = answer.certificate, answer.design
    gap = "none found" if data["gap"] is None else "0 (proved)" if data["gap"] == 0 else f"{data['gap']:.3%}"
    machine = "" if design is None else ", ".join(f"{name}={value}" for name, value in design.settings)
    seconds = time.process_time() - begin
    cells = (job, network, objective, f"10^{data['state_space_log10']:.0f}", f"{data['searches']}", f"{seconds:.0f}")
    return f"| {' | '.join((*cells, gap, machine))} |"


def main() -> None:
    """Print a row for every job and network."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", nargs="+", default=JOBS)
    parser.add_argument("--networks", nargs="+", default=NETWORKS)
    parser.add_argument("--objective", default="cycles")
    parser.add_argument("--budget", type=float, default=600.0, help="seconds on the clock for each")
    asked = parser.parse_args()
    print("| job | network | objective | designs | searches | CPU s | gap | machine |")
    print("|---|---|---|--:|--:|--:|--:|---|")
    for job in asked.jobs:
        for network in asked.networks:
            print(row(job, network, asked.objective, asked.budget), flush=True)


if __name__ == "__main__":
    main()

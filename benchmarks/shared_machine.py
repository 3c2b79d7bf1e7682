"""One machine for a whole network: state spaces, CPU seconds and gaps of jobs, network by network, beside baselines.

    python benchmarks/shared_machine.py [--jobs edge_0.2mm2 cloud_7mm2] [--networks resnet50 ...] [--objectives cycles]
                                        [--budget 600] [--gap 0.01]

A job is a file, or the name of one in examples/explore. With `--baselines`, random and genetic search have 100 times
the evaluations of the proved search in the same joint space, whose bounds all count as evaluations: every box of
programs and every program of its searches, and each layer of every box of machines (`shared_baselines.py`). What they
find is given as a ratio to the design of the proved search; nothing may be below what that search proved.
"""

from __future__ import annotations

import argparse
import time
from contextlib import nullcontext
from math import inf
from pathlib import Path

import weft
from weft.api import layers_of
from weft.exploration.shared_job import SharedExploration
from weft.exploration.together import shares
from weft.frontends.exploration import load_job

EXAMPLES = Path(__file__).parents[1] / "examples"
NETWORKS = ("resnet50", "vgg16", "mobilenetv2", "bert_base", "llama_7b")
JOBS = ("edge_0.2mm2", "cloud_7mm2")


def explored(job: Path, network: str, objective: str, budget: float, gap: float, baselines: bool) -> str:
    """What one job found for a network, as a row of a table."""
    layers = EXAMPLES / "networks" / f"{network}.m"
    counting = nullcontext()
    if baselines:
        import shared_baselines

        counting = shared_baselines.counting()
    begin = time.process_time()
    with counting as count:
        asked = {"objective": objective, "budget": budget, "gap": gap, "sensitivity": False}
        found = weft.explore(job, networks=[str(layers)], **asked)
    seconds = time.process_time() - begin
    assert isinstance(found, SharedExploration)
    (answer,) = found.answers
    data, design = answer.certificate, answer.design
    gap = "none found" if data["gap"] is None else "0 (proved)" if data["gap"] == 0 else f"{data['gap']:.3%}"
    machine = "" if design is None else ", ".join(f"{name}={value}" for name, value in design.settings)
    size = f"10^{data['state_space_log10']:.0f}"
    cells = (job.stem, network, objective, size, f"{data['searches']}", f"{seconds:.0f}", gap, machine)
    if count is not None:
        cells = (*cells, *compared(job, layers, objective, data, count.looked_at))
    return f"| {' | '.join(cells)} |"


def compared(job: Path, layers: Path, objective: str, data: dict, looked_at: int) -> tuple[str, ...]:
    """The evaluations of baselines, and what they found over the design's value. AssertionError if that is too good."""
    from shared_baselines import BASELINES, TIMES, Joint

    chosen = shares((network, layer.name, layer.workload) for network, layer in layers_of(layers))
    evaluations = TIMES * (looked_at + len(chosen) * (data["boxes"] + sum(data["ended"].values())))
    cells = [f"{evaluations:,}"]
    for name, search in BASELINES.items():
        joint = Joint(load_job(job), chosen, objective, evaluations)
        search(joint)
        if joint.best < inf:
            joint.check()
        # Sums of the same terms in another order may differ in their last bits.
        assert joint.best >= (data["lower_bound"] or inf) * (1 - 1e-12), f"{name} found {joint.best}: {data}"
        cells.append("nothing fits" if joint.best == inf else f"{joint.best / (data['value'] or inf):.3f}")
    return tuple(cells)


def main() -> None:
    """Print a row for every job and network."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", nargs="+", default=JOBS)
    parser.add_argument("--networks", nargs="+", default=NETWORKS)
    parser.add_argument("--objectives", nargs="+", default=["cycles"])
    parser.add_argument("--budget", type=float, default=600.0, help="seconds on the clock for each")
    parser.add_argument("--gap", type=float, default=0.0, help="the part by which answers may be above the best")
    parser.add_argument("--baselines", action="store_true", help="needs pymoo")
    asked = parser.parse_args()
    more = " evaluations | random | genetic |" if asked.baselines else ""
    print(f"| job | network | objective | designs | searches | CPU s | gap | machine |{more}")
    print(f"|---|---|---|--:|--:|--:|--:|---|{'--:|--:|--:|' if more else ''}")
    for objective in asked.objectives:
        for name in asked.jobs:
            job = Path(name) if name.endswith(".yaml") else EXAMPLES / "explore" / f"{name}.yaml"
            for network in asked.networks:
                print(explored(job, network, objective, asked.budget, asked.gap, asked.baselines), flush=True)


if __name__ == "__main__":
    main()

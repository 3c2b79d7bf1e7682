"""How long the mapper takes to prove its answer, layer by layer, on one core.

    python benchmarks/mapper.py --networks resnet50 vgg16 --accelerators bench_256 --markdown table.md --json table.json

Every distinct layer is searched once, with all orders, spread dimensions, placements and tilings free. Seconds are
those of the processor. What a first search of the process costs, in which compiled code is loaded or made, is said
apart. A layer whose search does not end within the budget is listed with the gap that was reached.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from math import log10
from pathlib import Path

from weft.frontends.accelerator import load_accelerator
from weft.frontends.maestro import read_maestro
from weft.frontends.workloads import parse_single
from weft.ir import Accelerator, Workload
from weft.search import machine_space
from weft.search.layer import LayerSearch
from weft.search.objective import read_objective
from weft.search.request import Settings
from weft.search.stepwise import search_of
from weft.search.workers.executors import this_process
from weft.search.workers.waves import drive

FOLDER = Path(__file__).resolve().parent.parent / "examples" / "networks"
NETWORKS = ("resnet50", "vgg16", "mobilenetv2", "bert_base", "llama_7b")
ACCELERATORS = ("bench_256", "eyeriss")
FIRST = ("gemm:M=8,N=8,K=8", "conv:K=4,C=4,R=3,S=3,Y'=4,X'=4")
"""Small layers that load what is compiled."""


@dataclass(frozen=True)
class Row:
    """The search of one layer: `alike` layers are equal to it, the space has 10^`size` points."""

    accelerator: str
    network: str
    layer: str
    alike: int
    workload: str
    size: float
    structures: int
    boxes: int
    tilings: int
    programs: int
    cpu_seconds: float
    wall_seconds: float
    value: float
    gap: float
    proved: bool


@dataclass
class Distinct:
    """A workload, where it was first seen, and how often."""

    network: str
    layer: str
    workload: Workload
    count: int = 0


def distinct_layers(networks: Sequence[str]) -> list[Distinct]:
    """The layers of network files, equal ones once."""
    found: dict[Workload, Distinct] = {}
    for name in networks:
        for network in read_maestro(FOLDER / f"{name}.m"):
            for layer in network.layers:
                assert layer.workload is not None
                found.setdefault(layer.workload, Distinct(name, layer.name, layer.workload)).count += 1
    return list(found.values())


def workload_line(workload: Workload) -> str:
    """The workload in a line; dimensions of extent 1 are left out."""
    parts = [f"{name}={extent}" for name, extent in workload.dimensions if extent > 1]
    strides = {index.stride for index in workload.indices}
    parts += [f"stride={stride}" for stride in strides if stride > 1]
    return f"{workload.operator.lower()}:{','.join(parts)}"


def search_layer(item: Distinct, machine: Accelerator, objective: str, budget: float, model: str = "throughput") -> Row:
    """Search one layer in this process until it is proved, or its processor time is over."""
    wall, cpu = time.perf_counter(), time.process_time()
    space = machine_space(item.workload, machine)
    search = search_of(item.layer, space, Settings(read_objective(objective), model))

    # Not the deadline of the search, which goes by the clock: others may have the processor in between.
    def stop(search: LayerSearch) -> None:
        search.deadline = 0.0 if time.process_time() - cpu > budget else float("inf")

    drive([search], this_process(), stop)
    spent = time.process_time() - cpu
    counted = search.statistics
    value = min((search.value(entry.metrics) for entry in search.entries), default=float("inf"))
    return Row(
        machine.name, item.network, item.layer, item.count, workload_line(item.workload), log10(space.size),
        search.structures, counted["boxes"], counted["tilings"], counted["programs"], spent,
        time.perf_counter() - wall, value,
        search.gap, search.proved,
    )  # fmt: skip


def first_seconds(machine: Accelerator, objective: str, model: str = "throughput") -> float:
    """Processor seconds of the first searches in this process."""
    start = time.process_time()
    for text in FIRST:
        search_layer(Distinct("", text, parse_single(text)), machine, objective, 600, model)
    return time.process_time() - start


def tables(rows: Sequence[Row], first: dict[str, float], budget: float) -> Iterator[str]:
    """The lines of the report in Markdown."""
    for accelerator, cold in first.items():
        mine = [row for row in rows if row.accelerator == accelerator]
        if not mine:
            continue
        yield f"### {accelerator}\n"
        yield "| network | layer | equal | workload | space | structures | boxes | tilings | CPU s | gap |"
        yield "|---|---|--:|---|--:|--:|--:|--:|--:|--:|"
        for row in mine:
            gap = "0 (proved)" if row.proved else f"{row.gap:.2%}"
            yield (
                f"| {row.network} | {row.layer} | {row.alike} | `{row.workload}` | 10^{row.size:.1f} "
                f"| {row.structures} | {row.boxes:,} | {row.tilings:,} | {row.cpu_seconds:.2f} | {gap} |"
            )
        seconds = [row.cpu_seconds for row in mine]
        open_ones = [row.layer for row in mine if not row.proved]
        yield (
            f"\n{len(mine)} distinct layers: median {statistics.median(seconds):.2f} s, worst {max(seconds):.2f} s, "
            f"all together {sum(seconds):.0f} s of one core; {len(mine) - len(open_ones)} proved optimal within "
            f"{budget:g} s. The first searches of the process, to load what is compiled, took {cold:.2f} s."
        )
        if open_ones:
            yield f"Not proved in time: {', '.join(open_ones)}."
        yield ""


def progress(row: Row) -> str:
    """A line to follow the run by."""
    gap = "proved" if row.proved else f"gap {row.gap:.3%}"
    return (
        f"{row.accelerator:10} {row.network + '/' + row.layer:32} {row.workload:45} 10^{row.size:4.1f} "
        f"{row.structures:5} structures {row.boxes:10} boxes {row.tilings:9} tilings {row.cpu_seconds:7.2f} s CPU "
        f"{row.wall_seconds:7.2f} s wall {gap}"
    )


def main() -> None:
    """Search and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--networks", nargs="+", choices=NETWORKS, default=NETWORKS)
    parser.add_argument("--accelerators", nargs="+", default=ACCELERATORS, help="presets or files")
    parser.add_argument("--objective", default="edp")
    parser.add_argument("--time", choices=("throughput", "stepwise"), default="throughput")
    parser.add_argument(
        "--budget", type=float, default=60, help="processor seconds for one layer (looked at after each task)"
    )
    parser.add_argument("--limit", type=int, help="only the first so many distinct layers of each accelerator")
    parser.add_argument("--markdown", type=Path, help="write the tables here (default: print them)")
    parser.add_argument("--json", type=Path, help="write the rows here")
    options = parser.parse_args()
    first: dict[str, float] = {}
    rows: list[Row] = []
    for name in options.accelerators:
        machine = load_accelerator(name)
        first[machine.name] = first_seconds(machine, options.objective, options.time)
        for item in distinct_layers(options.networks)[: options.limit]:
            rows.append(search_layer(item, machine, options.objective, options.budget, options.time))
            print(progress(rows[-1]), flush=True)
            if options.json:
                options.json.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")
    text = "\n".join(tables(rows, first, options.budget))
    if options.markdown:
        options.markdown.write_text(text)
    else:
        print(text)


if __name__ == "__main__":
    main()

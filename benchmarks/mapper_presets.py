"""Every preset on layers of many kinds: proved, how far from a proof, or why there is none.

    python benchmarks/mapper_presets.py [--budget 60] [--accelerators NAME …] [--only TEXT] [--json FILE]

Each search is one of `benchmarks/mapper.py`: one core, processor seconds, everything free. A machine without a program
for a layer says why (W704). The last lines count, machine by machine, what was proved and what was not.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median

from mapper import Distinct, Row, first_seconds, search_layer, workload_line

from weft import read
from weft.frontends.accelerator import list_presets, load_accelerator
from weft.frontends.workloads import read_workload

LAYERS = {
    "resnet50": (
        "conv:K=64,C=3,R=7,S=7,Y'=112,X'=112,stride=2",
        "conv:K=64,C=64,R=3,S=3,Y'=56,X'=56",
        "conv:K=256,C=64,R=1,S=1,Y'=56,X'=56",
        "conv:K=512,C=512,R=3,S=3,Y'=7,X'=7",
    ),
    "vgg16": ("conv:K=64,C=64,R=3,S=3,Y'=224,X'=224", "conv:K=512,C=512,R=3,S=3,Y'=28,X'=28", "fc:K=4096,C=25088"),
    "mobilenetv2": ("dsconv:C=144,R=3,S=3,Y'=56,X'=56", "conv:K=96,C=24,R=1,S=1,Y'=56,X'=56"),
    "convnext_t": ("dsconv:C=96,R=7,S=7,Y'=56,X'=56", "conv:K=384,C=96,R=1,S=1,Y'=56,X'=56"),
    "bert_base": ("gemm:M=512,N=768,K=768", "gemm:M=512,N=3072,K=768"),
    "vit_b_16": ("gemm:M=197,N=768,K=768", "gemm:M=197,N=197,K=64"),
    "llama": (
        "gemm:M=2048,N=4096,K=4096",
        "gemm:M=2048,N=28672,K=8192",
        "gemm:M=1,N=4096,K=4096",
        "gemm:M=1,N=28672,K=8192",
    ),
    "attention": ("attention:L=8192,D=128", "attention:L=131072,D=128"),
    "c3d": ("conv3d.py",),
    "deeplab": ("conv:K=256,C=2048,R=3,S=3,Y'=33,X'=33,dilation=12",),
    "dcgan": ("trconv:K=256,C=512,R=4,S=4,Y=8,X=8,stride=2",),
}
"""Lines of workloads, and nests of the examples, by the network they are from."""

NESTS = Path(__file__).resolve().parent.parent / "examples" / "nests"


def items() -> Iterator[Distinct]:
    """The layers of all lines."""
    for name, lines in LAYERS.items():
        for line in lines:
            networks = read(NESTS / line) if line.endswith(".py") else (read_workload(line),)
            for layer in (layer for network in networks for layer in network.layers):
                if layer.workload is not None:
                    yield Distinct(name, layer.name, layer.workload)


def summary(rows: Sequence[Row]) -> Iterator[str]:
    """A line per machine."""
    for name in dict.fromkeys(row.accelerator for row in rows):
        mine = [row for row in rows if row.accelerator == name]
        missed = [row.gap for row in mine if not row.proved]
        seconds = [row.cpu_seconds for row in mine]
        yield (
            f"| {name} | {len(mine)} | {len(mine) - len(missed)} | {max(missed, default=0.0):.1%} "
            f"| {median(seconds):.2f} | {max(seconds):.1f} |"
        )


def main() -> None:
    """Search and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accelerators", nargs="+", default=list_presets())
    parser.add_argument("--objective", default="edp")
    parser.add_argument("--time", choices=("throughput", "stepwise"), default="throughput")
    parser.add_argument("--budget", type=float, default=60)
    parser.add_argument("--only", default="", help="layers of networks or lines with this text")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows: list[Row] = []
    for name in options.accelerators:
        machine = load_accelerator(name)
        first_seconds(machine, options.objective, options.time)
        for item in items():
            if options.only not in f"{item.network} {workload_line(item.workload)}":
                continue
            row = search_layer(item, machine, options.objective, options.budget, options.time)
            rows.append(row)
            state = "proved" if row.proved else f"gap {row.gap:.2%}"
            if row.value == float("inf"):
                state = "no program"
            print(
                f"{name:18} {row.network:12} {row.workload:62} 10^{row.size:4.1f} {row.structures:8} structures "
                f"{row.boxes:10,} boxes {row.cpu_seconds:7.2f} s {state}",
                flush=True,
            )
            if options.json:
                options.json.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")
    print("\n".join(summary(rows)))


if __name__ == "__main__":
    main()

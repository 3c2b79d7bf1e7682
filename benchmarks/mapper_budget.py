"""Does `weft map` keep its budget, and its memory, whatever it is asked?

    python benchmarks/mapper_budget.py [--budget 5] [--only TEXT] [--workers N]

Every row is a command of its own. With one worker the budget is in CPU seconds of the process, so that other programs
on the machine change nothing; with several it is on the clock, which a busy machine makes worthless. `over` is what was
used beyond the budget and the start of the program; the first row is that start alone. `MB` is the most memory that
one of its processes had. A row is a fault if there is no program, it is more than a second over, or above 500 MB.
Compiled code has to be there: run it twice after a change.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from typing import NamedTuple

CONV = "conv:K=64,C=64,R=3,S=3,Y'=56,X'=56"
LONG = {
    "one long row of outputs": "conv:K=64,C=1,R=1,S=25,Y'=1,X'=160000",
    "a vocabulary": "gemm:M=1,N=128256,K=4096",
    "2^31 - 1": "fc:K=2147483647,C=1",
    "10^6": "gemm:M=1000000,N=16,K=16",
    "10^6, a prime by it": "gemm:M=1000000,N=999983,K=1",
    "highly composite": "gemm:M=1081080,N=720720,K=1",
    "long window": "conv:K=1,C=1,R=1,S=9973,Y'=1,X'=100003",
    "strided long window": "conv:K=8,C=8,R=3,S=1001,Y'=3,X'=100000,stride=2",
    "three long ones": "gemm:M=65536,N=65537,K=65535",
}
MACHINES = ("bench_256", "sparse_tensor_core", "gemmini_like", "nvdla_like", "eyeriss", "tpu_v1_like")
ON_CPU = "import time; time.time = time.process_time; from weft.cli import main; main()"
WAYS = {
    "energy": ["--objective", "energy"],
    "cycles": ["--objective", "cycles"],
    "front": ["--objective", "energy,cycles"],
    "stepwise": ["--time", "stepwise"],
    "perfect": ["--split", "perfect"],
    "constraint": ["-c", "spatial: K, C"],
    "order": ["-c", "order: C outside K"],
    "gap": ["--gap", "50%"],
    "dataflow": ["--share", "one"],
}


class Row(NamedTuple):
    """Exit code, seconds (of CPU with one worker), megabytes, gaps or statuses, and what was said beside."""

    code: int
    seconds: float
    megabytes: float
    gap: str
    said: str


def cases() -> dict[str, list[str]]:
    """Arguments of every row, by name."""
    found = {f"{name} on bench_256": [text, "-a", "bench_256"] for name, text in LONG.items()}
    for machine in MACHINES:
        found[f"small on {machine}"] = ["gemm:M=16,N=16,K=16", "-a", machine]
        found[f"large on {machine}"] = [CONV, "-a", machine]
        found[f"long on {machine}"] = [LONG["a vocabulary"], "-a", machine]
    found |= {f"by {name}": [CONV, "-a", "bench_256", *way] for name, way in WAYS.items()}
    row = LONG["one long row of outputs"]
    found |= {f"long by {name}": [row, "-a", "bench_256", *way] for name, way in WAYS.items()}
    layers = [CONV, row, LONG["10^6"], "gemm:M=509,N=499,K=491"]
    found["four layers"] = [*layers, "-a", "bench_256"]
    return found


def measure(arguments: list[str], budget: float, workers: int) -> Row:
    """One command."""
    program = ["-c", ON_CPU] if workers == 1 else ["-m", "weft"]
    command = [sys.executable, *program, "map", *arguments, "--budget", f"{budget:g}s", "-q", "--json"]
    begin = time.monotonic()
    with subprocess.Popen(
        [*command, "--workers", str(workers)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stderr
        out, err = process.stdout.read(), process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = used.ru_utime + used.ru_stime if workers == 1 else time.monotonic() - begin
    gap = "no program"
    if process.returncode in (0, 4):
        found = [layer["certificate"] for layer in json.loads(out)["layers"]]
        gap = ", ".join(item["status"] if item["status"] != "budget" else f"{item['gap']}"[:6] for item in found)
    return Row(process.returncode, seconds, used.ru_maxrss / 1024, gap, err.strip())


def main() -> None:
    """Print a row per case; exit code 1 if one is a fault."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--budget", type=float, default=5)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    start = measure(["gemm:M=2,N=2,K=2", "-a", "bench_256"], 60, options.workers)
    print(f"{'the start alone':34} {start.seconds:6.1f} s      {start.megabytes:5.0f} MB", flush=True)
    faults = 0
    for name, arguments in cases().items():
        if options.only not in name:
            continue
        row = measure(arguments, options.budget, options.workers)
        over = max(row.seconds - start.seconds - options.budget, 0.0)
        fault = row.code not in (0, 4) or row.megabytes > 500 or over > 1
        faults += fault
        end = f"{row.gap}{'  FAULT' if fault else ''} {row.said}".rstrip()
        print(f"{name:34} {row.seconds:6.1f} s {over:4.1f} over {row.megabytes:5.0f} MB  {end}", flush=True)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

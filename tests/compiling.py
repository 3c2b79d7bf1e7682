"""Compiled code is made before tests run, by processes with a part each: else every worker makes all.

python tests/compiling.py
"""

import compileall
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parent.parent

FRONT = """
import weft
front = weft.count_front(weft.parse_workload("gemm:M=4,N=4,K=4"), "bench_256")
front.best(front.rows([weft.load_accelerator("bench_256")]), "edp")
"""

EXPLORE = "explore examples/explore/maestro_conv2.yaml --tiles k=1..2 --tiles c=1..2 --vary pes=8..24:8"
SWEEP = "sweep gemm:M=4,N=4,K=4 -a bench_256 --set pes=4 --set shape=[2,2] --vary DRAM.shared_bandwidth=1|4 --map"

PARTS = (
    (["-m", "weft.search.warm"], ["-m", "weft", *SWEEP.split()]),
    (["-m", "weft", *EXPLORE.split()], ["-c", FRONT]),
)
"""What is run side by side; of each the second one uses what others compile before."""


def compile_parts():
    """Run the commands; what goes wrong in them is for the tests to say."""
    # Commands in processes of their own read the sources as byte code also where Python is told to write none.
    for folder in ("src", "ir", "passes", "frontends", "backends"):
        compileall.compile_dir(ROOT / folder, quiet=2)
    with ThreadPoolExecutor(len(PARTS)) as pool:
        list(pool.map(_run, PARTS))


def _run(part):
    for arguments in part:
        subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
        )


if __name__ == "__main__":
    compile_parts()

"""Compiled code is made before tests run, by processes with a part each: else every worker makes all.

python tests/compiling.py
"""

import subprocess
import sys
from pathlib import Path

PARTS = (
    "weft.search.warm",
    "weft explore examples/explore/maestro_conv2.yaml --tiles k=1..2 --tiles c=1..2 --vary pes=8..24:8",
)


def compile_parts():
    """Run the commands side by side; what goes wrong in them is for the tests to say."""
    root = Path(__file__).parent.parent
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    commands = ([sys.executable, "-m", *part.split()] for part in PARTS)
    for process in [subprocess.Popen(command, cwd=root, **quiet) for command in commands]:
        process.wait()


if __name__ == "__main__":
    compile_parts()

"""Measure everything of docs/results.md again: run its commands, and write what each prints to a folder.

    python benchmarks/results.py FOLDER [--only TEXT]

The page is the one list of commands. They run in FOLDER one after the other, so files that they write are there too.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/results.md"


def commands():
    """The commands of the page by the section that they stand in, but for this script."""
    found, section = [], ""
    for line in PAGE.read_text("utf-8").splitlines():
        if line.startswith("## "):
            section = line.removeprefix("## ")
        elif re.match(r"(python|weft) ", line) and Path(__file__).name not in line:
            found.append((section, line))
    return found


def words_of(command):
    """A command with this Python and with the files of the repository."""
    program, *words = shlex.split(command)
    start = [sys.executable, "-m", "weft"] if program == "weft" else [sys.executable]
    return start + [str(ROOT / word) if word.startswith("benchmarks/") else word for word in words]


def main():
    """Run what is asked for; the exit code is 1 if a command fails (4 is a search without its proof)."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="commands or sections with this text")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    failed = False
    for number, (section, command) in enumerate(commands(), 1):
        if options.only not in f"{section}: {command}":
            continue
        print(f"{section}: {command}", flush=True)
        with (options.folder / f"{number:02}.txt").open("w", encoding="utf-8") as file:
            file.write(f"{section}\n{command}\n\n")
            file.flush()
            environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
            done = subprocess.run(
                words_of(command), cwd=options.folder, env=environment, stdout=file, check=False
            ).returncode
        failed |= done not in (0, 4)
    sys.exit(failed)


if __name__ == "__main__":
    main()

"""Distributions that are made for a test and declare parts of Weft by entry points."""

import os
import subprocess
import sys
from pathlib import Path


def install(folder, module, text, points):
    """A distribution in a folder: a module, and its entry points as (group, name, object) triples."""
    (folder / f"{module}.py").write_text(text)
    info = folder / f"{module}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module.replace('_', '-')}\nVersion: 1.0\n")
    groups = {group: [] for group, _, _ in points}
    for group, name, place in points:
        groups[group].append(f"{name} = {module}:{place}\n")
    (info / "entry_points.txt").write_text("".join(f"[{group}]\n{''.join(lines)}" for group, lines in groups.items()))


def tool(folder, name, *arguments):
    """What a command prints, and its exit code, where the distributions of a folder are installed."""
    command = [str(Path(sys.executable).parent / name), *arguments]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment)
    return done.stdout + done.stderr, done.returncode

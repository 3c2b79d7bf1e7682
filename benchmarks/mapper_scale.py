"""Whole networks from end to end, without a break and with two kills (SIGKILL) and resumptions from the store.

    python benchmarks/mapper_scale.py --accelerator bench_256 --workers 2

Runs `weft map` on each network in processes of its own. The broken run is killed when a third and when two thirds of
the distinct layers are in the store. Asserts that nothing which the store had at a kill was lost or searched again,
and that the result is the same as without kills, its times apart. Seconds include the start of Python and of the
workers, and the loading of compiled code.
"""

from __future__ import annotations

import argparse
import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mapper import FOLDER, distinct_layers

from weft.frontends.maestro import read_maestro

NETWORKS = ("transformer_24", "resnet50")
_LOOK_SECONDS = 0.005


@dataclass(frozen=True)
class Report:
    """A network: its layers, seconds without a break, those of the three parts of the broken run, what was kept."""

    network: str
    layers: int
    distinct: int
    whole: float
    parts: tuple[float, float, float]
    kept: tuple[int, int]
    proved: int
    edp: float


def command(network: str, accelerator: str, workers: int, *more: str) -> list[str]:
    """A run of the mapper on a network."""
    file = str(FOLDER / f"{network}.m")
    given = ["--accelerator", accelerator, "--workers", str(workers), "--json", "--quiet"]
    return [sys.executable, "-m", "weft", "map", file, *given, *more]


def whole_run(arguments: list[str]) -> tuple[Any, float]:
    """The result of a run, and its seconds."""
    start = time.perf_counter()
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)
    return json.loads(done.stdout), time.perf_counter() - start


def killed_run(arguments: list[str], store: Path, enough: int) -> float:
    """Start a run and kill it as soon as the store has enough entries; its seconds."""
    start = time.perf_counter()
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL)
    while len(entries(store)) < enough and process.poll() is None:
        time.sleep(_LOOK_SECONDS)
    process.kill()
    assert process.wait() == -signal.SIGKILL, "it ended before it was killed"
    return time.perf_counter() - start


def entries(store: Path) -> dict[str, str]:
    """What a store has, as another process sees it."""
    if not store.exists():
        return {}
    with closing(sqlite3.connect(store, timeout=30)) as connection:
        try:
            return dict(connection.execute("SELECT key, text FROM results").fetchall())
        except sqlite3.OperationalError:  # The store is being made.
            return {}


def timeless(value: Any) -> Any:
    """A result without its times."""
    if isinstance(value, dict):
        return {key: timeless(item) for key, item in value.items() if key != "seconds"}
    return [timeless(item) for item in value] if isinstance(value, list) else value


def map_network(network: str, accelerator: str, workers: int) -> Report:
    """Map a network in one go, and with two kills."""
    distinct, layers = len(distinct_layers([network])), len(read_maestro(FOLDER / f"{network}.m")[0].layers)
    expected, seconds = whole_run(command(network, accelerator, workers))
    with TemporaryDirectory() as folder:
        store = Path(folder) / "results.db"
        resumable = command(network, accelerator, workers, "--store", str(store))
        parts, seen = [], []
        for third in (1, 2):
            parts.append(killed_run(resumable, store, max(1, distinct * third // 3)))
            seen.append(entries(store))
        result, last = whole_run(resumable)
        final = entries(store)
    # An entry carries the seconds of its search: an equal text was not searched again.
    assert seen[0].items() <= seen[1].items() <= final.items(), "the store lost or changed an entry"
    assert timeless(result) == timeless(expected), "the resumed run found something else"
    proved = sum(layer["certificate"]["status"] == "optimal" for layer in expected["layers"])
    value = sum(layer["value"] for layer in expected["layers"])
    return Report(
        network, layers, distinct, seconds, (*parts, last), (len(seen[0]), len(seen[1])), proved, value
    )  # fmt: skip


def table(reports: list[Report]) -> Iterator[str]:
    """The report in Markdown."""
    yield "| network | layers | distinct | proved | Σ EDP | s in one go | s to kill 1 | to kill 2 | to the end | kept |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    for item in reports:
        parts = " | ".join(f"{seconds:.1f}" for seconds in item.parts)
        kept = ", ".join(str(count) for count in item.kept)
        yield (
            f"| {item.network} | {item.layers} | {item.distinct} | {item.proved} | {item.edp:.4g} "
            f"| {item.whole:.1f} | {parts} | {kept} |"
        )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--networks", nargs="+", default=NETWORKS, choices=NETWORKS)
    parser.add_argument("--accelerator", default="bench_256")
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    reports = [map_network(name, options.accelerator, options.workers) for name in options.networks]
    print("\n".join(table(reports)))


if __name__ == "__main__":
    main()

"""How far published dataflows are from the proved best of their machines.

    python benchmarks/published.py [--budget 60] [--time stepwise] [--only TEXT]

Every layer of `examples/dataflows` with its program, priced on the machine of the file's first line, against a search
of everything that `weft map` takes to be free there, in processor seconds of one core. A program may do what the space
of the machine does not have, such as two dimensions of a limited network on one side; then it can be below the best.
"""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from mapper import Distinct, first_seconds, search_layer

from weft import evaluate, load
from weft.frontends.accelerator import apply_overrides, load_accelerator
from weft.ir import Mapping, WeftError

FILES = Path(__file__).resolve().parent.parent / "examples" / "dataflows"


def programs(path: Path) -> Iterator[Mapping]:
    """The layers of a file with their programs, on the machine of its first line."""
    words = shlex.split(path.read_text("utf-8").splitlines()[0])
    bindings: dict[str, int] = {}
    machine, changes = "", []
    for word, value in pairwise(words):
        if word == "--bind":
            bindings[value.split("=")[0]] = int(value.split("=")[1])
        elif word in ("-a", "--accelerator"):
            machine = value
        elif word == "--set":
            changes.append(value)
    yield from load(path, apply_overrides(load_accelerator(machine), changes), bindings=bindings)


def row(path: Path, mapping: Mapping, name: str, budget: float, time: str) -> str:
    """A line of the table."""
    cost = evaluate(mapping)
    published = cost.energy_pj * cost.cycles(time)
    head = f"| {path.stem} | {name} | {mapping.accelerator.name} | {published:.4g} "
    try:
        found = search_layer(Distinct(path.stem, name, mapping.workload), mapping.accelerator, "edp", budget, time)
    except WeftError as error:
        return f"{head}| | | | {error.diagnostics[0].message} |"
    state = "proved" if found.proved else f"{found.gap:.1%}"
    return f"{head}| {found.value:.4g} | {1 - found.value / published:.1%} | {state} | {found.cpu_seconds:.1f} |"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--budget", type=float, default=60)
    parser.add_argument("--time", choices=("throughput", "stepwise"), default="stepwise")
    parser.add_argument("--only", default="", help="files with this in their names")
    options = parser.parse_args(arguments)
    print("| program | layer | machine | its EDP | best found | less by | gap | CPU s |")
    print("|---|---|---|--:|--:|--:|--:|--:|")
    seen: set[str] = set()
    for path in sorted(path for path in FILES.glob("*.m") if options.only in path.stem):
        for mapping in programs(path):
            machine = mapping.accelerator
            if machine.name not in seen:
                first_seconds(machine, "edp", options.time)
                seen.add(machine.name)
            print(row(path, mapping, mapping.name or "", options.budget, options.time), flush=True)


if __name__ == "__main__":
    main()

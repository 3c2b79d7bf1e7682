"""A campaign of the fuzzer: `python tests/fuzz_run.py COUNT [SEED] [SURFACE] [FIRST]`; ends with the faults by kind."""

import re
import resource
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from random import Random

import fuzz_surfaces
from fuzz_guard import fault, forget_peak, peak

MEGABYTES = 300
"""What an input may need."""


def campaign(first, count, seed, folder, only=None):
    """Run the inputs `first` to `count` of a seed: number, surface, input, fault, seconds and megabytes of each."""
    for number in range(first, count):
        random = Random(f"{seed}/{number}")
        try:
            name, given, run = fuzz_surfaces.draw(random, folder, only)
        except Exception:
            yield number, "fuzzer", "", traceback.format_exc(), 0, 0
            continue
        forget_peak()
        before, start = peak(), time.process_time()
        found = fault(run)
        if found is None and peak() - before > MEGABYTES:
            found = f"memory: {peak() - before} MB more, {peak()} MB in all"
        yield number, name, given, found, time.process_time() - start, peak()


def main(count, seed="0", only=None, first="0"):
    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))  # what asks for more gets a MemoryError
    fuzz_surfaces.warm()
    kinds, slowest, names, most = Counter(), [], Counter(), 0
    with tempfile.TemporaryDirectory() as folder:
        for number, name, given, found, seconds, memory in campaign(
            int(first), int(count), seed, Path(folder), only or None
        ):
            names[name] += 1
            most = max(most, memory)
            slowest = sorted([*slowest, (round(seconds, 2), number, name)], reverse=True)[:8]
            if found is not None:
                kind = name + " " + re.sub(r"'[^']*'|\d{3,}", "…", found.split(": ")[0])[:300]
                kinds[kind] += 1
                if kinds[kind] <= 2:
                    print(f"--- {number} {name}\n{str(given)[:1500]!r}\n=> {found[:1500]}", flush=True)
            if number % 1000 == 999:
                print(f"{number + 1} inputs, {sum(kinds.values())} faults, {most} MB, slowest {slowest}", flush=True)
    print(dict(names), f"{most} MB", *(f"{count} x {kind}" for kind, count in kinds.most_common()), sep="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
